// Owns reading a script's text and telling what is wrong with it; knows nothing of what its words do.

import { Ajv, type ErrorObject } from "ajv";
import { parseDocument, type YAMLParseError } from "yaml";
import type { Script } from "./script.ts";
import { scriptSchema } from "./script-schema.ts";

export interface ScriptProblem {
  /** JSON pointer into the script, or a line of its text. */
  readonly path: string;
  readonly problem: string;
}

const ajv = new Ajv({ allErrors: true, discriminator: true, allowUnionTypes: true });
const isScript = ajv.compile<Script>(scriptSchema);

export type ScriptReading = { readonly script: Script } | { readonly problems: readonly ScriptProblem[] };

export function checkScript(value: unknown): ScriptReading {
  if (!isScript(value)) return { problems: (isScript.errors ?? []).map(nameProblem) };
  if (value.static === undefined || value.rules === undefined) return { script: value };
  return { problems: [{ path: "/rules", problem: "must not stand beside static, which looks at no rule" }] };
}

const aliasesMax = 10;

/** Reads YAML, and so JSON too. */
export function readScript(text: string): ScriptReading {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return { problems: document.errors.map(nameYamlProblem) };
  try {
    return checkScript(document.toJS({ maxAliasCount: aliasesMax }) ?? {});
  } catch (error) {
    // An alias to nothing, or more aliases than allowed, is found only here.
    return { problems: [{ path: "/", problem: String(error) }] };
  }
}

export function tellProblems(problems: readonly ScriptProblem[]): string {
  return problems.map(({ path, problem }) => `${path}: ${problem}`).join("\n");
}

function nameYamlProblem(error: YAMLParseError): ScriptProblem {
  const problem = error.message.split("\n")[0] ?? error.code;
  return { path: `line ${error.linePos?.[0].line ?? 1}`, problem };
}

function nameProblem(error: ErrorObject): ScriptProblem {
  const path = error.instancePath === "" ? "/" : error.instancePath;
  const named = error.params as Record<string, unknown>;
  const detail = named.additionalProperty ?? named.allowedValues ?? named.tagValue;
  const problem = error.message ?? error.keyword;
  return { path, problem: detail === undefined ? problem : `${problem} (${[detail].flat().join(", ")})` };
}

// Owns the detector of answers that are not the JSON they have to be. Knows no dialect's way of asking for
// it.

import type { ConfigProblem, Detector, Finding, Scan, Scanner, Unable } from "../contracts/guard.ts";
import type { JsonObject } from "../contracts/json.ts";
import { isObject, type JsonProblem, readJson } from "../text/json.ts";
import { type AnswerSchema, compileAnswerSchema } from "./structured/ajv-adapter.ts";

const charsMaxDefault = 1_048_576;

const config: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["schema"],
  properties: {
    schema: { type: "object", description: "JSON Schema, 2020-12 or, where `$schema` says so, draft-07." },
    fenced: {
      enum: ["allow", "refuse"],
      default: "refuse",
      description: "Whether the JSON may stand in a Markdown code block.",
    },
    charsMax: {
      type: "integer",
      minimum: 1,
      maximum: 16_777_216,
      default: charsMaxDefault,
      description: "A longer answer is not decided.",
    },
  },
};

function check({ schema }: JsonObject): readonly ConfigProblem[] {
  const compiled = compileAnswerSchema(isObject(schema) ? schema : {});
  if (!("problem" in compiled)) return [];
  const hint = compiled.problem.startsWith("compares")
    ? "give items a scalar type, or maxItems of at most 1,000"
    : "";
  return [{ path: ["schema", ...compiled.path], problem: compiled.problem, hint }];
}

interface Wanted {
  readonly schema: AnswerSchema;
  readonly isFencedAllowed: boolean;
  readonly charsMax: number;
}

const notJson = "The answer is not JSON.";
const problems: Readonly<Record<JsonProblem, string>> = {
  malformed: notJson,
  truncated: notJson,
  ambiguous: "The answer is JSON that can be read in more than one way.",
  deep: "The answer is JSON that is nested too deep.",
  busy: "The answer is JSON with too many members.",
};

const fence = "```";

/** What stands in the one code block that a text is; all of it where it is none. */
function withoutFence(text: string): string {
  const block = text.trim();
  const line = block.indexOf("\n");
  if (!block.startsWith(fence) || !block.endsWith(fence) || line < 0) return text;
  const language = block.slice(fence.length, line).trim().toLowerCase();
  return language === "" || language === "json" ? block.slice(line + 1, -fence.length) : text;
}

class AnswerScanner implements Scanner {
  readonly #wanted: Wanted;
  #pieces: string[] = [];
  #length = 0;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  push(text: string): Scan {
    this.#length += text.length;
    if (this.#length > this.#wanted.charsMax) this.#pieces = [];
    else this.#pieces.push(text);
    return { findings: [], decided: 0 };
  }

  end(): readonly Finding[] | Unable {
    const { schema, isFencedAllowed, charsMax } = this.#wanted;
    if (this.#length > charsMax) return { kind: "unable", because: "too_long" };
    const text = this.#pieces.join("");
    const reading = readJson(Buffer.from(isFencedAllowed ? withoutFence(text) : text));
    if (reading.kind === "problem") return this.#tell("not_json", problems[reading.problem]);
    const violation = schema.violation(reading.value);
    return violation === undefined ? [] : this.#tell("schema_violation", violation);
  }

  #tell(type: string, message: string): readonly Finding[] {
    return [{ type, start: 0, end: this.#length, score: 1, method: "bound", message }];
  }
}

export const structuredDetector: Detector = {
  name: "structured",
  config,
  code: "answer_invalid",
  isWhole: true,
  ignoresMedia: true,
  check,
  create(settings) {
    const schema = compileAnswerSchema(isObject(settings.schema) ? settings.schema : {});
    if ("problem" in schema) throw new Error(`schema: ${schema.problem}`);
    const isFencedAllowed = settings.fenced === "allow";
    const wanted = { schema, isFencedAllowed, charsMax: Number(settings.charsMax ?? charsMaxDefault) };
    return { scan: ({ kind }) => (kind === "text" ? new AnswerScanner(wanted) : undefined) };
  },
};

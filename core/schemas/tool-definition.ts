// Owns reading a tool's definition as the tool itself wrote it: its form, its schemas, its address. Knows no
// registry and calls nothing.

import { isIP } from "node:net";
import { valid } from "semver";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { type ToolAuthType, type ToolDefinition, toolAuthTypes } from "../contracts/tool-registry.ts";
import { isMetadataHost } from "../text/host.ts";
import { isWithinReach } from "../text/reach.ts";
import { type CompiledSchema, compileSchema } from "./compile-adapter.ts";
import { strict } from "./schema.ts";

export type ReadDefinition =
  | { readonly kind: "definition"; readonly definition: ToolDefinition }
  /** Each in words for whoever wrote it. */
  | { readonly kind: "unfit"; readonly problems: readonly string[] };

const url = { type: "string", minLength: 1, maxLength: 2_048 };

const form: JsonObject = {
  type: "object",
  properties: {
    name: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
    version: { type: "string", maxLength: 64 },
    // A model reads it: nothing that cannot be seen.
    description: { type: "string", minLength: 1, maxLength: 4_096, pattern: "^[^\\p{Cc}\\p{Cf}]*$" },
    parameters: { type: "object" },
    returns: { type: "object" },
    endpoint: url,
    health_url: url,
    auth_type: { enum: [...toolAuthTypes] },
    rate_limit: { type: "integer", minimum: 1, maximum: 1_000_000 },
    timeout_ms: { type: "integer", minimum: 1, maximum: 600_000 },
  },
  required: ["name", "version", "description", "parameters", "endpoint"],
  additionalProperties: false,
};

/** What it is where a tool does not say: 60 calls a minute, 10 s. */
const [rateLimitDefault, timeoutMsDefault] = [60, 10_000];

let compiledForm: CompiledSchema | undefined;

export function readToolDefinition(value: JsonValue, bytes: number): ReadDefinition {
  const misfits = formOf().violations(value, bytes);
  if (misfits.length > 0) return { kind: "unfit", problems: misfits };
  const written = value as unknown as Partial<ToolDefinition> & Written;
  const problems = [
    ...(valid(written.version) === null ? ["/version: no semantic version such as 2.1.0"] : []),
    ...schemaProblems("/parameters", written.parameters),
    ...objectProblem(written.parameters),
    ...(written.returns === undefined ? [] : schemaProblems("/returns", written.returns)),
    ...addressProblems("/endpoint", written.endpoint),
    ...(written.health_url === undefined ? [] : addressProblems("/health_url", written.health_url)),
  ];
  return problems.length > 0
    ? { kind: "unfit", problems }
    : { kind: "definition", definition: full(written) };
}

type Written = Pick<ToolDefinition, "name" | "version" | "description" | "parameters" | "endpoint">;

function full(written: Partial<ToolDefinition> & Written): ToolDefinition {
  const { name, version, description, parameters, returns, endpoint, health_url } = written;
  const authType: ToolAuthType = written.auth_type ?? "none";
  return {
    ...{ name, version, description, parameters, returns, endpoint, health_url },
    auth_type: authType,
    rate_limit: written.rate_limit ?? rateLimitDefault,
    timeout_ms: written.timeout_ms ?? timeoutMsDefault,
  };
}

function formOf(): CompiledSchema {
  if (compiledForm !== undefined) return compiledForm;
  const compiled = compileSchema(form, strict);
  if (compiled.kind === "problems") throw new Error(JSON.stringify(compiled.problems));
  compiledForm = compiled;
  return compiled;
}

/** As a policy's: what cannot be checked is refused. */
function schemaProblems(place: string, schema: JsonObject): readonly string[] {
  const compiled = compileSchema(schema, strict);
  if (compiled.kind === "schema") return [];
  return compiled.problems.map(({ pointer, problem }) => `${place}${pointer}: ${problem}`);
}

function objectProblem({ type }: JsonObject): readonly string[] {
  return type === undefined || type === "object" ? [] : ["/parameters/type: arguments are an object"];
}

/** What no agent may ever reach is refused at once; how far each may go is looked at where it is dialled. */
function addressProblems(place: string, text: string): readonly string[] {
  const found = addressProblem(text);
  return found === undefined ? [] : [`${place}: ${found}`];
}

function addressProblem(text: string): string | undefined {
  const parsed = URL.parse(text);
  if (parsed === null) return "is not a URL";
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return "is neither http nor https";
  if (parsed.username !== "" || parsed.password !== "") return "holds credentials";
  if (parsed.hash !== "") return "holds a fragment";
  const host = parsed.hostname.replaceAll(/^\[|\]$/g, "");
  const isNever = isMetadataHost(host) || (isIP(host) !== 0 && !isWithinReach(host, "private"));
  return isNever ? "is an address that nobody may reach" : undefined;
}

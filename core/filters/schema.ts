// Owns that a request's body fits its agent's schema before the agent sees it. Knows no agent and no ajv.

import type { Call } from "../contracts/dialect.ts";
import type { Filter } from "../contracts/exchange.ts";
import type { JsonValue } from "../contracts/json.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { type CompiledSchema, compileSchema } from "../schemas/compile-adapter.ts";
import { type Schema, strict } from "../schemas/schema.ts";

/** Requests that need no body: there is nothing to check, and none of these could carry a task. */
const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

/**
 * `schema`: proven to compile when the policy was loaded. Holds on every path below the route: an agent's
 * router may read `/run/` or `//run` as what is checked.
 */
export function schemaFilter(schema: Schema): Filter {
  const compiled = compileSchema(schema as JsonValue, strict);
  if (compiled.kind === "problems") throw new Error("the schema was not proven when the policy was loaded");
  return {
    name: "schema",
    wantsCall: true,
    open: ({ head }) => ({ kind: "visit", call: (call) => check(compiled, call, head.method) }),
  };
}

function check(schema: CompiledSchema, { body, value }: Call, method: string): Refusal | undefined {
  if (value === undefined) {
    if (body.length === 0 && bodiless.has(method)) return undefined;
    return refuse("schema_violation", { message: "The body does not fit the schema: it is not JSON." });
  }
  const violations = schema.violations(value, body.length);
  if (violations.length === 0) return undefined;
  return refuse("schema_violation", {
    message: `The body does not fit the schema: ${violations.join("; ")}.`,
  });
}

// Owns the shape of a Tool. Knows nothing of how tools are called.

import type { JsonObject } from "../../contracts/json.ts";
import { limit } from "./limit.ts";
import type { Schema } from "./shared.ts";
import { count, duration, free, listOf, mapOf, money, object, oneOf, secretSource, url } from "./shared.ts";

/** What built-in defaults fill in is always there. */
export interface ToolDocument {
  readonly spec: {
    readonly version: string;
    readonly description?: string;
    readonly parameters?: JsonObject;
    readonly maxArgsChars: number;
  };
}

export const tool: Schema = object({
  properties: {
    version: {
      type: "string",
      pattern: "^[0-9]+[.][0-9]+[.][0-9]+([-+][0-9A-Za-z.+-]+)?$",
      maxLength: 64,
      description: "a version such as 2.1.0",
    },
    description: { type: "string", maxLength: 4_096 },
    parameters: free,
    returns: free,
    maxArgsChars: { ...count, maximum: 10_000_000, description: "a number from 1 to 10000000" },
    endpoint: url,
    body: oneOf(["raw", "params"]),
    health: url,
    credential: secretSource,
    timeout: duration,
    limits: mapOf(limit),
    effect: oneOf(["read", "write"]),
    idempotency: duration,
    cost: money,
    operations: listOf({ type: "string", minLength: 1, maxLength: 64 }),
  },
  required: ["version"],
});

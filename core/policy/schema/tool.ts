// Owns the shape of a Tool. Knows nothing of how tools are called.

import { limit } from "./limit.ts";
import type { Schema } from "./shared.ts";
import { duration, free, mapOf, object, oneOf, secretSource, url } from "./shared.ts";

export const tool: Schema = object({
  properties: {
    version: {
      type: "string",
      pattern: "^[0-9]+[.][0-9]+[.][0-9]+([-+][0-9A-Za-z.+-]+)?$",
      description: "a version such as 2.1.0",
    },
    description: { type: "string", maxLength: 4_096 },
    parameters: free,
    returns: free,
    endpoint: url,
    body: oneOf(["raw", "params"]),
    health: url,
    credential: secretSource,
    timeout: duration,
    limits: mapOf(limit),
    effect: oneOf(["read", "write"]),
  },
  required: ["version", "parameters", "endpoint"],
});

// Owns the shape of Defaults: what is laid under every agent whose labels match. Knows nothing of the laying.

import { agent } from "./agent.ts";
import type { Schema } from "./shared.ts";
import { listOf, mapOf, object } from "./shared.ts";

export const labelKey: Schema = {
  type: "string",
  pattern: "^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$",
  maxLength: 128,
  description: "letters, digits and . _ / -",
};

export const labels: Schema = mapOf({ type: "string", maxLength: 128 }, labelKey);

export const defaults: Schema = object({
  properties: {
    selector: labels,
    agent,
    locked: listOf({
      type: "string",
      minLength: 1,
      maxLength: 512,
      description: "a path below an agent's spec such as limits.requests",
    }),
  },
  required: ["agent"],
});

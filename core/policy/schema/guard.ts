// Owns the shape of a Guard and of its use by an agent. Knows nothing of detectors.

import type { Schema } from "./shared.ts";
import { free, listOf, name, object, oneOf } from "./shared.ts";

const stages = [
  "edge.request",
  "edge.answer",
  "llm.request",
  "llm.answer",
  "llm.reasoning",
  "tool.args",
  "tool.result",
] as const;

const mode = oneOf(["enforce", "shadow"]);

export const guardUse: Schema = object({
  properties: { guard: name, on: { ...listOf(oneOf(stages)), minItems: 1 }, mode },
  required: ["guard", "on"],
});

/** Either the action's name, or the name with its settings. */
const action: Schema = {
  type: ["string", "object"],
  pattern: "^(block|redact|flag|truncate|strip|repair|filter)$",
  properties: {
    block: free,
    redact: object({ properties: { with: oneOf(["marker", "placeholder"]) } }),
    flag: free,
    truncate: free,
    strip: free,
    repair: free,
    filter: free,
  },
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  description: "block, redact, flag, truncate, strip, repair, filter, or { redact: { with: marker } }",
};

export const guard: Schema = object({
  properties: { detector: name, config: free, action, mode },
  required: ["detector", "action"],
});

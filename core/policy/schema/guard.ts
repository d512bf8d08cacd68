// Owns the shape of a Guard and of its use by an agent. Knows nothing of detectors.

import { type Stage, stages } from "../../contracts/guard.ts";
import type { GuardAction, GuardMode, GuardSpec } from "../../contracts/guard-spec.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { Schema } from "./shared.ts";
import { free, listOf, name, object, oneOf } from "./shared.ts";

/** What built-in defaults fill in is always there. */
export interface GuardUseDocument {
  readonly guard: string;
  readonly on: readonly Stage[];
  readonly mode?: GuardMode;
  readonly sample: number;
}

export interface GuardDocument {
  readonly spec: Pick<GuardSpec, "mode" | "onFailure" | "onUninspectable" | "stream"> & {
    readonly detector: string;
    readonly config?: JsonObject;
    readonly action: ActionName | Readonly<Partial<Record<ActionName, ActionSettings>>>;
    readonly escalate: boolean;
  };
}

export type ActionName = GuardAction["kind"];
export interface ActionSettings {
  readonly with?: "marker" | "placeholder";
  readonly message?: string;
  readonly hint?: string;
  readonly text?: string;
}

const mode = oneOf(["enforce", "shadow"]);

export const guardUse: Schema = object({
  properties: {
    guard: name,
    on: { ...listOf(oneOf(stages)), minItems: 1 },
    mode,
    sample: { type: "number", minimum: 0, maximum: 1, description: "of all exchanges, from 0 to 1" },
  },
  required: ["guard", "on"],
});

const words: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 1_000,
  description: "at most 1,000 characters",
};
const bareAction = object({ properties: {} });

/** Either the action's name, or the name with its settings. */
const action: Schema = {
  type: ["string", "object"],
  pattern: "^(block|redact|flag|truncate|strip|demote|repair|filter)$",
  properties: {
    block: object({ properties: { message: words } }),
    redact: object({ properties: { with: oneOf(["marker", "placeholder"]) } }),
    flag: bareAction,
    truncate: bareAction,
    strip: bareAction,
    demote: bareAction,
    filter: bareAction,
    repair: object({ properties: { hint: words } }),
    fallback: object({ properties: { text: words }, required: ["text"] }),
  },
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  description:
    "block, redact, flag, truncate, strip, demote, repair, filter, " +
    "{ fallback: { text } } or { redact: { with: marker } }",
};

export const guard: Schema = object({
  properties: {
    detector: name,
    config: free,
    action,
    mode,
    onFailure: oneOf(["closed", "open"]),
    onUninspectable: oneOf(["refuse", "flag"]),
    stream: oneOf(["hold", "check-at-end", "refuse"]),
    escalate: { type: "boolean" },
  },
  required: ["detector", "action"],
});

// Owns the shape of one limit, in an agent, in a tool, or standing alone. Knows nothing of which meters
// are enforced.

import type { LimitScope, LimitSpec, Meter } from "../../contracts/policy.ts";
import type { Schema } from "./shared.ts";
import { count, duration, listOf, modelName, money, object, oneOf } from "./shared.ts";

export const meters: readonly Meter[] = [
  "requests",
  "concurrency",
  "steps",
  "tokens",
  "usd",
  "toolCalls",
  "wallClock",
  "depth",
];

export const scopes: readonly LimitScope[] = [
  "request",
  "task",
  "session",
  "user",
  "caller",
  "team",
  "agent",
  "tool",
  "model",
  "provider",
  "host",
  "address",
];

export interface WindowDocument {
  readonly fixed?: string;
  readonly sliding?: string;
  readonly calendar?: "hour" | "day" | "week" | "month";
  readonly zone?: string;
  readonly life?: "request" | "task" | "session";
}

type Amounts = {
  readonly [M in Meter]?: M extends "usd" ? number | string : M extends "wallClock" ? string : number;
};

/** What built-in defaults fill in is always there. */
export type LimitDocument = Amounts &
  Pick<LimitSpec, "by" | "mode" | "status" | "onExceeded" | "onCut" | "onStoreLoss" | "consistency"> & {
    readonly window?: WindowDocument;
    readonly burst?: number;
    readonly match?: string;
    readonly downgrade?: DowngradeDocument;
    readonly wrapUp?: WrapUpDocument;
  };

export interface DowngradeDocument {
  readonly to: string;
  readonly at: number;
  readonly aboveUsd?: number | string;
}

export interface WrapUpDocument {
  readonly at: number;
  readonly text: string;
}

export interface SharedLimitDocument {
  readonly spec: LimitDocument;
}

const window: Schema = {
  ...object({
    properties: {
      fixed: duration,
      sliding: duration,
      calendar: oneOf(["hour", "day", "week", "month"]),
      zone: { type: "string", minLength: 1, maxLength: 64, description: "an IANA time zone such as UTC" },
      life: oneOf(["request", "task", "session"]),
    },
    description: "{ sliding: 1m }, { fixed: 1h }, { calendar: day, zone: UTC } or { life: task }",
  }),
  minProperties: 1,
};

const percent: Schema = {
  type: "integer",
  minimum: 1,
  maximum: 100,
  description: "percent of the limit's amount, from 1 to 100",
};

const downgrade = object({
  properties: { to: modelName, at: percent, aboveUsd: money },
  required: ["to"],
  description: "{ to: MODEL, at: 80, aboveUsd: 0.10 }",
});

const wrapUp = object({
  properties: { at: percent, text: { type: "string", minLength: 1, maxLength: 1_024 } },
  description: '{ at: 80, text: "Finish with what you have." }',
});

const fields = {
  requests: count,
  concurrency: count,
  steps: count,
  tokens: count,
  usd: money,
  toolCalls: count,
  wallClock: duration,
  depth: count,
  window,
  burst: count,
  by: listOf(oneOf(scopes)),
  mode: oneOf(["enforce", "shadow"]),
  status: { type: "integer", enum: [429, 503] },
  onExceeded: oneOf(["refuse", "end", "downgrade"]),
  onCut: oneOf(["end", "error"]),
  onStoreLoss: oneOf(["closed", "lease", "open"]),
  consistency: oneOf(["fast", "strict"]),
  match: { type: "string", maxLength: 1_024, description: "a condition in CEL; 'true' matches everything" },
  downgrade,
  wrapUp,
};

export const limit: Schema = object({ properties: fields });

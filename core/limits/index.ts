// Owns the list of limits: one line a meter. Knows nothing of how each one counts.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec, Meter } from "../contracts/policy.ts";
import { concurrencyLimit } from "./concurrency.ts";
import { requestsLimit } from "./requests.ts";
import { spendLimit } from "./spend.ts";
import { stepsLimit } from "./steps.ts";
import { tokensLimit } from "./tokens.ts";
import { toolCallsLimit } from "./tool-calls.ts";

type CreateLimit = (spec: LimitSpec, owner: string | undefined) => Limit;

/** What a store counts; the others are measured where they happen. */
const limitsByMeter: Readonly<Record<Exclude<Meter, "wallClock" | "depth">, CreateLimit>> = {
  requests: requestsLimit,
  concurrency: concurrencyLimit,
  steps: stepsLimit,
  tokens: tokensLimit,
  usd: spendLimit,
  toolCalls: toolCallsLimit,
};

/**
 * `owner`: the agent whose own limit it is; undefined for a document of kind Limit, which all share.
 * Throws on a meter or window that no store counts: the policy refuses those before.
 */
export function createLimit(spec: LimitSpec, owner: string | undefined): Limit {
  const { meter } = spec;
  if (meter === "wallClock" || meter === "depth") throw new Error(`no store counts ${meter}`);
  return limitsByMeter[meter](spec, owner);
}

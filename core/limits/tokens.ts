// Owns the limit on tokens, input and output together. Knows no store: it says what to reserve.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { type Counting, countedLimit, isTaskLife } from "./counting.ts";

const counting: Counting = {
  take: ({ inputTokens }) => ({ amount: inputTokens, perUnit: 1 }),
  settle: ({ tokens }) => tokens,
};

/** A task may ask for fewer than the policy, never for more. */
export function tokensLimit(spec: LimitSpec, owner: string | undefined): Limit {
  if (!isTaskLife(spec)) return countedLimit(spec, owner, counting);
  return countedLimit(spec, owner, { ...counting, ceiling: ({ exchange }) => exchange.context?.tokensMax });
}

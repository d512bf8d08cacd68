// Owns the limit on tool calls that models ask for. Knows no store: it says what to count.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { answered, countedLimit } from "./counting.ts";

/** None is known beforehand: each is taken as it is asked for. */
export function toolCallsLimit(spec: LimitSpec, owner: string | undefined): Limit {
  return countedLimit(spec, owner, {
    of: answered,
    take: () => ({ amount: 0, perUnit: 0 }),
    settle: ({ toolCalls }) => toolCalls,
  });
}

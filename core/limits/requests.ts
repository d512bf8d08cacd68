// Owns the limit on requests. Knows no store: it says what to count.

import type { Draw, Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { countedLimit, type Taking } from "./counting.ts";

const one: Taking = { amount: 1, perUnit: 0 };

/** For whatever counts once an exchange, however often it is tried. */
export function takeOnce({ isRepeat }: Draw): Taking | undefined {
  return isRepeat ? undefined : one;
}

export function requestsLimit(spec: LimitSpec, owner: string | undefined): Limit {
  return countedLimit(spec, owner, { take: takeOnce });
}

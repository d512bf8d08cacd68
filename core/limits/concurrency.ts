// Owns the limit on what is under way at the same time. Knows no store: it says what to hold.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { countedLimit, type Taking } from "./counting.ts";

/** Each attempt holds its own slot: the one before it has given its back. */
const one: Taking = { amount: 1, perUnit: 0 };

export function concurrencyLimit(spec: LimitSpec, owner: string | undefined): Limit {
  return countedLimit(spec, owner, { take: () => one });
}

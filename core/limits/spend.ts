// Owns the limit on money, in nano-dollars. Knows no store and no table of prices.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { countedLimit } from "./counting.ts";

/** Whoever plans has refused already what has no price. */
export function spendLimit(spec: LimitSpec, owner: string | undefined): Limit {
  return countedLimit(spec, owner, {
    take: ({ inputNanoUsd, outputNanoUsd }) => ({ amount: inputNanoUsd, perUnit: outputNanoUsd }),
    settle: ({ nanoUsd }) => nanoUsd,
  });
}

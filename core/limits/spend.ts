// Owns the limit on money, in nano-dollars. Knows no store and no table of prices.

import type { Operation } from "../contracts/dialect.ts";
import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { countedLimit } from "./counting.ts";

const paid: ReadonlySet<Operation> = new Set(["chat", "completion", "embeddings", "metered", "tool"]);

/** Whoever plans has refused already what has no price. */
export function spendLimit(spec: LimitSpec, owner: string | undefined): Limit {
  return countedLimit(spec, owner, {
    of: paid,
    take: ({ inputNanoUsd, outputNanoUsd }) => ({ amount: inputNanoUsd, perUnit: outputNanoUsd }),
    settle: ({ nanoUsd }) => nanoUsd,
  });
}

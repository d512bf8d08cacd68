// Owns the limit on tokens, input and output together. Knows no store: it says what to reserve.

import type { Operation } from "../contracts/dialect.ts";
import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { countedLimit } from "./counting.ts";

/** What passes unread has tokens that nobody knows. */
const counted: ReadonlySet<Operation> = new Set(["chat", "completion", "embeddings"]);

export function tokensLimit(spec: LimitSpec, owner: string | undefined): Limit {
  return countedLimit(spec, owner, {
    of: counted,
    take: ({ inputTokens }) => ({ amount: inputTokens, perUnit: 1 }),
    settle: ({ tokens }) => tokens,
  });
}

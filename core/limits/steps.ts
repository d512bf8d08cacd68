// Owns the limit on steps, which are calls of a model. Knows no store: it says what to count.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { answered, countedLimit } from "./counting.ts";
import { takeOnce } from "./requests.ts";

export function stepsLimit(spec: LimitSpec, owner: string | undefined): Limit {
  return countedLimit(spec, owner, { of: answered, take: takeOnce });
}

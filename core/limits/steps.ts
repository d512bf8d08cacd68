// Owns the limit on steps, which are calls of a model. Knows no store: it says what to count.

import type { Operation } from "../contracts/dialect.ts";
import type { Draw, Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { countedLimit, isTaskLife, type Taking } from "./counting.ts";
import { takeOnce } from "./requests.ts";

const steps: ReadonlySet<Operation> = new Set(["chat", "completion"]);

function take(draw: Draw): Taking | undefined {
  return steps.has(draw.exchange.call?.operation ?? "chat") ? takeOnce(draw) : undefined;
}

/** A task may ask for fewer than the policy, never for more. */
export function stepsLimit(spec: LimitSpec, owner: string | undefined): Limit {
  if (!isTaskLife(spec)) return countedLimit(spec, owner, { take });
  return countedLimit(spec, owner, { take, ceiling: ({ exchange }) => exchange.context?.stepsMax });
}

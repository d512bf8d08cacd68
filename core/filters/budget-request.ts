// Owns limits on one request: nobody else draws on them, so no store is asked. Knows no other limit.

import type { Attempt } from "../contracts/exchange.ts";
import type { Counter, Units } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { type DrawnOn, refuseFull } from "./budget-refusals.ts";

export interface RequestShare {
  readonly kind: "share";
  /** What a store counts. */
  readonly drawn: readonly DrawnOn[];
  /** What is asked for, within the ceiling. */
  readonly units: Units;
  /** Undefined: nothing is counted for this request alone. */
  readonly ceiling: RequestCeiling | undefined;
}

/** The most output tokens this attempt may make, whatever the upstream was told, and who says so. */
export interface RequestCeiling {
  readonly unitsMax: number;
  readonly drawn: DrawnOn;
}

/** Takes out the counters of this request alone, and holds the output to what they leave. */
export function requestCeilings(
  drawn: readonly DrawnOn[],
  units: Units,
  attempt: Attempt,
): RequestShare | Refusal {
  const others = drawn.filter(({ limit }) => !isRequestLife(limit.spec));
  let ceiling: RequestCeiling | undefined;
  for (const one of drawn) {
    const { limit, counter } = one;
    if (!isRequestLife(limit.spec) || counter.role === "watched") continue;
    const used = usedBefore(attempt, limit.spec);
    const left = counter.limit - used - counter.amount;
    const unitsMax = counter.perUnit === 0 ? units.max : Math.floor(left / counter.perUnit);
    if (left < 0 || unitsMax < Math.min(units.min, 1)) return refuseFull(one, stateOf(counter, used), false);
    if (ceiling === undefined || unitsMax < ceiling.unitsMax) ceiling = { unitsMax, drawn: one };
  }
  const max = Math.min(units.max, ceiling?.unitsMax ?? units.max);
  return { kind: "share", drawn: others, units: { min: Math.min(units.min, max), max }, ceiling };
}

function stateOf({ limit }: Counter, used: number): { used: number; remaining: number; resetMs: number } {
  return { used, remaining: Math.max(limit - used, 0), resetMs: 0 };
}

function isRequestLife({ window }: LimitSpec): boolean {
  return window?.kind === "life" && window.of === "request";
}

/** By the attempts before this one, each of which has settled. */
function usedBefore({ exchange }: Attempt, { meter }: LimitSpec): number {
  let sum = 0;
  for (const { usage, costNanoUsd } of exchange.attempts) {
    if (meter === "usd") sum += costNanoUsd ?? 0;
    else if (meter === "tokens") sum += usage.inputTokens + usage.outputTokens;
  }
  return sum;
}

// Owns limits on one request: nobody else draws on them, so no store is asked. Knows no other limit.

import type { Attempt } from "../../contracts/exchange.ts";
import type { CounterState, Units } from "../../contracts/limit.ts";
import type { LimitSpec, Meter } from "../../contracts/policy.ts";
import type { DrawnOn } from "./refusals.ts";

/** A counter of this request alone. */
export interface OwnDrawn extends DrawnOn {
  /** By the attempts before this one. */
  readonly usedBefore: number;
}

/** The most output tokens this attempt may make, and who says so; the same of tool calls. */
export interface RequestCeiling {
  readonly outputTokensMax: number;
  readonly toolCallsMax: number;
  readonly drawn: DrawnOn;
}

export interface RequestShare {
  readonly kind: "share";
  /** What a store counts. */
  readonly drawn: readonly DrawnOn[];
  readonly own: readonly OwnDrawn[];
  readonly ceilings: readonly RequestCeiling[];
  /** What is asked for, within the ceilings. */
  readonly units: Units;
}

/** What does not fit. */
export interface Short {
  readonly kind: "short";
  readonly drawn: DrawnOn;
  readonly state: CounterState;
}

/** Takes out the counters of this request alone, and holds the output to what they leave. */
export function requestCeilings(
  all: readonly DrawnOn[],
  units: Units,
  attempt: Attempt,
): RequestShare | Short {
  const own = all
    .filter(({ limit }) => isRequestLife(limit.spec))
    .map((drawn) => ({ ...drawn, usedBefore: usedBefore(attempt, drawn.limit.spec.meter) }));
  const ceilings: RequestCeiling[] = [];
  for (const one of own) {
    const { limit, counter, usedBefore: used } = one;
    if (counter.role === "watched") continue;
    const left = counter.limit - used - counter.amount;
    const isOfOutput = counter.perUnit > 0;
    const outputTokensMax = isOfOutput ? Math.floor(left / counter.perUnit) : Number.POSITIVE_INFINITY;
    if (left < 0 || outputTokensMax < Math.min(units.min, 1)) {
      const remaining = Math.max(counter.limit - used, 0);
      return { kind: "short", drawn: one, state: { used, remaining, resetMs: 0 } };
    }
    const toolCallsMax = limit.spec.meter === "toolCalls" ? left : Number.POSITIVE_INFINITY;
    ceilings.push({ outputTokensMax, toolCallsMax, drawn: one });
  }
  const max = Math.min(units.max, ...ceilings.map(({ outputTokensMax }) => outputTokensMax));
  const drawn = all.filter(({ limit }) => !isRequestLife(limit.spec));
  return { kind: "share", drawn, own, ceilings, units: { min: Math.min(units.min, max), max } };
}

export function isRequestLife({ window }: LimitSpec): boolean {
  return window?.kind === "life" && window.of === "request";
}

/** By the attempts before this one, each of which has settled. */
function usedBefore({ exchange }: Attempt, meter: Meter): number {
  return exchange.attempts.reduce((sum, { usage, costNanoUsd = 0, toolCalls }) => {
    if (meter === "usd") return sum + costNanoUsd;
    if (meter === "toolCalls") return sum + toolCalls;
    return meter === "tokens" ? sum + usage.inputTokens + usage.outputTokens : sum;
  }, 0);
}

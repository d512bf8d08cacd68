// Owns what is said when a budget fills: events at thresholds, a cheaper model, a word to the model. Refuses
// nothing.

import { LRUCache } from "lru-cache";
import type { Exchange } from "../contracts/exchange.ts";
import type { CounterState, Draw, Units } from "../contracts/limit.ts";
import type { Lease } from "../contracts/store.ts";
import type { DrawnOn } from "./budget-refusals.ts";

/** COMPATIBILITY: in percent of a limit's amount. */
const thresholds = [50, 80, 90, 100] as const;
/** Counters whose last threshold is remembered, so that each is said once; past it the oldest is forgotten. */
const rememberedMax = 10_000;
const rememberedMsMax = 24 * 3_600_000;

export type BudgetEvent =
  | { readonly kind: "threshold"; readonly percent: number }
  /** A limit in shadow would have said no. */
  | { readonly kind: "shadow" }
  | { readonly kind: "refused" }
  | { readonly kind: "downgraded"; readonly to: string };

/** `exchange` tells whose budget it is; the counter's key never leaves the process. */
export type OnBudgetEvent = (event: BudgetEvent, drawn: DrawnOn, exchange: Exchange) => void;

interface Admitted {
  readonly drawn: readonly DrawnOn[];
  readonly lease: Lease;
  readonly draw: Draw;
  readonly units: Units;
}

export class BudgetWatch {
  readonly #onEvent: OnBudgetEvent;
  readonly #said = new LRUCache<string, number>({ max: rememberedMax });

  constructor(onEvent: OnBudgetEvent) {
    this.#onEvent = onEvent;
  }

  refused(drawn: DrawnOn, exchange: Exchange): void {
    this.#onEvent({ kind: "refused" }, drawn, exchange);
  }

  /** The Model to ask instead, where a line is passed; undefined: none. */
  cheaperModel({ drawn, lease, draw, units }: Admitted): string | undefined {
    const { exchange } = draw;
    const estimate = draw.inputNanoUsd + draw.outputNanoUsd * units.max;
    for (const [index, one] of drawn.entries()) {
      const { downgrade } = one.limit.spec;
      if (downgrade === undefined || downgrade.to === exchange.model) continue;
      const usedBefore = (lease.states[index]?.used ?? 0) - takenBy(one, lease);
      const isPast = usedBefore * 100 >= one.counter.limit * downgrade.atPercent;
      const isDear = downgrade.aboveNanoUsd !== undefined && estimate > downgrade.aboveNanoUsd;
      if (!isPast && !isDear) continue;
      this.#onEvent({ kind: "downgraded", to: downgrade.to }, one, exchange);
      return downgrade.to;
    }
    return undefined;
  }

  /** The last word of the first limit that has one and is full enough. */
  hintFor(drawn: readonly DrawnOn[], { states }: Lease): string | undefined {
    const asks = drawn.find(({ limit: { spec }, counter }, index) => {
      const { wrapUp } = spec;
      return wrapUp !== undefined && (states[index]?.used ?? 0) * 100 >= counter.limit * wrapUp.atPercent;
    });
    return asks?.limit.spec.wrapUp?.text;
  }

  /** Each threshold once a counter, until it resets. */
  crossed(drawn: readonly DrawnOn[], { states }: Lease, exchange: Exchange): void {
    for (let index = 0; index < drawn.length; index++) {
      const one = drawn[index] as DrawnOn;
      const state = states[index];
      if (state === undefined || state.used * 2 < one.counter.limit) continue;
      this.#announce(one, state, exchange);
    }
  }

  #announce(drawn: DrawnOn, state: CounterState, exchange: Exchange): void {
    const { limit, counter } = drawn;
    if (counter.window.kind === "concurrency") return;
    const isOver = state.used > counter.limit;
    if (isOver && limit.spec.mode === "shadow") this.#onEvent({ kind: "shadow" }, drawn, exchange);
    const percent = thresholds.findLast((line) => state.used * 100 >= counter.limit * line);
    if (percent === undefined || (this.#said.get(counter.key) ?? 0) >= percent) return;
    const ttl = Math.min(state.resetMs > 0 ? state.resetMs : rememberedMsMax, rememberedMsMax);
    this.#said.set(counter.key, percent, { ttl });
    this.#onEvent({ kind: "threshold", percent }, drawn, exchange);
  }
}

/** What this very ask took of it. */
export function takenBy({ counter }: DrawnOn, { units }: Lease): number {
  return counter.amount + counter.perUnit * units;
}

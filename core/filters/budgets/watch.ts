// Owns what is said when a budget fills: events at thresholds, a cheaper model, a word to the model. Refuses
// nothing.

import { LRUCache } from "lru-cache";
import type { Exchange } from "../../contracts/exchange.ts";
import type { Counter, Draw, Units } from "../../contracts/limit.ts";
import { type Refusal, refusalTable } from "../../contracts/refusal.ts";
import { answered } from "../../limits/counting.ts";
import type { DrawnOn } from "./refusals.ts";
import { isRequestLife } from "./request.ts";

/** COMPATIBILITY: in percent of a limit's amount. */
const thresholds = [50, 80, 90, 100] as const;
/** Counters whose last threshold is remembered, so that each is said once; the oldest is forgotten first. */
const rememberedMax = 10_000;
const rememberedMsMax = 24 * 3_600_000;

export type BudgetEvent =
  | { readonly kind: "threshold"; readonly percent: number }
  /** A limit in shadow would have said no, or asked a cheaper model. */
  | { readonly kind: "shadow" }
  | { readonly kind: "refused" }
  | { readonly kind: "downgraded"; readonly to: string };

/** `exchange` tells whose budget it is; the counter's key never leaves the process. */
export type OnBudgetEvent = (event: BudgetEvent, drawn: DrawnOn, exchange: Exchange) => void;

/** How full a counter was when an attempt came. */
export interface Standing extends DrawnOn {
  /** Without what this attempt takes. */
  readonly usedBefore: number;
  readonly resetMs: number;
}

/** Where it all stands for an attempt that may go on. */
export interface Situation {
  readonly standings: readonly Standing[];
  readonly draw: Draw;
  /** As they were asked for. */
  readonly units: Units;
}

export class BudgetWatch {
  readonly #onEvent: OnBudgetEvent;
  readonly #said = new LRUCache<string, number>({ max: rememberedMax });

  constructor(onEvent: OnBudgetEvent) {
    this.#onEvent = onEvent;
  }

  /** A final no is the last threshold, even where a little is left that nobody can use. */
  refused(drawn: DrawnOn, { code, retryAfterS = 0 }: Refusal, exchange: Exchange): void {
    this.#onEvent({ kind: "refused" }, drawn, exchange);
    if (refusalTable[code].retryable) return;
    this.#announce({ ...drawn, usedBefore: drawn.counter.limit, resetMs: retryAfterS * 1_000 }, exchange);
  }

  /** Were it no shadow, it would refuse what it cannot count. */
  uncountable(drawn: DrawnOn, exchange: Exchange): void {
    if (drawn.limit.spec.mode === "shadow") this.#onEvent({ kind: "shadow" }, drawn, exchange);
  }

  /** The Model to ask instead, where a line is passed; undefined: none. */
  cheaperModel(
    { standings, draw, units }: Situation,
    isAllowed: (model: string) => boolean,
  ): string | undefined {
    const { exchange, inputNanoUsd, outputNanoUsd } = draw;
    const { call, model } = exchange;
    // Once: two Models that point at each other would send a call to and fro.
    if (call === undefined || !answered.has(call.operation) || model !== call.model) return undefined;
    const estimate = inputNanoUsd + outputNanoUsd * units.max;
    for (const one of standings) {
      const { downgrade, mode } = one.limit.spec;
      if (downgrade === undefined || downgrade.to === model || !isAllowed(downgrade.to)) continue;
      const isDear = downgrade.aboveNanoUsd !== undefined && estimate > downgrade.aboveNanoUsd;
      if (!isDear && lineUse(one, units) * 100 < one.counter.limit * downgrade.atPercent) continue;
      if (mode === "enforce") {
        this.#onEvent({ kind: "downgraded", to: downgrade.to }, one, exchange);
        return downgrade.to;
      }
      this.#onEvent({ kind: "shadow" }, one, exchange);
    }
    return undefined;
  }

  /** The last word of the first limit that has one and is full enough. */
  hintFor({ standings }: Situation): string | undefined {
    const asks = standings.find(({ limit: { spec }, counter, usedBefore }) => {
      if (spec.wrapUp === undefined || spec.mode === "shadow") return false;
      return (usedBefore + counter.amount) * 100 >= counter.limit * spec.wrapUp.atPercent;
    });
    return asks?.limit.spec.wrapUp?.text;
  }

  /** Each threshold once a counter, until it resets; a limit in shadow each time it would have said no. */
  crossed({ standings, units, draw: { exchange } }: Situation): void {
    for (const one of standings) {
      const { limit, counter, usedBefore } = one;
      const least = usedBefore + counter.amount + counter.perUnit * units.min;
      const isShadow = limit.spec.mode === "shadow" && limit.spec.onExceeded !== "downgrade";
      if (isShadow && least > counter.limit) this.#onEvent({ kind: "shadow" }, one, exchange);
      this.#announce(one, exchange);
    }
  }

  /** As if the attempt made nothing: what it will make is not known yet. */
  #announce({ usedBefore, resetMs, ...drawn }: Standing, exchange: Exchange): void {
    const { limit, counter } = drawn;
    if (counter.window.kind === "concurrency" || isRequestLife(limit.spec)) return;
    const used = usedBefore + counter.amount;
    const percent = thresholds.findLast((line) => used * 100 >= counter.limit * line);
    if (percent === undefined || (this.#said.get(counter.key) ?? 0) >= percent) return;
    this.#said.set(counter.key, percent, { ttl: untilForgotten(counter, resetMs) });
    this.#onEvent({ kind: "threshold", percent }, drawn, exchange);
  }
}

/** One request's whole estimate counts against a line of its own; what all use, as it is used. */
function lineUse({ limit, counter, usedBefore }: Standing, { max }: Units): number {
  return isRequestLife(limit.spec) ? usedBefore + counter.amount + counter.perUnit * max : usedBefore;
}

/** Of a sliding window something comes back all the time: it is full anew when all of it has passed. */
function untilForgotten({ window }: Counter, resetMs: number): number {
  const ms = window.kind === "sliding" ? window.windowMs : resetMs;
  return ms > 0 ? Math.min(ms, rememberedMsMax) : rememberedMsMax;
}

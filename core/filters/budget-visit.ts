// Owns an attempt that draws on budgets: counts what passes, takes more or ends the answer, settles once.
// Knows no store by name.

import type { AnswerHead } from "../contracts/dialect.ts";
import type { Attempt } from "../contracts/exchange.ts";
import type { Async, Delta, Ending, Frame } from "../contracts/frame.ts";
import { noUsage } from "../contracts/frame.ts";
import type { CounterState, Draw, Spent } from "../contracts/limit.ts";
import { noUnits } from "../contracts/limit.ts";
import type { Refusal } from "../contracts/refusal.ts";
import type { Lease, More, Shortage } from "../contracts/store.ts";
import type { Outcome, Visit } from "../contracts/visit.ts";
import { estimateBytes } from "../tokenizer/estimate.ts";
import type { Holding } from "./budget-holding.ts";
import { type DrawnOn, refuseFull, refuseLost, remainingField } from "./budget-refusals.ts";
import type { RequestCeiling } from "./budget-request.ts";

/** What an upstream that does not stop is given at a time, and what a cut stream may have made unseen. */
const sliceTokens = 1024;
/** No text has fewer tokens than a token has bytes at most; an honest upstream is never cut by this count. */
const bytesPerTokenMax = 8;

const nothingLeft: CounterState = Object.freeze({ used: 0, remaining: 0, resetMs: 0 });

export interface BudgetedOptions {
  readonly attempt: Attempt;
  readonly drawn: readonly DrawnOn[];
  readonly lease: Lease;
  readonly draw: Draw;
  readonly ceiling: RequestCeiling | undefined;
  readonly holding: Holding;
  readonly onShort: (drawn: DrawnOn, refusal: Refusal) => void;
}

export class Budgeted implements Visit {
  readonly kind = "visit";
  readonly #options: BudgetedOptions;
  #deltas = 0;
  #bytes = 0;
  #toolCalls = 0;

  constructor(options: BudgetedOptions) {
    this.#options = options;
    options.holding.add(options.drawn);
  }

  /** As if this call made nothing: what it will make is not known yet. */
  head({ headers }: AnswerHead): undefined {
    const { drawn, lease } = this.#options;
    const states = lease.states.map((state, index) => {
      const one = drawn[index];
      const open = one === undefined ? 0 : one.counter.perUnit * lease.units;
      return { ...state, remaining: Math.min(state.remaining + open, one?.counter.limit ?? 0) };
    });
    const field = remainingField(drawn, states);
    if (field !== "") headers["x-sluice-budget-remaining"] = field;
  }

  frame(frame: Frame): Async<Frame | Ending | Refusal> {
    let calls = 0;
    for (const delta of frame.deltas) calls += this.#count(delta);
    this.#toolCalls += calls;
    const { lease, ceiling } = this.#options;
    if (ceiling !== undefined && this.#made > ceiling.unitsMax) return this.#cut(ceiling.drawn, undefined);
    const more = this.#needed(calls);
    if (more === undefined) return frame;
    const extending = lease.extend(more);
    return extending instanceof Promise
      ? extending.then((said) => this.#extended(frame, said))
      : this.#extended(frame, extending);
  }

  close({ ended }: Outcome): void {
    const { attempt, drawn, holding } = this.#options;
    holding.remove(drawn);
    const settle = (): void => this.#settle(ended === "done");
    if (attempt.counting === undefined) settle();
    else void attempt.counting.then(settle);
  }

  #count(delta: Delta): number {
    if (delta.kind === "tool") return 1;
    if (!("mode" in delta) || delta.mode !== "append" || delta.text === "") return 0;
    if (delta.kind === "tool.result") return 0;
    this.#deltas += 1;
    this.#bytes += Buffer.byteLength(delta.text);
    return 0;
  }

  get #made(): number {
    return Math.max(this.#deltas, Math.floor(this.#bytes / bytesPerTokenMax));
  }

  /** An upstream that goes on past what it was told is given a slice at a time, while there is one. */
  #needed(calls: number): More | undefined {
    const { drawn, lease } = this.#options;
    const isCounted = calls > 0 && drawn.some(isOfToolCalls);
    const over = lease.units === 0 ? 0 : this.#made - lease.units;
    if (over <= 0 && !isCounted) return undefined;
    const units = over <= 0 ? noUnits : { min: over, max: over + sliceTokens };
    return isCounted ? { amounts: drawn.map((one) => (isOfToolCalls(one) ? calls : 0)), units } : { units };
  }

  #extended(frame: Frame, said: Lease | Shortage): Frame | Ending | Refusal {
    if (said.kind === "lease") return frame;
    const drawn = this.#options.drawn[said.index];
    if (drawn === undefined)
      throw new Error(`the store names counter ${said.index}, which was not asked for`);
    return this.#cut(drawn, said);
  }

  #cut(drawn: DrawnOn, shortage: Shortage | undefined): Ending | Refusal {
    const { attempt, onShort } = this.#options;
    const refusal =
      shortage?.cause === "lost"
        ? refuseLost(drawn)
        : refuseFull(drawn, shortage?.state ?? nothingLeft, false);
    onShort(drawn, refusal);
    if (drawn.limit.spec.onCut === "error") return refusal;
    const inputTokens = estimateBytes(attempt.exchange.call?.body.length ?? 0);
    const usage = { ...noUsage, inputTokens, outputTokens: this.#made, isExact: false };
    return { kind: "ending", reason: "length", usage, otherwise: refusal };
  }

  #settle(isWhole: boolean): void {
    const { attempt, drawn, lease } = this.#options;
    if (!attempt.hasReachedUpstream) {
      lease.settle(drawn.map(() => 0));
      return;
    }
    const spent = this.#spent(isWhole);
    lease.settle(drawn.map((one) => one.limit.settle(spent)));
  }

  /**
   * What the provider says, or what was counted of a whole answer. Of one that was cut nobody knows how much
   * more was made: a slice at most beyond what came, and never more than it was told to stop at.
   */
  #spent(isWhole: boolean): Spent {
    const { attempt, draw, lease } = this.#options;
    const { usage, costNanoUsd = 0 } = attempt;
    const tokens = usage.inputTokens + usage.outputTokens;
    const toolCalls = this.#toolCalls;
    if (usage.isExact || isWhole) return { tokens, nanoUsd: costNanoUsd, toolCalls };
    const seen = Math.max(usage.outputTokens, this.#made);
    const output = Math.min(seen + sliceTokens, Math.max(lease.units, seen));
    return {
      tokens: Math.max(tokens, draw.inputTokens + output),
      nanoUsd: Math.max(costNanoUsd, draw.inputNanoUsd + draw.outputNanoUsd * output),
      toolCalls,
    };
  }
}

function isOfToolCalls({ limit }: DrawnOn): boolean {
  return limit.spec.meter === "toolCalls";
}

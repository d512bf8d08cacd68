// Owns an attempt that draws on budgets: counts what passes, takes more or ends the answer, settles once.
// Knows no store by name.

import type { AnswerHead } from "../../contracts/dialect.ts";
import type { Attempt } from "../../contracts/exchange.ts";
import type { Async, Delta, Ending, Frame, TextKind } from "../../contracts/frame.ts";
import { noUsage, type Usage } from "../../contracts/frame.ts";
import type { CounterState, Draw, Spent } from "../../contracts/limit.ts";
import { noUnits } from "../../contracts/limit.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import type { Lease, More, Shortage } from "../../contracts/store.ts";
import type { Outcome, Visit } from "../../contracts/visit.ts";
import { estimateBytes } from "../../tokenizer/estimate.ts";
import { leastInput } from "./estimate.ts";
import type { Holding } from "./holding.ts";
import { type DrawnOn, refuseFull, refuseLost, remainingField } from "./refusals.ts";
import type { RequestCeiling } from "./request.ts";

/** What an upstream that does not stop is given at a time, and what a cut stream may have made unseen. */
const sliceTokens = 1024;
/**
 * Longer than tokens are on average, so that an honest upstream is not cut by this count. Arguments are
 * spaced as vendors like; thought that is shown may be a summary that is longer than the thought
 * (Gemini's: 26).
 */
const bytesPerTokenMost: Readonly<Record<TextKind, number>> = {
  text: 8,
  refusal: 8,
  "tool.name": 16,
  "tool.args": 16,
  reasoning: 32,
  "tool.result": Number.POSITIVE_INFINITY,
  "tool.definition": Number.POSITIVE_INFINITY,
};

const nothingLeft: CounterState = Object.freeze({ used: 0, remaining: 0, resetMs: 0 });

export interface BudgetedOptions {
  readonly attempt: Attempt;
  readonly drawn: readonly DrawnOn[];
  readonly lease: Lease;
  readonly draw: Draw;
  readonly ceilings: readonly RequestCeiling[];
  readonly holding: Holding;
  /** An answer under way is cut, which has used so much by then. */
  readonly onCut: (drawn: DrawnOn, refusal: Refusal, used: Spent) => void;
}

export class Budgeted implements Visit {
  readonly kind = "visit";
  /** A stream that may be cut is not sent with the length it would have had. */
  readonly mayEdit = true;
  readonly #options: BudgetedOptions;
  readonly #letGo: () => void;
  /** By the upstream, before its end: some tell the input as they begin, some all with every frame. */
  #told: Usage | undefined = undefined;
  #deltas = 0;
  #tokens = 0;
  #toolCalls = 0;
  #hasEnded = false;

  constructor(options: BudgetedOptions) {
    this.#options = options;
    this.#letGo = options.holding.add(options.drawn);
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

  /** The meter, nearer to the upstream, has counted the frame's calls of tools by now. */
  frame(frame: Frame): Async<Frame | Ending | Refusal> {
    for (const delta of frame.deltas) this.#count(delta);
    const { attempt, ceilings, lease } = this.#options;
    const calls = attempt.toolCalls - this.#toolCalls;
    this.#toolCalls = attempt.toolCalls;
    const reached = ceilings.find(
      ({ outputTokensMax, toolCallsMax }) => this.#made > outputTokensMax || this.#toolCalls > toolCallsMax,
    );
    if (reached !== undefined) return this.#cut(reached.drawn, undefined);
    const more = this.#needed(calls);
    if (more === undefined) return frame;
    const extending = lease.extend(more);
    return extending instanceof Promise
      ? extending.then((said) => this.#extended(frame, said))
      : this.#extended(frame, extending);
  }

  close(outcome: Outcome): void {
    const { counting } = this.#options.attempt;
    this.#letGo();
    const settle = (): void => this.#settle(outcome);
    if (counting === undefined) settle();
    else void counting.then(settle);
  }

  #count(delta: Delta): void {
    if (delta.kind === "end") this.#hasEnded = true;
    else if (delta.kind === "usage") this.#told = delta.usage;
    if (!("mode" in delta) || delta.mode !== "append" || delta.text === "") return;
    this.#tokens += Buffer.byteLength(delta.text) / bytesPerTokenMost[delta.kind];
    if (delta.kind !== "tool.result") this.#deltas += 1;
  }

  /** Tokens, at least: a delta is one. */
  get #made(): number {
    return Math.max(this.#deltas, Math.floor(this.#tokens));
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
    const { attempt, onCut } = this.#options;
    const refusal =
      shortage?.cause === "lost"
        ? refuseLost(drawn)
        : refuseFull(drawn, shortage?.state ?? nothingLeft, "none");
    const inputTokens = this.#told?.inputTokens ?? estimateBytes(attempt.exchange.call?.body.length ?? 0);
    const outputTokens = Math.max(this.#told?.outputTokens ?? 0, this.#made);
    onCut(drawn, refusal, { tokens: inputTokens + outputTokens, nanoUsd: 0, toolCalls: this.#toolCalls });
    if (drawn.limit.spec.onCut === "error") return refusal;
    const usage = { ...(this.#told ?? noUsage), inputTokens, outputTokens, isExact: false };
    return { kind: "ending", reason: "length", usage, otherwise: refusal };
  }

  #settle(outcome: Outcome): void {
    const { attempt, drawn, lease } = this.#options;
    if (!attempt.hasReachedUpstream) {
      lease.settle(drawn.map(() => 0));
      return;
    }
    const spent = this.#spent(outcome);
    lease.settle(spent && drawn.map(({ limit }) => limit.settle(spent)));
  }

  /** Undefined: whatever was reserved. */
  #spent({ ended }: Outcome): Spent | undefined {
    const { attempt, draw, lease } = this.#options;
    const { usage, failure } = attempt;
    const seen = Math.max(usage.outputTokens, this.#made);
    const said = this.#asSaid(seen);
    const isRefused = usage === noUsage;
    if (isRefused) return said;
    const isWhole = usage.isExact || (ended === "done" && failure === undefined);
    // A background answer: nobody will say here how much it comes to.
    const isPending = isWhole && !usage.isExact && !this.#hasEnded && lease.units > 0;
    if (isPending) return undefined;
    if (isWhole) return said;
    // Of one that was cut nobody knows how much more was made: no more than a slice, or than it was told.
    const output = Math.min(seen + sliceTokens, Math.max(lease.units, seen));
    return {
      tokens: Math.max(said.tokens, draw.inputTokens + output),
      nanoUsd: Math.max(said.nanoUsd, draw.inputNanoUsd + draw.outputNanoUsd * output),
      toolCalls: said.toolCalls,
    };
  }

  /** But never less than what passed here: nobody pays less by being told less. */
  #asSaid(seen: number): Spent {
    const { attempt, draw } = this.#options;
    const { usage, costNanoUsd = 0, toolCalls } = attempt;
    const read = usage === noUsage ? 0 : Math.min(leastInput(attempt.exchange.call), draw.inputTokens);
    const unsaidInput = Math.max(read - usage.inputTokens, 0);
    const unsaidOutput = seen - usage.outputTokens;
    const perInput = draw.inputTokens === 0 ? 0 : Math.ceil(draw.inputNanoUsd / draw.inputTokens);
    return {
      tokens: usage.inputTokens + unsaidInput + seen,
      nanoUsd: costNanoUsd + unsaidInput * perInput + unsaidOutput * draw.outputNanoUsd,
      toolCalls,
    };
  }
}

function isOfToolCalls({ limit }: DrawnOn): boolean {
  return limit.spec.meter === "toolCalls";
}

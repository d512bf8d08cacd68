// Owns what one attempt used and cost: read from the answer where it says so, counted here where it does not.

import type { AnswerHead, Operation } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter } from "../contracts/exchange.ts";
import { type Async, type Delta, type ErrorDelta, noUsage, type Usage } from "../contracts/frame.ts";
import type { FindPrice, Price } from "../contracts/price.ts";
import { refuse } from "../contracts/refusal.ts";
import type { KeptRecords } from "../contracts/store.ts";
import type { Outcome, Visit } from "../contracts/visit.ts";
import { costNanoUsd, formatUsd } from "../prices/cost.ts";
import type { TokenCounter } from "../tokenizer/counter.ts";
import { vendorTokens } from "../tokenizer/vendors.ts";
import { isCharged, keptKeyOf, unpaid } from "./meter-answers.ts";
import { countPrompt, noPrompt, type PromptCount } from "./meter-prompt.ts";
import { Tally } from "./meter-tally.ts";

export interface MeterOptions {
  readonly findPrice: FindPrice;
  readonly counter: Pick<TokenCounter, "count">;
  readonly records: Pick<KeptRecords, "charge">;
}

export function meterFilter(options: MeterOptions): AttemptFilter {
  return { name: "meter", open: (attempt) => new Metering(attempt, options) };
}

/** What costs nothing, or was paid for when it was made. */
const isFree: ReadonlySet<Operation> = new Set(["count", "models", "stored"]);

class Metering implements Visit {
  readonly kind = "visit";
  readonly #attempt: Attempt;
  readonly #options: MeterOptions;
  #head: AnswerHead | undefined = undefined;
  /** Of the answer, which may name a model where the call does not. */
  #model: string | undefined = undefined;
  #id: string | undefined = undefined;
  #said: Usage | undefined = undefined;
  /** As it was settled last. */
  #used: Usage = noUsage;
  #hasEnded = false;
  /** With the usage that was said last. */
  #isSettled = false;
  /** Of what was said since: undefined where the usage holds it all. */
  #tally: Tally | undefined = undefined;

  constructor(attempt: Attempt, options: MeterOptions) {
    this.#attempt = attempt;
    this.#options = options;
  }

  head(head: AnswerHead): undefined {
    this.#head = head;
  }

  frame<T extends { readonly deltas: readonly Delta[] }>(frame: T): T {
    const { deltas } = frame;
    let said: Usage | undefined;
    for (const delta of deltas) if (delta.kind === "usage") said = delta.usage;
    for (const delta of deltas) this.#take(delta, said);
    if (said !== undefined) this.#hear(said);
    return frame;
  }

  /** What the provider has refused or redirected costs nothing; what it may have worked on is never free. */
  close(outcome: Outcome): void {
    this.#closeUsage(outcome);
    const key = keptKeyOf(this.#attempt, this.#id);
    if (key === undefined || this.#used === noUsage) return;
    const { counting } = this.#attempt;
    if (counting === undefined) this.#chargeKept(key);
    else this.#attempt.counting = counting.then(() => this.#chargeKept(key));
  }

  #closeUsage({ ended }: Outcome): void {
    const said = this.#said;
    if (said === undefined) this.#closeUnsaid();
    else if (this.#tally !== undefined) this.#count(said, noPrompt);
    else if (!this.#hasEnded && ended !== "done") this.#settle({ ...said, isExact: false });
    else if (!this.#isSettled) this.#settle(said);
  }

  #closeUnsaid(): void {
    const { exchange, hasReachedUpstream } = this.#attempt;
    const { call } = exchange;
    const isWorkedOn = this.#head === undefined ? hasReachedUpstream : this.#head.status < 300;
    // A kept answer that is streamed says its usage last: whoever leaves before pays for what was seen.
    const isSeen = call?.operation === "stored" && call.isStream && this.#tally !== undefined;
    if (isWorkedOn && isSeen) this.#count(noUsage, noPrompt);
    else if (isWorkedOn && !isFree.has(call?.operation ?? "chat")) {
      this.#count(noUsage, call === undefined ? noPrompt : countPrompt(call));
    } else if (this.#price !== undefined) this.#attempt.costNanoUsd = 0;
  }

  /** `said`: the usage beside it, which holds what it says. */
  #take(delta: Delta, said: Usage | undefined): void {
    switch (delta.kind) {
      case "end":
        this.#hasEnded = true;
        this.#attempt.finishReason = delta.reason;
        return;
      case "start":
        this.#model = delta.model;
        this.#id = delta.id;
        return;
      case "tool":
        this.#attempt.toolCalls += 1;
        this.#tally ??= new Tally();
        this.#tally.addCall();
        return;
      case "error":
        this.#fail(delta);
        return;
      case "usage":
      case "signature":
      case "media":
      case "logprobs":
        return;
      default:
        if (said !== undefined || delta.mode !== "append" || delta.text === "") return;
        this.#tally ??= new Tally();
        this.#tally.addText(delta.text);
    }
  }

  /** Where the head has said so already, there is nothing to add. */
  #fail({ status }: ErrorDelta): void {
    if (this.#head === undefined || this.#head.status >= 400) return;
    this.#attempt.failure ??= refuse("upstream_failed", status === undefined ? {} : { status });
  }

  /** The usage holds all that was said before it. */
  #hear(said: Usage): void {
    this.#said = said;
    this.#tally = undefined;
    if (this.#attempt.exchange.call?.isStream === true) return;
    this.#isSettled = true;
    this.#settle(said);
    // What is left to be paid of an answer that was made before is known later.
    if (this.#attempt.exchange.call?.answerId === undefined) this.#announce(said);
  }

  /** Adds to what was said: by length at once, by the tokenizer as soon as it has counted. */
  #count(said: Usage, prompt: PromptCount): void {
    const attempt = this.#attempt;
    const tally = this.#tally ?? new Tally();
    const vendor = vendorTokens(this.#model ?? attempt.target.model ?? attempt.exchange.call?.model);
    const settle = ([input, output]: readonly (number | undefined)[]): void =>
      this.#settle({
        ...said,
        inputTokens: said.inputTokens + prompt.tokens(input, vendor),
        outputTokens: said.outputTokens + tally.tokens(output, vendor),
        isExact: false,
      });
    settle([]);
    if (prompt.texts.length + tally.texts.length === 0) return;
    const counting = this.#options.counter.count([prompt.texts, tally.texts]);
    attempt.counting = counting.then((counted) => {
      if (counted !== undefined) settle(counted);
    });
  }

  /** In full where the store is away: never less than is due. */
  #chargeKept(key: string): Async<void> {
    const paid = this.#options.records.charge(key, this.#used);
    if (!(paid instanceof Promise)) return this.#deduct(paid);
    const charging = paid.then((before) => this.#deduct(before));
    this.#attempt.counting ??= charging;
    return charging;
  }

  /**
   * A new answer is new work, even under an id that was there before. What was charged too much is not given
   * back: nothing gets negative.
   */
  #deduct(paid: Usage | "lost"): void {
    const attempt = this.#attempt;
    const isFetched = attempt.exchange.call?.answerId !== undefined;
    if (!isFetched || paid === "lost" || !isCharged(paid)) return;
    attempt.usage = unpaid(this.#used, paid);
    const price = this.#price;
    if (price === undefined || attempt.costNanoUsd === undefined) return;
    attempt.costNanoUsd = Math.max(0, attempt.costNanoUsd - costNanoUsd(paid, price, Date.now()));
  }

  #settle(usage: Usage): void {
    const attempt = this.#attempt;
    this.#used = usage;
    attempt.usage = usage;
    const price = this.#price;
    if (price === undefined) return;
    attempt.costNanoUsd = costNanoUsd(usage, price, Date.now());
    attempt.isCostAssumed = price.origin.kind === "assumed";
  }

  get #price(): Price | undefined {
    return this.#options.findPrice(this.#attempt, this.#model);
  }

  /** Reaches the client where the head still waits: unstreamed answers. */
  #announce(usage: Usage): void {
    if (this.#head === undefined) return;
    const { headers } = this.#head;
    headers["x-sluice-tokens-used"] = String(usage.inputTokens + usage.outputTokens);
    const { costNanoUsd: cost } = this.#attempt;
    if (cost !== undefined) headers["x-sluice-cost-usd"] = formatUsd(cost);
  }
}

// Owns what one attempt used and cost: read from the answer where it says so, counted here where it does not.

import type { AnswerHead, Call } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter } from "../contracts/exchange.ts";
import { type Delta, noUsage, type Usage } from "../contracts/frame.ts";
import type { Price } from "../contracts/price.ts";
import type { Visit } from "../contracts/visit.ts";

/** The price of the attempt's own target; undefined where the policy gives none. */
export type FindPrice = (attempt: Attempt) => Price | undefined;

export function meterFilter(findPrice: FindPrice): AttemptFilter {
  return { name: "meter", open: (attempt) => new Metering(attempt, findPrice(attempt)) };
}

class Metering implements Visit {
  readonly kind = "visit";
  readonly #attempt: Attempt;
  readonly #price: Price | undefined;
  #head: AnswerHead | undefined = undefined;
  #said: Usage | undefined = undefined;
  #textDeltas = 0;
  #textBytes = 0;

  constructor(attempt: Attempt, price: Price | undefined) {
    this.#attempt = attempt;
    this.#price = price;
  }

  head(head: AnswerHead): undefined {
    this.#head = head;
  }

  frame<T extends { readonly deltas: readonly Delta[] }>(frame: T): T {
    for (const delta of frame.deltas) this.#count(delta);
    return frame;
  }

  /** What the provider has refused or redirected costs nothing; what it may have worked on is never free. */
  close(): void {
    if (this.#said !== undefined) return;
    const { exchange, hasReachedUpstream } = this.#attempt;
    const isWorkedOn = this.#head === undefined ? hasReachedUpstream : this.#head.status < 300;
    this.#settle(isWorkedOn ? this.#counted(exchange.call) : noUsage);
  }

  #count(delta: Delta): void {
    switch (delta.kind) {
      case "usage":
        this.#said = delta.usage;
        this.#settle(delta.usage);
        this.#announce(delta.usage);
        return;
      case "end":
        this.#attempt.finishReason = delta.reason;
        return;
      case "start":
      case "tool":
      case "signature":
      case "media":
      case "logprobs":
      case "error":
        return;
      default:
        if (delta.mode !== "append" || delta.text === "") return;
        this.#textDeltas += 1;
        this.#textBytes += delta.text.length;
    }
  }

  #settle(usage: Usage): void {
    this.#attempt.usage = usage;
    if (this.#price !== undefined) this.#attempt.costNanoUsd = costOf(usage, this.#price);
  }

  /** Reaches the client where the head still waits: unstreamed answers. */
  #announce(usage: Usage): void {
    if (this.#head === undefined) return;
    const { headers } = this.#head;
    headers["x-sluice-tokens-used"] = String(usage.inputTokens + usage.outputTokens);
    if (this.#attempt.costNanoUsd !== undefined)
      headers["x-sluice-cost-usd"] = usd(this.#attempt.costNanoUsd);
  }

  /** Vendors stream about a token a delta and four bytes a token: the larger count is charged. */
  #counted(call: Call | undefined): Usage {
    const outputTokens = Math.max(this.#textDeltas, Math.ceil(this.#textBytes / 4));
    const inputTokens = Math.ceil((call?.body.length ?? 0) / 4);
    return { ...noUsage, inputTokens, outputTokens, isExact: false };
  }
}

/** Integer nano-dollars, rounded up: tokens × price may pass 2^53, so the product is taken as BigInt. */
export function costOf(usage: Usage, price: Price): number {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = usage;
  const plainInput = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  const perMillion =
    plainInput * price.inputNanoUsdPerMillion +
    cachedInputTokens * price.cachedInputNanoUsdPerMillion +
    cacheWriteTokens * price.cacheWriteNanoUsdPerMillion +
    outputTokens * price.outputNanoUsdPerMillion;
  if (Number.isSafeInteger(perMillion)) return Math.ceil(perMillion / 1e6) + price.perCallNanoUsd;
  const exact =
    BigInt(plainInput) * BigInt(price.inputNanoUsdPerMillion) +
    BigInt(cachedInputTokens) * BigInt(price.cachedInputNanoUsdPerMillion) +
    BigInt(cacheWriteTokens) * BigInt(price.cacheWriteNanoUsdPerMillion) +
    BigInt(outputTokens) * BigInt(price.outputNanoUsdPerMillion);
  return Number((exact + 999_999n) / 1_000_000n) + price.perCallNanoUsd;
}

/** Dollars with up to nine decimals, without trailing zeros. */
export function usd(nanoUsd: number): string {
  const digits = String(nanoUsd).padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "");
}

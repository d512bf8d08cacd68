// Owns what an attempt on a metered route costs: one call, since nobody reads what it used. Knows no route.

import type { AnswerHead } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter } from "../contracts/exchange.ts";
import type { Price } from "../contracts/price.ts";
import type { Visit } from "../contracts/visit.ts";

/** The price of the attempt's own target; undefined where none is known. */
export function perCallFilter(findPrice: (attempt: Attempt) => Price | undefined): AttemptFilter {
  return { name: "per-call", open: (attempt) => new Charging(attempt, findPrice(attempt)) };
}

class Charging implements Visit {
  readonly kind = "visit";
  readonly #attempt: Attempt;
  readonly #price: Price | undefined;
  #head: AnswerHead | undefined = undefined;

  constructor(attempt: Attempt, price: Price | undefined) {
    this.#attempt = attempt;
    this.#price = price;
  }

  head(head: AnswerHead): undefined {
    this.#head = head;
  }

  /** What the provider has refused costs nothing; what it may have worked on is never free. */
  close(): void {
    const attempt = this.#attempt;
    const isWorkedOn = this.#head === undefined ? attempt.hasReachedUpstream : this.#head.status < 300;
    if (!isWorkedOn) return;
    attempt.isMetered = true;
    if (this.#price !== undefined) attempt.costNanoUsd = costOfCall(this.#price);
  }
}

/** Undefined: it is priced by tokens, which were not counted. */
function costOfCall(price: Price): number | undefined {
  const { perCallNanoUsd, inputNanoUsdPerMillion, outputNanoUsdPerMillion } = price;
  const isPricedByTokens = inputNanoUsdPerMillion + outputNanoUsdPerMillion > 0;
  return perCallNanoUsd === 0 && isPricedByTokens ? undefined : perCallNanoUsd;
}

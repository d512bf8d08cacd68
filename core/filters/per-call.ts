// Owns what an attempt on a metered route costs: by what its answer says it used, where that is read, else as
// one call. Knows no route.

import type { AnswerHead } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter } from "../contracts/exchange.ts";
import type { Frame, Usage } from "../contracts/frame.ts";
import type { Price } from "../contracts/price.ts";
import type { Visit } from "../contracts/visit.ts";
import { costNanoUsd } from "../prices/cost.ts";

/** The price of the attempt's own target; undefined where none is known. */
export function perCallFilter(findPrice: (attempt: Attempt) => Price | undefined): AttemptFilter {
  return {
    name: "per-call",
    open: (attempt) => {
      const price = findPrice(attempt);
      const { saysUsage } = attempt.exchange.route;
      return saysUsage ? new Hearing(attempt, price) : new Charging(attempt, price);
    },
  };
}

class Charging implements Visit {
  readonly kind = "visit";
  protected usage: Usage | undefined = undefined;
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
    attempt.usage = this.usage ?? attempt.usage;
    if (this.#price !== undefined) attempt.costNanoUsd = costOf(this.usage, this.#price);
  }
}

/** With a `frame` hook, where there is something to hear: without one nobody cuts the answer into frames. */
class Hearing extends Charging {
  frame(frame: Frame): Frame {
    for (const delta of frame.deltas) if (delta.kind === "usage") this.usage = delta.usage;
    return frame;
  }
}

/** Undefined: it is priced by tokens, which were not counted. */
function costOf(usage: Usage | undefined, price: Price): number | undefined {
  if (usage !== undefined) return costNanoUsd(usage, price, Date.now());
  const { perCallNanoUsd, inputNanoUsdPerMillion, outputNanoUsdPerMillion } = price;
  const isPricedByTokens = inputNanoUsdPerMillion + outputNanoUsdPerMillion > 0;
  return perCallNanoUsd === 0 && isPricedByTokens ? undefined : perCallNanoUsd;
}

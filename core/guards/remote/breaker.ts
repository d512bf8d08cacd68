// Owns when a remote guard is asked at all: after failures in a row it is left alone for a while. Knows no
// request.

import type { Unable } from "../../contracts/guard.ts";
import { overloaded, unreachable } from "./findings.ts";

export interface BreakerOptions {
  /** In a row. */
  readonly failuresMax: number;
  /** The first time; each further one without a recovery in between is twice as long. */
  readonly openMs: number;
  readonly openMsMax: number;
}

/** COMPATIBILITY: good answers, one after another, that close it again. */
const probesMin = 3;

/** Shown again when the answer is there, or is not coming. */
export interface Admission {
  readonly kind: "admission";
  readonly isProbe: boolean;
  /** Which time of being closed, or of being open, it belongs to. */
  readonly era: number;
}

/** `neither`: what was asked is to blame, or nobody was asked. */
export type Result = "good" | "bad" | "neither";

export class Breaker {
  readonly #options: BreakerOptions;
  #state: "closed" | "open" | "half_open" = "closed";
  #failures = 0;
  #openMs: number;
  #untilMs = 0;
  #isProbing = false;
  #good = 0;
  #era = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#openMs = options.openMs;
  }

  /** Why nobody may ask just now; undefined: `admit` may say more. */
  get refusal(): Unable | undefined {
    return this.#state === "open" && performance.now() < this.#untilMs ? unreachable : undefined;
  }

  admit(): Admission | Unable {
    if (this.#state === "closed") return { kind: "admission", isProbe: false, era: this.#era };
    if (this.refusal !== undefined) return this.refusal;
    if (this.#isProbing) return overloaded;
    this.#state = "half_open";
    this.#isProbing = true;
    return { kind: "admission", isProbe: true, era: this.#era };
  }

  note({ isProbe, era }: Admission, result: Result): void {
    // Asked before it opened: says nothing of how it is now.
    if (era !== this.#era) return;
    if (isProbe) this.#isProbing = false;
    if (result === "neither") return;
    if (isProbe) this.#noteProbe(result);
    else {
      this.#failures = result === "good" ? 0 : this.#failures + 1;
      if (this.#failures >= this.#options.failuresMax) this.#open();
    }
  }

  #noteProbe(result: Result): void {
    if (result === "bad") {
      this.#openMs = Math.min(2 * this.#openMs, this.#options.openMsMax);
      this.#open();
      return;
    }
    this.#good += 1;
    if (this.#good < probesMin) return;
    this.#state = "closed";
    this.#openMs = this.#options.openMs;
    this.#era += 1;
  }

  #open(): void {
    this.#state = "open";
    this.#untilMs = performance.now() + this.#openMs;
    this.#failures = 0;
    this.#good = 0;
    this.#era += 1;
  }
}

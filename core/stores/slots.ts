// Owns the count of what is held at the same time, in memory. Knows no lease: it is told to give back.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Figure } from "./figure.ts";

export class Slots implements Figure {
  #held = 0;
  #askedAtMs = 0;

  /** Not at the moment it is asked: a reservation that is not through yet may still take from it. */
  get expiresAtMs(): number {
    return this.#held === 0 ? this.#askedAtMs + 1 : Number.POSITIVE_INFINITY;
  }

  wait(counter: Counter, nowMs: number): number {
    this.#askedAtMs = nowMs;
    return this.#held + counter.amount > counter.limit ? Number.POSITIVE_INFINITY : 0;
  }

  take(counter: Counter, _nowMs: number): void {
    this.#held += counter.amount;
  }

  giveBack(counter: Counter): void {
    this.#held -= counter.amount;
  }

  state(counter: Counter, _nowMs: number): CounterState {
    return { remaining: Math.max(counter.limit - this.#held, 0), resetMs: 0 };
  }
}

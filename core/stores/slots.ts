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

  room(counter: Counter, nowMs: number): number {
    this.#askedAtMs = nowMs;
    return counter.limit - this.#held;
  }

  wait(): number {
    return 0;
  }

  take(amount: number): number {
    this.#held += amount;
    return 0;
  }

  giveBack(amount: number): void {
    this.#held -= amount;
  }

  state({ limit }: Counter): CounterState {
    return { used: this.#held, remaining: Math.max(limit - this.#held, 0), resetMs: 0 };
  }
}

// Owns the count of what is held at the same time, in memory. Knows no lease: it is told to give back.

import type { CounterState } from "../contracts/limit.ts";
import type { Gauge } from "../contracts/store.ts";
import type { Figure } from "./figure.ts";

export class Slots implements Figure {
  #held = 0;
  #askedAtMs: number;

  constructor(nowMs: number) {
    this.#askedAtMs = nowMs;
  }

  /** Not at the moment it is asked: a reservation that is not through yet may still take from it. */
  get expiresAtMs(): number {
    return this.#held === 0 ? this.#askedAtMs + 1 : Number.POSITIVE_INFINITY;
  }

  room({ limit }: Gauge, nowMs: number): number {
    this.#askedAtMs = nowMs;
    return limit - this.#held;
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

  state({ limit }: Gauge): CounterState {
    return { used: this.#held, remaining: Math.max(limit - this.#held, 0), resetMs: 0 };
  }

  standing(): Pick<CounterState, "used" | "resetMs"> {
    return { used: this.#held, resetMs: 0 };
  }
}

// Owns one slice of a counter: what is left of it, who holds some of it, when it ends. Knows no store.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Lease } from "../contracts/store.ts";
import type { Figure } from "./figure.ts";

export class Slice implements Figure {
  readonly expiresAtMs = Number.POSITIVE_INFINITY;
  readonly size: number;
  readonly renewAtMs: number;
  counter: Counter;
  touchedAtMs = performance.now();
  readonly #lease: Lease;
  /** From then on the store has it in its books no more. */
  readonly #endsAtMs: number;
  #left: number;
  #holders = 0;
  #isRetired = false;

  /** `lease`: of `size` on this counter alone, in the store. */
  constructor(counter: Counter, size: number, lease: Lease, renewMs: number) {
    this.counter = counter;
    this.size = size;
    this.#left = size;
    this.#lease = lease;
    const nowMs = performance.now();
    this.#endsAtMs = nowMs + lifeMsOf(counter, lease.states[0]?.resetMs ?? 0);
    const isRing = counter.window.kind === "sliding";
    this.renewAtMs = nowMs + (isRing ? Math.min(counter.window.windowMs / 4, renewMs) : renewMs);
  }

  get isOver(): boolean {
    return performance.now() >= this.#endsAtMs;
  }

  get isSpentOf(): boolean {
    return this.#left < this.size;
  }

  touch(counter: Counter): void {
    this.counter = counter;
    this.touchedAtMs = performance.now();
  }

  /** Who may still take or give back. */
  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    this.#settleIfDone();
  }

  /** No further ask is granted from it; the rest goes back when the last has let go. */
  retire(): void {
    this.#isRetired = true;
    this.#settleIfDone();
  }

  room(): number {
    return this.isOver ? 0 : this.#left;
  }

  wait(): number {
    return 0;
  }

  take(amount: number): number {
    this.#left -= amount;
    return 0;
  }

  giveBack(amount: number): void {
    this.#left += amount;
  }

  state(): CounterState {
    return { used: this.size - this.#left, remaining: Math.max(this.#left, 0), resetMs: 0 };
  }

  standing(): Pick<CounterState, "used" | "resetMs"> {
    return this.state();
  }

  #settleIfDone(): void {
    if (this.#isRetired && this.#holders === 0) this.#lease.settle([this.size - this.#left]);
  }
}

function lifeMsOf({ window }: Counter, resetMs: number): number {
  if (window.kind === "sliding") return window.windowMs;
  if (window.kind === "life") return window.idleMs;
  return window.kind === "calendar" && resetMs > 0 ? resetMs : Number.POSITIVE_INFINITY;
}

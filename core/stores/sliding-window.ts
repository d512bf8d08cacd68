// Owns the count of a sliding window and its burst, in memory. redis-scripts.ts does the same in Lua.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Figure } from "./figure.ts";

/** A window is 31 slots long and so touches at most 32: the oldest, partly outside, is counted whole. */
export const slotCount = 32;
const mask = slotCount - 1;
/** Of one request: forgives what floating point loses when a bucket drains. */
const epsilon = 1e-6;

/**
 * A ring of 32 counts, and a bucket that drains at limit ÷ window and holds `burst`.
 * No window of this length ever holds more than the limit; up to 1/31 of it is given up for bounded memory.
 */
export class SlidingWindow implements Figure {
  readonly windowMs: number;
  readonly #slotMs: number;
  readonly #counts: number[] = new Array<number>(slotCount).fill(0);
  #slot = 0;
  #used = 0;
  #level = 0;
  #drainedAtMs = 0;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
    this.#slotMs = Math.ceil(windowMs / (slotCount - 1));
  }

  get expiresAtMs(): number {
    return (this.#slot + slotCount) * this.#slotMs;
  }

  room(counter: Counter, nowMs: number): number {
    this.#advance(Math.floor(nowMs / this.#slotMs));
    this.#drain(counter.limit, nowMs);
    return Math.min(counter.limit - this.#used, Math.floor(burstOf(counter) - this.#level + epsilon));
  }

  wait(counter: Counter, amount: number, nowMs: number): number {
    const burst = burstOf(counter);
    if (amount > Math.min(counter.limit, burst)) return 0;
    const over = this.#level + amount - burst;
    const bucketWaitMs = over > epsilon ? Math.ceil((over * this.windowMs) / counter.limit) : 0;
    return Math.max(this.#windowWait(this.#used + amount - counter.limit, nowMs), bucketWaitMs);
  }

  take(amount: number): number {
    this.#used += amount;
    this.#level += amount;
    const at = this.#slot & mask;
    this.#counts[at] = (this.#counts[at] ?? 0) + amount;
    return this.#slot;
  }

  giveBack(amount: number, place: number): void {
    if (this.#slot - place > mask) {
      if (amount < 0) this.take(-amount);
      return;
    }
    this.#used -= amount;
    this.#level = Math.max(this.#level - amount, 0);
    const at = place & mask;
    this.#counts[at] = (this.#counts[at] ?? 0) - amount;
  }

  state(counter: Counter, nowMs: number): CounterState {
    const used = this.#used;
    const remaining = Math.max(counter.limit - used, 0);
    const room = burstOf(counter) - this.#level;
    const burstRemaining = Math.max(Math.floor(room + epsilon), 0);
    if (burstRemaining >= remaining) return { used, remaining, resetMs: this.#windowWait(1, nowMs) };
    const resetMs = Math.ceil(((burstRemaining + 1 - room) * this.windowMs) / counter.limit);
    return { used, remaining: burstRemaining, resetMs };
  }

  #advance(slot: number): void {
    for (let passed = Math.max(this.#slot + 1, slot - mask); passed <= slot; passed += 1) {
      const at = passed & mask;
      this.#used -= this.#counts[at] ?? 0;
      this.#counts[at] = 0;
    }
    this.#slot = Math.max(slot, this.#slot);
  }

  #drain(limit: number, nowMs: number): void {
    const passedMs = Math.max(nowMs - this.#drainedAtMs, 0);
    this.#level = Math.max(this.#level - (passedMs * limit) / this.windowMs, 0);
    this.#drainedAtMs += passedMs;
  }

  /** Milliseconds until so many slots have left the window that `over` fits again. */
  #windowWait(over: number, nowMs: number): number {
    if (over <= 0) return 0;
    let left = over;
    for (let slot = this.#slot - mask; slot <= this.#slot; slot += 1) {
      left -= this.#counts[slot & mask] ?? 0;
      if (left <= 0) return (slot + slotCount) * this.#slotMs - nowMs;
    }
    return this.windowMs;
  }
}

function burstOf({ window }: Counter): number {
  return window.kind === "sliding" && window.burst !== undefined ? window.burst : Number.POSITIVE_INFINITY;
}

// Owns the count of a sliding window and its burst, in memory. lua-figures.ts does the same in Lua.

import type { CounterState } from "../contracts/limit.ts";
import type { Gauge } from "../contracts/store.ts";
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
  #slot: number;
  #used = 0;
  #level = 0;
  #drainedAtMs = 0;
  /** Drained a millisecond, when last asked. */
  #rate = 0;

  constructor(windowMs: number, nowMs: number) {
    this.windowMs = windowMs;
    this.#slotMs = Math.ceil(windowMs / (slotCount - 1));
    this.#slot = Math.floor(nowMs / this.#slotMs);
  }

  get expiresAtMs(): number {
    return (this.#slot + slotCount) * this.#slotMs;
  }

  room(gauge: Gauge, nowMs: number): number {
    this.#advance(Math.floor(nowMs / this.#slotMs));
    this.#drain(gauge.limit, nowMs);
    return Math.min(gauge.limit - this.#used, Math.floor(burstOf(gauge) - this.#level + epsilon));
  }

  wait(gauge: Gauge, amount: number, nowMs: number): number {
    const burst = burstOf(gauge);
    if (amount > Math.min(gauge.limit, burst)) return 0;
    const over = this.#level + amount - burst;
    const bucketWaitMs = over > epsilon ? Math.ceil((over * this.windowMs) / gauge.limit) : 0;
    return Math.max(this.#windowWait(this.#used + amount - gauge.limit, nowMs), bucketWaitMs);
  }

  take(amount: number): number {
    this.#used += amount;
    this.#level += amount;
    const at = this.#slot & mask;
    this.#counts[at] = (this.#counts[at] ?? 0) + amount;
    return this.#slot;
  }

  giveBack(amount: number, place: number): void {
    if (this.#slot - place > mask) return;
    this.#used -= amount;
    // What may have drained since is in the bucket no more: given back, it would let more than a burst in.
    const drained = (this.#drainedAtMs - place * this.#slotMs) * this.#rate;
    const held = amount < 0 ? amount : Math.max(amount - drained, 0);
    this.#level = Math.max(this.#level - held, 0);
    const at = place & mask;
    this.#counts[at] = (this.#counts[at] ?? 0) - amount;
  }

  state(gauge: Gauge, nowMs: number): CounterState {
    const used = this.#used;
    const remaining = Math.max(gauge.limit - used, 0);
    const room = burstOf(gauge) - this.#level;
    const burstRemaining = Math.max(Math.floor(room + epsilon), 0);
    if (burstRemaining >= remaining) return { used, remaining, resetMs: this.#windowWait(1, nowMs) };
    const resetMs = Math.ceil(((burstRemaining + 1 - room) * this.windowMs) / gauge.limit);
    return { used, remaining: burstRemaining, resetMs };
  }

  standing(nowMs: number): Pick<CounterState, "used" | "resetMs"> {
    this.#advance(Math.floor(nowMs / this.#slotMs));
    return { used: this.#used, resetMs: this.#windowWait(1, nowMs) };
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
    this.#rate = limit / this.windowMs;
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

function burstOf({ window }: Gauge): number {
  return window.kind === "sliding" && window.burst !== undefined ? window.burst : Number.POSITIVE_INFINITY;
}

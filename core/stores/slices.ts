// Owns the slices this process keeps reserved for a time without the store: each charged there before, spent
// here, the rest given back. Knows no script.

import type { Ask, Counter, CounterState } from "../contracts/limit.ts";
import { noUnits } from "../contracts/limit.ts";
import type { Lease } from "../contracts/store.ts";
import { keyOf } from "./redis-keys.ts";
import { Slice } from "./slice.ts";

/** Of a counter's limit; more where one ask takes more, up to the largest. */
const sliceShare = 0.02;
const sliceShareMax = 0.05;
/** A budget that is nearly used up belongs to those who ask now. */
const shareLeftMin = 0.1;
/** Counters this process keeps slices of. */
const slicesMax = 1_000;
const idleMs = 60_000;
/** Sooner than the store forgets what was reserved. */
const renewMs = 1_800_000;
const retryMs = 10_000;
const checkMs = 1_000;

export interface SlicesOptions {
  /** Undefined where there is not so much left, or nobody to ask. */
  readonly reserve: (ask: Ask) => Promise<Lease | undefined>;
  readonly isUp: () => boolean;
  /** No other process uses it. */
  readonly name: string;
}

export class Slices {
  readonly #options: SlicesOptions;
  readonly #slices = new Map<string, Slice>();
  /** When the next attempt may be made, by key; while one is under way, never. */
  readonly #waits = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #reserved = 0;

  constructor(options: SlicesOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.check(), checkMs).unref();
  }

  /** After each step that Redis granted: from then on there is a slice, or it goes where little is left. */
  note(counter: Counter, { remaining }: CounterState, taken: number): void {
    const key = keyOf(counter);
    const slice = this.#slices.get(key);
    slice?.touch(counter);
    if (remaining < shareLeftMin * counter.limit) this.giveUp(counter);
    else if (slice === undefined) this.#reserve(key, counter, sizeFor(counter, taken));
  }

  /** Others are short of it. */
  giveUp(counter: Counter): void {
    const key = keyOf(counter);
    this.#slices.get(key)?.retire();
    this.#slices.delete(key);
  }

  sliceFor(counter: Counter): Slice | undefined {
    const slice = this.#slices.get(keyOf(counter));
    return slice === undefined || slice.isOver ? undefined : slice;
  }

  /** While the store is there, what was spent of or grown old is given back, and reserved anew. */
  check(): void {
    const nowMs = performance.now();
    for (const [key, startMs] of this.#waits) if (startMs <= nowMs) this.#waits.delete(key);
    if (!this.#options.isUp()) return;
    for (const [key, slice] of this.#slices) {
      const isIdle = slice.touchedAtMs < nowMs - idleMs;
      if (isIdle || slice.isOver) this.giveUp(slice.counter);
      else if (slice.isSpentOf || slice.renewAtMs <= nowMs) this.#reserve(key, slice.counter, slice.size);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const slice of this.#slices.values()) slice.retire();
    this.#slices.clear();
  }

  #reserve(key: string, counter: Counter, size: number): void {
    const isFull = this.#slices.size + this.#waits.size >= slicesMax && !this.#slices.has(key);
    if (size < 1 || isFull || this.#waits.has(key)) return;
    this.#waits.set(key, Number.POSITIVE_INFINITY);
    void this.#reserveNow(key, counter, size);
  }

  async #reserveNow(key: string, counter: Counter, size: number): Promise<void> {
    this.#reserved += 1;
    const alone = { ...counter, amount: size, perUnit: 0, role: "ceiling" } as const;
    const id = `${this.#options.name}-slice-${this.#reserved}`;
    const lease = await this.#options.reserve({ id, counters: [alone], units: noUnits });
    if (lease === undefined) {
      this.#waits.set(key, performance.now() + retryMs);
      return;
    }
    this.#waits.delete(key);
    this.#slices.get(key)?.retire();
    this.#slices.set(key, new Slice(counter, size, lease, renewMs));
  }
}

function sizeFor({ limit, amount, window }: Counter, taken: number): number {
  if (window.kind === "concurrency" || window.kind === "fixed") return 0;
  const most = Math.floor(sliceShareMax * limit);
  const least = taken <= most ? taken : amount;
  return Math.max(Math.floor(sliceShare * limit), least <= most ? least : 0);
}

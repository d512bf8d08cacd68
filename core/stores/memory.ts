// Owns the store of one process: figures in bounded maps, a verdict at once. Shares nothing with others.

import type { Async } from "../contracts/frame.ts";
import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Lease, Shortage, Store } from "../contracts/store.ts";
import { ExpiringMap } from "./expiring-map.ts";
import type { Figure } from "./figure.ts";
import { hasFixed, takeFixed, unknownState } from "./fixed-windows.ts";
import { MemoryFixedWindows } from "./memory-fixed.ts";
import { MemoryKeptRecords } from "./memory-kept.ts";
import { RecentLeases } from "./recent-leases.ts";
import { SlidingWindow } from "./sliding-window.ts";
import { Slots } from "./slots.ts";

export interface MemoryOptions {
  /** Monotonic milliseconds; windows go by it. */
  readonly clock?: () => number;
  /** Keys of each kind of window. At the bound new ones are refused as lost until old ones expire. */
  readonly keysMax?: number;
}

const keysMaxDefault = 50_000;

export class MemoryStore implements Store {
  readonly name = "memory";
  readonly isUp = true;
  readonly kept = new MemoryKeptRecords();
  readonly #clock: () => number;
  readonly #windows: ExpiringMap<SlidingWindow>;
  readonly #slots: ExpiringMap<Slots>;
  readonly #fixed: MemoryFixedWindows;
  readonly #recent = new RecentLeases();

  constructor({ clock = () => performance.now(), keysMax = keysMaxDefault }: MemoryOptions = {}) {
    this.#clock = clock;
    this.#windows = new ExpiringMap(keysMax);
    this.#slots = new ExpiringMap(keysMax);
    this.#fixed = new MemoryFixedWindows(keysMax);
  }

  /** A promise only where a fixed window is among the counters. */
  reserve(id: string, counters: readonly Counter[]): Async<Lease | Shortage> {
    const earlier = this.#recent.find(id);
    if (earlier !== undefined) return earlier;
    if (hasFixed(counters)) return this.#recent.keepPending(id, this.#reserveWithFixed(counters));
    const verdict = this.#reserveNow(counters, []);
    return verdict.kind === "lease" ? this.#recent.keep(id, verdict) : verdict;
  }

  async close(): Promise<void> {}

  async #reserveWithFixed(counters: readonly Counter[]): Promise<Lease | Shortage> {
    const taken = await takeFixed(this.#fixed, counters, Number.POSITIVE_INFINITY);
    if (taken.kind === "shortage") return taken;
    const verdict = this.#reserveNow(counters, taken.states);
    if (verdict.kind === "shortage") taken.giveBack();
    return verdict;
  }

  /** Fixed counters are taken already, and their states known. */
  #reserveNow(counters: readonly Counter[], taken: readonly CounterState[]): Lease | Shortage {
    const nowMs = Math.floor(this.#clock());
    const figures: (Figure | undefined)[] = [];
    for (const [index, counter] of counters.entries()) {
      const figure = this.#figureOf(counter, nowMs);
      figures.push(figure);
      if (counter.window.kind === "fixed") continue;
      if (figure === undefined) return { kind: "shortage", index, state: unknownState, cause: "lost" };
      const waitMs = figure.wait(counter, nowMs);
      if (waitMs === 0) continue;
      const { remaining } = figure.state(counter, nowMs);
      const resetMs = Number.isFinite(waitMs) ? waitMs : 0;
      return { kind: "shortage", index, state: { remaining, resetMs }, cause: "full" };
    }
    const states: CounterState[] = [];
    const held: Held[] = [];
    for (const [index, counter] of counters.entries()) {
      const figure = figures[index];
      figure?.take(counter, nowMs);
      states.push(figure?.state(counter, nowMs) ?? taken[index] ?? unknownState);
      if (figure instanceof Slots) held.push({ slots: figure, counter });
    }
    return new MemoryLease(states, held);
  }

  /** Undefined for a fixed window, and where there is no room for a new key. */
  #figureOf({ key, window }: Counter, nowMs: number): Figure | undefined {
    if (window.kind === "concurrency") {
      return this.#slots.get(key) ?? this.#slots.put(key, new Slots(), nowMs);
    }
    if (window.kind === "fixed") return undefined;
    const known = this.#windows.get(key);
    if (known?.windowMs === window.windowMs) return known;
    return this.#windows.put(key, new SlidingWindow(window.windowMs), nowMs);
  }
}

interface Held {
  readonly slots: Slots;
  readonly counter: Counter;
}

class MemoryLease implements Lease {
  readonly kind = "lease";
  readonly states: readonly CounterState[];
  #held: readonly Held[];

  constructor(states: readonly CounterState[], held: readonly Held[]) {
    this.states = states;
    this.#held = held;
  }

  settle(): void {
    const held = this.#held;
    this.#held = [];
    for (const { slots, counter } of held) slots.giveBack(counter);
  }
}

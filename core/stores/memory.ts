// Owns the store of one process: figures in bounded maps, a verdict at once. Shares nothing with others.

import type { Async } from "../contracts/frame.ts";
import type { Ask, Counter, CounterState } from "../contracts/limit.ts";
import type { Lease, Shortage, Store } from "../contracts/store.ts";
import { ExpiringMap } from "./expiring-map.ts";
import type { Figure } from "./figure.ts";
import { hasFixed, takeFixed, unknownState } from "./fixed-windows.ts";
import { MemoryFixedWindows } from "./memory-fixed.ts";
import { MemoryKeptRecords } from "./memory-kept.ts";
import { MemoryLease } from "./memory-lease.ts";
import { RecentLeases } from "./recent-leases.ts";
import { SlidingWindow } from "./sliding-window.ts";
import { Slots } from "./slots.ts";
import { takeAll, type Wanted } from "./take-all.ts";
import { Total } from "./total.ts";

export interface MemoryOptions {
  /** Monotonic milliseconds; windows go by it. */
  readonly clock?: () => number;
  /** Milliseconds since the epoch; calendars go by it. */
  readonly wallClock?: () => number;
  /** Keys of each kind of window. At the bound new ones are refused as lost until old ones expire. */
  readonly keysMax?: number;
}

const keysMaxDefault = 50_000;

export class MemoryStore implements Store {
  readonly name = "memory";
  readonly isUp = true;
  readonly kept = new MemoryKeptRecords();
  readonly #clock: () => number;
  readonly #wallClock: () => number;
  readonly #windows: ExpiringMap<SlidingWindow>;
  readonly #periods: ExpiringMap<Total>;
  readonly #lives: ExpiringMap<Total>;
  readonly #slots: ExpiringMap<Slots>;
  readonly #fixed: MemoryFixedWindows;
  readonly #recent = new RecentLeases();

  constructor(options: MemoryOptions = {}) {
    const { clock = () => performance.now(), wallClock = Date.now, keysMax = keysMaxDefault } = options;
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#windows = new ExpiringMap(keysMax);
    this.#periods = new ExpiringMap(keysMax);
    this.#lives = new ExpiringMap(keysMax);
    this.#slots = new ExpiringMap(keysMax);
    this.#fixed = new MemoryFixedWindows(keysMax);
  }

  /** A promise only where a fixed window is among the counters. */
  reserve(ask: Ask): Async<Lease | Shortage> {
    const earlier = this.#recent.find(ask.id);
    if (earlier !== undefined) return earlier;
    if (hasFixed(ask.counters)) return this.#recent.keepPending(ask.id, this.#reserveWithFixed(ask));
    const verdict = this.#reserveNow(ask, []);
    return verdict.kind === "lease" ? this.#recent.keep(ask.id, verdict) : verdict;
  }

  async close(): Promise<void> {}

  async #reserveWithFixed(ask: Ask): Promise<Lease | Shortage> {
    const taken = await takeFixed(this.#fixed, ask.counters, Number.POSITIVE_INFINITY);
    if (taken.kind === "shortage") return taken;
    const verdict = this.#reserveNow(ask, taken.states);
    if (verdict.kind === "shortage") taken.giveBack();
    return verdict;
  }

  /** Fixed counters are taken already, and their states known. */
  #reserveNow({ counters, units }: Ask, fixed: readonly CounterState[]): Lease | Shortage {
    const wanted: Wanted[] = [];
    for (let index = 0; index < counters.length; index++) {
      const counter = counters[index] as Counter;
      const nowMs = this.#now(counter);
      const figure = this.#figureOf(counter, nowMs);
      if (figure === undefined && counter.window.kind !== "fixed") {
        return { kind: "shortage", index, state: unknownState, cause: "lost" };
      }
      wanted.push({ counter, figure, amount: counter.amount, state: fixed[index] ?? unknownState });
    }
    const taken = takeAll(wanted, units, this.#now);
    return taken.kind === "shortage" ? taken : new MemoryLease(wanted, taken, this.#now);
  }

  readonly #now = ({ window }: Counter): number =>
    Math.floor(window.kind === "calendar" ? this.#wallClock() : this.#clock());

  /** Undefined for a fixed window, and where there is no room for a new key. */
  #figureOf({ key, window }: Counter, nowMs: number): Figure | undefined {
    switch (window.kind) {
      case "concurrency":
        return this.#slots.get(key) ?? this.#slots.put(key, new Slots(), nowMs);
      case "calendar":
        return this.#periods.get(key) ?? this.#periods.put(key, new Total(), nowMs);
      case "life":
        return living(this.#lives.get(key), nowMs) ?? this.#lives.put(key, new Total(), nowMs);
      case "sliding": {
        const known = this.#windows.get(key);
        if (known?.windowMs === window.windowMs) return known;
        return this.#windows.put(key, new SlidingWindow(window.windowMs), nowMs);
      }
      case "fixed":
        return undefined;
    }
  }
}

/** An expired life is over, though nobody has swept it yet. */
function living(total: Total | undefined, nowMs: number): Total | undefined {
  return total !== undefined && total.expiresAtMs > nowMs ? total : undefined;
}

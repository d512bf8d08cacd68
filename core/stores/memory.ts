// Owns the store of one process: figures in bounded maps, a verdict at once. Shares nothing with others.

import type { Async } from "../contracts/frame.ts";
import type { Ask } from "../contracts/limit.ts";
import type { Lease, Shortage, Store } from "../contracts/store.ts";
import { hasFixed, takeFixed } from "./fixed-windows.ts";
import { MemoryKeptAnswers } from "./memory-answers.ts";
import { MemoryApprovals } from "./memory-approvals.ts";
import { MemoryDesk } from "./memory-desk.ts";
import { type MemoryClocks, MemoryFigures } from "./memory-figures.ts";
import { MemoryFixedWindows } from "./memory-fixed.ts";
import { MemoryKeptRecords } from "./memory-kept.ts";
import { MemoryToolRegistry } from "./memory-registry.ts";
import { RecentLeases } from "./recent-leases.ts";
import { reserveHere } from "./reserve-here.ts";

export interface MemoryOptions extends MemoryClocks {
  /** Keys of each kind of window. At the bound new ones are refused as lost until old ones expire. */
  readonly keysMax?: number;
}

const keysMaxDefault = 50_000;

export class MemoryStore implements Store {
  readonly name = "memory";
  readonly isShared: boolean = false;
  readonly isUp = true;
  readonly kept = new MemoryKeptRecords();
  readonly desk: MemoryDesk;
  readonly answers = new MemoryKeptAnswers();
  readonly approvals = new MemoryApprovals();
  readonly tools = new MemoryToolRegistry();
  readonly #figures: MemoryFigures;
  readonly #fixed: MemoryFixedWindows;
  readonly #recent = new RecentLeases();

  constructor({ keysMax = keysMaxDefault, ...clocks }: MemoryOptions = {}) {
    this.#figures = new MemoryFigures(keysMax, clocks);
    this.desk = new MemoryDesk(this.#figures);
    this.#fixed = new MemoryFixedWindows(keysMax);
  }

  /** A promise only where a fixed window is among the counters. */
  reserve(ask: Ask): Async<Lease | Shortage> {
    const earlier = this.#recent.find(ask.id);
    if (earlier !== undefined) return earlier;
    if (hasFixed(ask.counters)) return this.#recent.keepPending(ask.id, this.#reserveWithFixed(ask));
    const verdict = reserveHere(this.#figures, ask, []);
    return verdict.kind === "lease" ? this.#recent.keep(ask.id, verdict) : verdict;
  }

  async close(): Promise<void> {}

  async #reserveWithFixed(ask: Ask): Promise<Lease | Shortage> {
    const taken = await takeFixed(this.#fixed, ask.counters, Number.POSITIVE_INFINITY);
    if (taken.kind === "shortage") return taken;
    const verdict = reserveHere(this.#figures, ask, taken.states);
    if (verdict.kind === "shortage") taken.giveBack();
    return verdict;
  }
}

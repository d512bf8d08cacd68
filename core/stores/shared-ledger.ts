// Owns the way of entries into the ledger that is kept: summed here, sent every second, kept while the store
// is away. Nobody waits, nothing is added twice. Knows no Redis.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type {
  Ledger,
  LedgerAxis,
  LedgerBatch,
  LedgerDimension,
  LedgerEntry,
  LedgerRow,
  LedgerStore,
  LedgerTotal,
} from "../contracts/ledger.ts";
import { LedgerBook } from "./ledger-book.ts";

const flushMs = 1_000;
/** Redis does nothing else while it adds them: some hundred microseconds. */
const rowsPerBatch = 25;
/** At the program's end. */
const closeMsMax = 2_000;
const retryMs = 100;
const dayMs = 86_400_000;

/** A row as it was added, and what its key has cost on its day by then. */
export interface Standing extends Omit<LedgerRow, "total"> {
  readonly costNanoUsd: bigint;
}

export interface SharedLedgerOptions {
  readonly store: LedgerStore;
  /** Days that wait for a store at most, the latest ones. */
  readonly daysKept: number;
  /** How a key stands in the store. */
  shown(by: LedgerAxis, key: string): string;
  /** After each batch that was heard; the next one waits for it. */
  onAdded(standings: readonly Standing[]): Promise<void>;
  /** What the store never heard. */
  onLost(total: Pick<LedgerTotal, "calls" | "costNanoUsd">): void;
  /** Milliseconds since the epoch: says which day an entry belongs to. */
  readonly nowMs?: () => number;
}

export class SharedLedger implements Ledger {
  readonly #options: SharedLedgerOptions;
  readonly #nowMs: () => number;
  readonly #writer = randomUUID();
  /** By day. */
  readonly #open = new Map<string, LedgerBook>();
  /** What was sent as one batch stays one: whether the store has heard it may not be known. */
  #sealed: LedgerBatch[] = [];
  #sequence = 0;
  readonly #own = new LedgerBook();
  #flushing: Promise<boolean> | undefined = undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(options: SharedLedgerOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#timer = setInterval(() => void this.flush(), flushMs).unref();
  }

  record(entry: LedgerEntry): void {
    const nowMs = this.#nowMs();
    this.#on(dayOf(nowMs)).record(entry, hourOf(nowMs));
  }

  totals(by: LedgerDimension): ReadonlyMap<string, LedgerTotal> {
    const all = new LedgerBook();
    for (const book of [this.#own, ...this.#open.values()]) {
      for (const [key, total] of book.of(by)) all.add(by, key, total);
    }
    return new Map([...all.of(by)].sort(([, a], [, b]) => b.costNanoUsd - a.costNanoUsd));
  }

  /** Whether the store has heard all that was recorded before. */
  flush(): Promise<boolean> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const deadlineMs = performance.now() + closeMsMax;
    await this.#flushing;
    while (!(await this.flush()) && performance.now() < deadlineMs) await delay(retryMs);
    const left = this.#unheard();
    if (left.calls > 0) this.#options.onLost(left);
    await this.#options.store.close();
  }

  async #flush(): Promise<boolean> {
    const { store, onAdded } = this.#options;
    const hasWaited = this.#sealed.length > 0;
    if (!hasWaited) this.#seal();
    for (let batch = this.#sealed[0]; batch !== undefined; batch = this.#sealed[0]) {
      const costs = await store.add(batch);
      if (costs === "lost") return false;
      this.#sealed.shift();
      const { rows } = batch;
      await onAdded(costs.map((costNanoUsd, index) => ({ ...(rows[index] as LedgerRow), costNanoUsd })));
    }
    return hasWaited ? this.#flush() : true;
  }

  #seal(): void {
    const { shown } = this.#options;
    const rows: LedgerRow[] = [];
    for (const [day, book] of this.#open) {
      for (const [by, key, total] of book.rows()) {
        this.#own.add(by, key, total);
        rows.push({ day, by, key: shown(by, key), total });
      }
    }
    this.#open.clear();
    for (let from = 0; from < rows.length; from += rowsPerBatch) {
      this.#sequence += 1;
      const part = rows.slice(from, from + rowsPerBatch);
      this.#sealed.push({ writer: this.#writer, sequence: this.#sequence, rows: part });
    }
  }

  #on(day: string): LedgerBook {
    const known = this.#open.get(day);
    if (known !== undefined) return known;
    const made = new LedgerBook();
    this.#open.set(day, made);
    const [oldest] = this.#open;
    if (this.#open.size > this.#options.daysKept && oldest !== undefined) {
      this.#open.delete(oldest[0]);
      this.#options.onLost(sumOf(oldest[1].of("type").values()));
    }
    return made;
  }

  /** Every call has one type. */
  #unheard(): Pick<LedgerTotal, "calls" | "costNanoUsd"> {
    const sealed = this.#sealed.flatMap(({ rows }) => rows.filter(({ by }) => by === "type"));
    const open = [...this.#open.values()].flatMap((book) => [...book.of("type").values()]);
    return sumOf([...sealed.map(({ total }) => total), ...open]);
  }
}

function sumOf(totals: Iterable<LedgerTotal>): Pick<LedgerTotal, "calls" | "costNanoUsd"> {
  let [calls, costNanoUsd] = [0, 0];
  for (const total of totals) {
    calls += total.calls;
    costNanoUsd += total.costNanoUsd;
  }
  return { calls, costNanoUsd };
}

let knownDay = -1;
let knownDayText = "";

/** `2026-11-21`, UTC. */
export function dayOf(atMs: number): string {
  const day = Math.floor(atMs / dayMs);
  if (day !== knownDay) {
    knownDay = day;
    knownDayText = new Date(day * dayMs).toISOString().slice(0, 10);
  }
  return knownDayText;
}

const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

function hourOf(atMs: number): string {
  return hours[Math.floor((atMs % dayMs) / 3_600_000)] ?? "00";
}

/** So many days before a day, the latest last. */
export function daysBefore(day: string, count: number): readonly string[] {
  const atMs = Date.parse(day);
  return Array.from({ length: count }, (_, index) => dayOf(atMs - (count - index) * dayMs));
}

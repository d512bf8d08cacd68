// Owns the ledger of one process: sums by day, for some days. Shares nothing with others.

import type { LedgerAxis, LedgerBatch, LedgerFigures, LedgerStore } from "../contracts/ledger.ts";
import { figuresOf, LedgerBook, noTotal } from "./ledger-book.ts";

export class MemoryLedgerStore implements LedgerStore {
  readonly #daysMax: number;
  readonly #days = new Map<string, { readonly book: LedgerBook; readonly claims: Set<string> }>();
  readonly #heard = new Map<string, number>();

  /** `daysKept`: today is one more. */
  constructor(daysKept: number) {
    this.#daysMax = daysKept + 1;
  }

  add({ writer, sequence, rows }: LedgerBatch): readonly bigint[] {
    if ((this.#heard.get(writer) ?? 0) >= sequence) return [];
    this.#heard.set(writer, sequence);
    return rows.map(({ day, by, key, total }) => BigInt(this.#on(day).book.add(by, key, total).costNanoUsd));
  }

  read(day: string, by: LedgerAxis): ReadonlyMap<string, LedgerFigures> {
    const totals = [...(this.#days.get(day)?.book.of(by) ?? [])];
    return new Map(totals.map(([key, total]) => [key, figuresOf((name) => BigInt(total[name]))]));
  }

  costs(by: LedgerAxis, key: string, days: readonly string[]): readonly bigint[] {
    return days.map((day) => BigInt((this.#days.get(day)?.book.of(by).get(key) ?? noTotal).costNanoUsd));
  }

  claim(day: string, what: string): boolean {
    const { claims } = this.#on(day);
    if (claims.has(what)) return false;
    claims.add(what);
    return true;
  }

  async close(): Promise<void> {}

  #on(day: string) {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const made = { book: new LedgerBook(), claims: new Set<string>() };
    this.#days.set(day, made);
    for (const old of [...this.#days.keys()].sort().slice(0, -this.#daysMax)) this.#days.delete(old);
    return made;
  }
}

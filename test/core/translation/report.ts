// Owns the count of what the hub keeps between any two dialects, and what it does not. Knows no test runner.

import { tripAnswer } from "./answer-trip.ts";
import type { HubDialect, Recorded } from "./hub.ts";
import { explain } from "./lacks.ts";
import { type Trip, tripRequest } from "./request-trip.ts";

export interface PairReport {
  readonly from: string;
  readonly to: string;
  readonly what: "requests" | "answers";
  readonly count: number;
  /** Nothing was lost, though the other vendor may have had to say more. */
  readonly kept: number;
  /** Something was that the other has no word for. */
  readonly changed: number;
  /** The other vendor cannot be asked: `field` → how often. */
  readonly uncarried: ReadonlyMap<string, number>;
  /** Not read to begin with: why → how often. */
  readonly unread: ReadonlyMap<string, number>;
  /** Why → how often. */
  readonly lost: ReadonlyMap<string, number>;
  /** Losses nothing explains, with the exchange each was first seen in. */
  readonly faults: ReadonlyMap<string, string>;
}

export function reportPair(
  rows: readonly Recorded[],
  {
    from,
    to,
    what,
  }: { readonly from: HubDialect; readonly to: HubDialect; readonly what: PairReport["what"] },
): PairReport {
  const trip = what === "requests" ? tripRequest : tripAnswer;
  const tally = new Tally(from.name, to.name);
  for (const row of rows) tally.add(row.name, trip(row, from, to));
  return { from: from.name, to: to.name, what, count: rows.length, ...tally };
}

class Tally {
  kept = 0;
  changed = 0;
  readonly uncarried = new Map<string, number>();
  readonly unread = new Map<string, number>();
  readonly lost = new Map<string, number>();
  readonly faults = new Map<string, string>();
  readonly #dialects: readonly string[];

  constructor(...dialects: readonly string[]) {
    this.#dialects = dialects;
  }

  add(name: string, trip: Trip): void {
    if (trip.kind === "uncarried") count(this.uncarried, trip.field);
    else if (trip.kind === "unread") count(this.unread, trip.because);
    else {
      const reasons = trip.lost.map((place) => [place, explain(place, ...this.#dialects)] as const);
      for (const [place, reason] of reasons) {
        if (reason === undefined && !this.faults.has(place)) this.faults.set(place, name);
      }
      for (const reason of new Set(reasons.map(([, reason]) => reason)))
        count(this.lost, reason ?? "unknown");
      if (trip.lost.every((place) => place.startsWith("+"))) this.kept += 1;
      else this.changed += 1;
    }
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** One pair in a few lines. */
export function printPair({ from, to, what, ...report }: PairReport): string {
  const { kept, changed, uncarried, unread, lost, faults } = report;
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
  const list = (counts: ReadonlyMap<string, number | string>) =>
    [...counts].map(([key, value]) => `\n    ${value} × ${key}`).join("");
  const figures = `kept ${kept}, changed ${changed}, not carried ${sum(uncarried)}, not read ${sum(unread)}`;
  const lists = [
    ["lost", lost],
    ["not carried", uncarried],
    ["not read", unread],
    ["FAULTS", faults],
  ] as const;
  const told = lists
    .filter(([, counts]) => counts.size > 0)
    .map(([name, counts]) => `\n  ${name}${list(counts)}`);
  return `${what} ${from} → ${to} → ${from}: ${report.count}: ${figures}${told.join("")}`;
}

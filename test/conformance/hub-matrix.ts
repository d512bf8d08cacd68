// Owns the round trips between all dialects that translate, there and back, as one table. Knows no dialect by
// name.

import { exchangesOf, hub } from "../core/translation/hub.ts";
import { type PairReport, reportPair } from "../core/translation/report.ts";

export type Way = PairReport["what"];

/** `dialect`: the pairs it is one of. */
export function tripAll(dialect: string | undefined, onPair: (pair: string) => void): readonly PairReport[] {
  const exchanges = new Map(hub.map((one) => [one.name, exchangesOf(one)]));
  const pairs = hub.flatMap((from) => hub.map((to) => ({ from, to })));
  const wanted = pairs.filter(
    ({ from, to }) => dialect === undefined || [from.name, to.name].includes(dialect),
  );
  return wanted.flatMap(({ from, to }) => {
    onPair(`${from.name} → ${to.name}`);
    const rows = exchanges.get(from.name) ?? [];
    return (["requests", "answers"] as const).map((what) => reportPair(rows, { from, to, what }));
  });
}

export function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, one) => all + one, 0);
}

export interface Loss {
  readonly why: string;
  readonly count: number;
  /** The dialects that have no word for it, or cannot be read. */
  readonly dialects: ReadonlySet<string>;
}

/** Over all pairs, the most frequent first. */
export function lossesOf(
  reports: readonly PairReport[],
  list: "lost" | "uncarried" | "unread",
): readonly Loss[] {
  const all = new Map<string, { count: number; dialects: Set<string> }>();
  for (const { from, to, [list]: losses } of reports) {
    for (const [why, count] of losses) {
      const loss = all.get(why) ?? { count: 0, dialects: new Set() };
      all.set(why, loss);
      loss.count += count;
      loss.dialects.add(list === "unread" ? from : to);
    }
  }
  const losses = [...all].map(([why, loss]) => ({ why, ...loss }));
  return losses.toSorted((a, b) => b.count - a.count);
}

// Owns a reservation on figures of this process: all of them found, then one step. Knows no fixed window.

import type { Ask, CounterState } from "../contracts/limit.ts";
import type { Lease, Shortage } from "../contracts/store.ts";
import { type Figures, findFigures } from "./find-figures.ts";
import { MemoryLease } from "./memory-lease.ts";
import { takeAll } from "./take-all.ts";

/** `fixed`: the states of counters of fixed windows, which are taken already; one a counter. */
export function reserveHere(
  figures: Figures,
  { counters, units }: Ask,
  fixed: readonly CounterState[],
): Lease | Shortage {
  const moment = figures.now();
  const wanted = findFigures(figures, { counters, amounts: undefined, states: fixed }, moment);
  if ("kind" in wanted) return wanted;
  const taken = takeAll(wanted, units, moment);
  return taken.kind === "shortage" ? taken : new MemoryLease(figures, wanted, taken);
}

// Owns a reservation on figures of this process: all of them found, then one step. Knows no fixed window.

import type { Ask, Counter, CounterState } from "../contracts/limit.ts";
import type { Lease, Shortage } from "../contracts/store.ts";
import type { Figure, Moment } from "./figure.ts";
import { unknownState } from "./fixed-windows.ts";
import { MemoryLease } from "./memory-lease.ts";
import { takeAll, type Wanted } from "./take-all.ts";

export interface Figures {
  readonly now: () => Moment;
  /** Undefined where there is none to be had. */
  figureOf(counter: Counter, moment: Moment): Figure | undefined;
}

/** `fixed`: the states of counters of fixed windows, which are taken already; one a counter. */
export function reserveHere(
  figures: Figures,
  { counters, units }: Ask,
  fixed: readonly CounterState[],
): Lease | Shortage {
  const moment = figures.now();
  const wanted: Wanted[] = [];
  for (let index = 0; index < counters.length; index++) {
    const counter = counters[index] as Counter;
    const figure = figures.figureOf(counter, moment);
    if (figure === undefined && counter.window.kind !== "fixed") {
      return { kind: "shortage", index, state: unknownState, cause: "lost" };
    }
    wanted.push({ counter, figure, amount: counter.amount, state: fixed[index] ?? unknownState });
  }
  const taken = takeAll(wanted, units, moment);
  return taken.kind === "shortage" ? taken : new MemoryLease(wanted, taken, figures.now);
}

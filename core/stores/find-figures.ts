// Owns finding the figures of an ask in this process: all of them, or the first that is not to be had.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Shortage } from "../contracts/store.ts";
import type { Figure, Moment } from "./figure.ts";
import { unknownState } from "./fixed-windows.ts";
import type { Wanted } from "./take-all.ts";

export interface Figures {
  readonly now: () => Moment;
  /** Undefined where there is none to be had. */
  figureOf(counter: Counter, moment: Moment): Figure | undefined;
}

export interface Sought {
  readonly counters: readonly Counter[];
  /** One a counter, beside what is taken for units; undefined: each counter's own. */
  readonly amounts: readonly number[] | undefined;
  /** Of counters that somebody else counts. */
  readonly states: readonly CounterState[];
}

export function findFigures(
  figures: Figures,
  { counters, amounts, states }: Sought,
  moment: Moment,
): readonly Wanted[] | Shortage {
  const wanted: Wanted[] = [];
  for (let index = 0; index < counters.length; index++) {
    const counter = counters[index] as Counter;
    const figure = figures.figureOf(counter, moment);
    // What is only watched refuses nobody, though it cannot be counted.
    if (figure === undefined && counter.window.kind !== "fixed" && counter.role === "ceiling") {
      return { kind: "shortage", index, state: unknownState, cause: "lost" };
    }
    const amount = amounts === undefined ? counter.amount : (amounts[index] ?? 0);
    wanted.push({ counter, figure, amount, state: states[index] ?? unknownState });
  }
  return wanted;
}

// Owns the one step over all figures of a reservation in memory: all or none. Knows no key and no id.
// redis-take-script.ts does the same in Lua.

import type { Counter, CounterState, Units } from "../contracts/limit.ts";
import type { Shortage } from "../contracts/store.ts";
import { type Figure, type Moment, timeOf } from "./figure.ts";

/** A counter with what is to be taken of it. `figure` is undefined where somebody else counts. */
export interface Wanted {
  readonly counter: Counter;
  readonly figure: Figure | undefined;
  readonly amount: number;
  /** Known already, where somebody else counts. */
  readonly state: CounterState;
}

export interface TakenAll {
  readonly kind: "taken";
  readonly units: number;
  /** One a counter: what was taken, and where it was counted. */
  readonly amounts: readonly number[];
  readonly places: readonly number[];
  readonly states: readonly CounterState[];
}

export function takeAll(wanted: readonly Wanted[], { min, max }: Units, moment: Moment): TakenAll | Shortage {
  let units = max;
  for (let index = 0; index < wanted.length; index++) {
    const { counter, figure, amount } = wanted[index] as Wanted;
    if (figure === undefined) continue;
    const nowMs = timeOf(counter, moment);
    const room = figure.room(counter, nowMs);
    if (counter.role === "watched") continue;
    const least = amount + counter.perUnit * min;
    if (least > room) {
      const { used, remaining } = figure.state(counter, nowMs);
      const resetMs = figure.wait(counter, least, nowMs);
      return { kind: "shortage", index, state: { used, remaining, resetMs }, cause: "full" };
    }
    units = Math.min(units, fitting(counter, room - amount, min));
  }
  return take(wanted, units, moment);
}

/** Units that one ask gets of what is left: its share, but never less than `min`, which fits. */
function fitting({ perUnit, share }: Counter, left: number, min: number): number {
  return perUnit === 0 ? Number.POSITIVE_INFINITY : Math.max(Math.floor(left / (perUnit * share)), min);
}

function take(wanted: readonly Wanted[], units: number, moment: Moment): TakenAll {
  const amounts: number[] = [];
  const places: number[] = [];
  const states: CounterState[] = [];
  for (const { counter, figure, amount, state } of wanted) {
    const nowMs = timeOf(counter, moment);
    const taken = amount + counter.perUnit * units;
    amounts.push(taken);
    places.push(figure?.take(taken, nowMs) ?? 0);
    states.push(figure?.state(counter, nowMs) ?? state);
  }
  return { kind: "taken", units, amounts, places, states };
}

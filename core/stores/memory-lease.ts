// Owns what one ask holds in memory: takes more, gives back, once. Knows no key.

import { type CounterState, noUnits } from "../contracts/limit.ts";
import type { Lease, More, Shortage } from "../contracts/store.ts";
import type { Figure } from "./figure.ts";
import { type Figures, findFigures } from "./find-figures.ts";
import { Pile } from "./pile.ts";
import { Slots } from "./slots.ts";
import { type TakenAll, takeAll, type Wanted } from "./take-all.ts";

export class MemoryLease implements Lease {
  readonly kind = "lease";
  states: readonly CounterState[];
  units: number;
  readonly #figures: Figures;
  readonly #wanted: readonly Wanted[];
  readonly #first: TakenAll;
  /** Of what came later, one a counter; most asks are never extended. */
  #more: readonly Pile[] | undefined = undefined;
  #isSettled = false;

  constructor(figures: Figures, wanted: readonly Wanted[], first: TakenAll) {
    this.#figures = figures;
    this.#wanted = wanted;
    this.#first = first;
    this.states = first.states;
    this.units = first.units;
  }

  /** From the figures of now: one that expired or was reset meanwhile is another. */
  extend({ amounts = [], units = noUnits }: More): Lease | Shortage {
    if (this.#isSettled) throw new Error("a lease is extended after it was settled");
    const moment = this.#figures.now();
    const counters = this.#wanted.map(({ counter }) => counter);
    const wanted = findFigures(this.#figures, { counters, amounts, states: this.states }, moment);
    if ("kind" in wanted) return wanted;
    const taken = takeAll(wanted, units, moment);
    if (taken.kind === "shortage") return taken;
    this.#more ??= counters.map(() => new Pile());
    for (const [index, { figure }] of wanted.entries()) {
      if (figure === undefined) continue;
      this.#more[index]?.add(figure, taken.amounts[index] ?? 0, taken.places[index] ?? 0);
    }
    this.states = taken.states;
    this.units += taken.units;
    return this;
  }

  settle(used: readonly (number | undefined)[] = []): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (let index = 0; index < this.#wanted.length; index++) {
      const { figure } = this.#wanted[index] as Wanted;
      if (figure === undefined) continue;
      const kept = figure instanceof Slots ? 0 : used[index];
      if (kept !== undefined) this.#correct(figure, index, kept);
    }
  }

  /** What came last goes back first. */
  #correct(figure: Figure, index: number, kept: number): void {
    const pile = this.#more?.[index];
    const first = this.#first.amounts[index] ?? 0;
    const surplus = first + (pile?.total ?? 0) - kept;
    if (surplus === 0) return;
    const left = pile === undefined ? surplus : pile.giveBack(surplus);
    if (left !== 0) figure.giveBack(Math.min(left, first), this.#first.places[index] ?? 0);
  }
}

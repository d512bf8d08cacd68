// Owns what one ask holds in memory: takes more, gives back, once. Knows no key.

import { type CounterState, noUnits } from "../contracts/limit.ts";
import type { Lease, More, Shortage } from "../contracts/store.ts";
import type { Moment } from "./figure.ts";
import { Pile } from "./pile.ts";
import { Slots } from "./slots.ts";
import { type TakenAll, takeAll, type Wanted } from "./take-all.ts";

export class MemoryLease implements Lease {
  readonly kind = "lease";
  states: readonly CounterState[];
  units: number;
  readonly #wanted: readonly Wanted[];
  readonly #now: () => Moment;
  /** One a counter. */
  readonly #piles: readonly Pile[];
  #isSettled = false;

  constructor(wanted: readonly Wanted[], first: TakenAll, now: () => Moment) {
    this.#wanted = wanted;
    this.#now = now;
    this.#piles = wanted.map(() => new Pile());
    this.states = first.states;
    this.units = 0;
    this.#add(first);
  }

  extend({ amounts = [], units = noUnits }: More): Lease | Shortage {
    if (this.#isSettled) throw new Error("a lease is extended after it was settled");
    const more = this.#wanted.map((one, index) => ({ ...one, amount: amounts[index] ?? 0 }));
    const taken = takeAll(more, units, this.#now());
    if (taken.kind === "shortage") return taken;
    this.#add(taken);
    return this;
  }

  settle(used: readonly (number | undefined)[] = []): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (let index = 0; index < this.#wanted.length; index++) {
      const { figure } = this.#wanted[index] as Wanted;
      const pile = this.#piles[index] as Pile;
      if (figure === undefined) continue;
      const kept = figure instanceof Slots ? 0 : (used[index] ?? pile.total);
      if (kept !== pile.total) pile.giveBack(figure, pile.total - kept);
    }
  }

  #add({ amounts, places, states, units }: TakenAll): void {
    for (let index = 0; index < amounts.length; index++) {
      (this.#piles[index] as Pile).add(amounts[index] ?? 0, places[index] ?? 0);
    }
    this.states = states;
    this.units += units;
  }
}

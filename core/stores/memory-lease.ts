// Owns what one ask holds in memory: takes more, gives back, once. Knows no key.

import { type Counter, type CounterState, noUnits } from "../contracts/limit.ts";
import type { Lease, More, Shortage } from "../contracts/store.ts";
import { Slots } from "./slots.ts";
import { type TakenAll, takeAll, type Wanted } from "./take-all.ts";

export class MemoryLease implements Lease {
  readonly kind = "lease";
  states: readonly CounterState[];
  units: number;
  readonly #wanted: readonly Wanted[];
  readonly #now: (counter: Counter) => number;
  /** In their order; what came later goes back first. */
  readonly #steps: TakenAll[];
  #isSettled = false;

  constructor(wanted: readonly Wanted[], first: TakenAll, now: (counter: Counter) => number) {
    this.#wanted = wanted;
    this.#now = now;
    this.#steps = [first];
    this.states = first.states;
    this.units = first.units;
  }

  extend({ amounts = [], units = noUnits }: More): Lease | Shortage {
    const more = this.#wanted.map((one, index) => ({ ...one, amount: amounts[index] ?? 0 }));
    const taken = takeAll(more, units, this.#now);
    if (taken.kind === "shortage") return taken;
    if (this.#isSettled) throw new Error("a lease is extended after it was settled");
    this.#steps.push(taken);
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
      const taken = this.#steps.reduce((sum, { amounts }) => sum + (amounts[index] ?? 0), 0);
      const kept = figure instanceof Slots ? 0 : (used[index] ?? taken);
      this.#correct(index, taken - kept);
    }
  }

  /** Gives back from the last step to the first; what is owed beyond is counted with the last. */
  #correct(index: number, surplus: number): void {
    const { figure } = this.#wanted[index] as Wanted;
    let left = surplus;
    for (let step = this.#steps.length - 1; step >= 0 && left !== 0; step--) {
      const { amounts, places } = this.#steps[step] as TakenAll;
      const part = left < 0 ? left : Math.min(left, amounts[index] ?? 0);
      figure?.giveBack(part, places[index] ?? 0);
      left -= part;
    }
  }
}

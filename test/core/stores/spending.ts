// Owns clients that draw on one budget as fast as they are let, and know what they used. Knows no store.

import { setTimeout as later } from "node:timers/promises";
import type { Counter, Units } from "../../../core/contracts/limit.ts";
import type { Counters } from "../../../core/contracts/store.ts";
import { askOf } from "./counters.ts";

const units: Units = { min: 1, max: 6 };

/** The oracle: what was used, or may still be, by leases that were granted; the store has no say in it. */
export class Spending {
  spent = 0;
  refused = 0;
  lost = 0;
  #isOver = false;
  readonly #under: Promise<void>[] = [];

  /** `clients` loops on each store, until `end`. */
  begin(stores: readonly Counters[], counter: Counter, clients: number): void {
    for (const store of stores) {
      for (let n = 0; n < clients; n += 1) this.#under.push(this.#draw(store, counter, n));
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#under);
  }

  async #draw(store: Counters, counter: Counter, seed: number): Promise<void> {
    for (let turn = seed; !this.#isOver; turn += 1) {
      const verdict = await store.reserve(askOf([counter], units));
      if (verdict.kind === "shortage") {
        if (verdict.cause === "lost") this.lost += 1;
        else this.refused += 1;
        await later(2);
        continue;
      }
      const taken = counter.amount + counter.perUnit * verdict.units;
      // Most use all of it; some less; and some are never heard of again.
      const used = turn % 3 === 0 ? Math.ceil(taken / 2) : taken;
      this.spent += turn % 7 === 0 ? taken : used;
      if (turn % 7 !== 0) verdict.settle([used]);
      if (turn % 5 === 0) await later(1);
    }
  }
}

// Owns what one ask holds in Redis and, where that was lost meanwhile, here: takes more, settles once.
// Knows no script.

import { type Ask, type Counter, type CounterState, noUnits } from "../contracts/limit.ts";
import type { Lease, More, Shortage } from "../contracts/store.ts";
import { isFixed, keyOf } from "./redis-keys.ts";
import type { RedisOutbox } from "./redis-outbox.ts";
import type { HeldSlot, RedisSlots } from "./redis-slots.ts";
import type { LostThere, RedisTaker, TakenThere } from "./redis-take.ts";
import type { ToldFigures } from "./told-figures.ts";

export interface LeaseMakers {
  readonly taker: RedisTaker;
  readonly outbox: RedisOutbox;
  readonly slots: RedisSlots;
  readonly told: ToldFigures;
  /** Each limit's own setting where the store is lost. */
  standIn(ask: Ask, fixed: readonly CounterState[], lost: LostThere): Lease | Shortage;
  deadline(): number;
}

/** A part of the ask that this process counts alone. */
interface Local {
  readonly lease: Lease;
  readonly amounts: readonly number[];
}

export class RedisLease implements Lease {
  readonly kind = "lease";
  states: readonly CounterState[];
  units: number;
  readonly #makers: LeaseMakers;
  readonly #ask: Ask;
  /** Which of the ask's counters Redis's script counts: all but fixed windows. */
  readonly #places: readonly number[];
  readonly #counters: readonly Counter[];
  /** What Redis is known to have taken, one of those each. */
  readonly #taken: number[];
  readonly #slots: HeldSlot[] = [];
  readonly #local: Local[] = [];
  #step = 0;
  /** It may have taken more: a step was not answered. */
  #isUncertain = false;
  #isSettled = false;

  constructor(ask: Ask, first: TakenThere, fixed: readonly CounterState[], makers: LeaseMakers) {
    this.#ask = ask;
    this.#makers = makers;
    this.#places = [...ask.counters.keys()].filter((index) => !isFixed(ask.counters[index] as Counter));
    this.#counters = ask.counters.filter((counter) => !isFixed(counter));
    this.#taken = this.#counters.map(() => 0);
    this.states = fixed;
    this.units = 0;
    this.#add(
      first,
      this.#counters.map(({ amount }) => amount),
    );
  }

  async extend({ amounts = [], units = noUnits }: More): Promise<Lease | Shortage> {
    if (this.#isSettled) throw new Error("a lease is extended after it was settled");
    this.#step += 1;
    const own = this.#places.map((place) => amounts[place] ?? 0);
    const verdict = await this.#makers.taker.take({
      id: this.#ask.id,
      step: this.#step,
      counters: this.#counters,
      amounts: own,
      units,
      deadlineAtMs: this.#makers.deadline(),
    });
    if (verdict.kind === "shortage") return { ...verdict, index: this.#places[verdict.index] ?? 0 };
    if (verdict.kind === "taken") {
      // Settled meanwhile: that corrects all, whatever was taken last.
      if (!this.#isSettled) this.#add(verdict, own);
      return this;
    }
    this.#isUncertain ||= verdict.mayBeTaken;
    return this.#extendHere(amounts, units, { ...verdict, index: this.#places[verdict.index] ?? -1 });
  }

  settle(used: readonly (number | undefined)[] = []): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const kept = this.#counters.map((counter, index) => this.#keptThere(counter, index, used));
    for (const [at, { lease, amounts }] of this.#local.entries()) {
      lease.settle(this.#keptHere(at, amounts, used));
    }
    let isOwed = false;
    for (const [index, counter] of this.#counters.entries()) {
      const owed = (kept[index] ?? 0) - (this.#taken[index] ?? 0);
      if (counter.window.kind === "concurrency" || owed <= 0) continue;
      isOwed = true;
      this.#makers.told.owe(keyOf(counter), owed);
    }
    this.#makers.slots.release(this.#slots);
    this.#makers.outbox.push({ id: this.#ask.id, gauges: this.#counters, used: kept, isOwed });
  }

  #extendHere(amounts: readonly number[], units: More["units"], lost: LostThere): Lease | Shortage {
    const { id, counters } = this.#ask;
    const more = counters.map((counter, index) => ({ ...counter, amount: amounts[index] ?? 0 }));
    const ask = { id: `${id}+${this.#step}`, counters: more, units };
    const verdict = this.#makers.standIn(ask, this.states, lost);
    if (verdict.kind === "shortage") return verdict;
    const taken = more.map(({ amount, perUnit }) => amount + perUnit * verdict.units);
    this.#local.push({ lease: verdict, amounts: taken });
    this.states = verdict.states;
    this.units += verdict.units;
    return this;
  }

  #add({ units, states }: TakenThere, amounts: readonly number[]): void {
    const all = [...this.states];
    for (const [index, counter] of this.#counters.entries()) {
      const amount = (amounts[index] ?? 0) + counter.perUnit * units;
      const before = this.#taken[index] ?? 0;
      this.#taken[index] = before + amount;
      all[this.#places[index] ?? 0] = states[index] as CounterState;
      if (counter.window.kind === "concurrency") this.#hold(counter, before, amount);
    }
    this.states = all;
    this.units += units;
  }

  /** The members the script adds. */
  #hold(counter: Counter, before: number, amount: number): void {
    const key = keyOf(counter);
    const added = Array.from({ length: amount }, (_, at) => ({
      key,
      member: `${this.#ask.id}:${before + at + 1}`,
    }));
    this.#slots.push(...added);
    this.#makers.slots.hold(added);
  }

  /** What was taken there is used up before what was taken here. */
  #keptThere({ window }: Counter, index: number, used: readonly (number | undefined)[]): number | undefined {
    const taken = this.#taken[index] ?? 0;
    if (window.kind === "concurrency") return taken;
    const wanted = used[this.#places[index] ?? 0];
    if (wanted === undefined) return this.#isUncertain ? taken : undefined;
    return this.#local.length === 0 ? wanted : Math.min(wanted, taken);
  }

  #keptHere(
    at: number,
    amounts: readonly number[],
    used: readonly (number | undefined)[],
  ): readonly (number | undefined)[] {
    const isLast = at === this.#local.length - 1;
    return amounts.map((amount, index) => {
      const wanted = used[index];
      if (wanted === undefined) return undefined;
      const there = this.#taken[this.#places.indexOf(index)] ?? 0;
      const earlier = this.#local.slice(0, at).reduce((sum, local) => sum + (local.amounts[index] ?? 0), 0);
      const left = Math.max(wanted - there - earlier, 0);
      return isLast ? left : Math.min(left, amount);
    });
  }
}

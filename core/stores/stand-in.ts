// Owns what is granted while the store is lost, by each limit's own setting: nothing, a slice reserved
// before, or what this process alone has counted. Knows no store.

import type { Ask, Counter, CounterState } from "../contracts/limit.ts";
import type { Lease, More, Shortage } from "../contracts/store.ts";
import type { Figure, Moment } from "./figure.ts";
import { MemoryFigures } from "./memory-figures.ts";
import { reserveHere } from "./reserve-here.ts";
import type { Slice } from "./slice.ts";
import type { Slices } from "./slices.ts";

export class StandIn {
  readonly #slices: Slices;
  readonly #open: MemoryFigures;

  constructor(slices: Slices, keysMax: number) {
    this.#slices = slices;
    this.#open = new MemoryFigures(keysMax, {});
  }

  /** `fixed`: states of fixed windows, which others took. */
  reserve(ask: Ask, fixed: readonly CounterState[]): Lease | Shortage {
    const slices = ask.counters.flatMap((counter) => this.#sliceFor(counter) ?? []);
    const figureOf = (counter: Counter, moment: Moment) => this.#figureOf(counter, moment);
    const verdict = reserveHere({ now: this.#open.now, figureOf }, ask, fixed);
    if (verdict.kind === "shortage") return worded(verdict, ask);
    return slices.length === 0 ? verdict : new SlicedLease(verdict, slices, ask);
  }

  #figureOf(counter: Counter, moment: Moment): Figure | undefined {
    return counter.onStoreLoss === "open" || counter.role === "watched"
      ? this.#open.figureOf(counter, moment)
      : this.#sliceFor(counter);
  }

  #sliceFor(counter: Counter): Slice | undefined {
    const { onStoreLoss, window, role } = counter;
    if (onStoreLoss !== "lease" || window.kind === "fixed" || role === "watched") return undefined;
    return this.#slices.sliceFor(counter);
  }
}

/** A slice that is used up tells nothing of the counter: only the store knows what else there is. */
function worded(shortage: Shortage, { counters }: Ask): Shortage {
  const isSlice = counters[shortage.index]?.onStoreLoss === "lease";
  return isSlice ? { ...shortage, cause: "lost" } : shortage;
}

/** Lets go of its slices when it is settled. */
class SlicedLease implements Lease {
  readonly kind = "lease";
  readonly #lease: Lease;
  readonly #ask: Ask;
  #slices: readonly Slice[];

  constructor(lease: Lease, slices: readonly Slice[], ask: Ask) {
    this.#lease = lease;
    this.#ask = ask;
    this.#slices = slices;
    for (const slice of slices) slice.hold();
  }

  get states(): readonly CounterState[] {
    return this.#lease.states;
  }

  get units(): number {
    return this.#lease.units;
  }

  async extend(more: More): Promise<Lease | Shortage> {
    const verdict = await this.#lease.extend(more);
    return verdict.kind === "lease" ? this : worded(verdict, this.#ask);
  }

  settle(used?: readonly (number | undefined)[]): void {
    this.#lease.settle(used);
    for (const slice of this.#slices) slice.release();
    this.#slices = [];
  }
}

// Owns random histories of reserving, repeating and settling, checked against plain counts. Knows no store.

import fc from "fast-check";
import { expect } from "vitest";
import { type Counter, noUnits } from "../../../core/contracts/limit.ts";
import type { Lease, Store } from "../../../core/contracts/store.ts";
import { fixed, sliding, slots } from "./counters.ts";

interface Figure {
  readonly kind: "sliding" | "fixed" | "slots";
  readonly limit: number;
}
interface Ask {
  readonly figure: number;
  readonly amount: number;
}
type Act =
  | { readonly do: "reserve"; readonly asks: readonly Ask[] }
  /** The same id and counters as an earlier reservation. */
  | { readonly do: "repeat"; readonly which: number }
  | { readonly do: "settle"; readonly which: number };

interface History {
  readonly figures: readonly Figure[];
  readonly acts: readonly Act[];
}

const figure = fc.record({
  kind: fc.constantFrom("sliding" as const, "fixed" as const, "slots" as const),
  limit: fc.integer({ min: 1, max: 6 }),
});
const asks = fc.uniqueArray(
  fc.record({ figure: fc.nat({ max: 3 }), amount: fc.integer({ min: 1, max: 3 }) }),
  { selector: (ask) => ask.figure, minLength: 1, maxLength: 4 },
);
const which = fc.nat({ max: 30 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("reserve" as const), asks }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat" as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("settle" as const), which }) },
);
export const histories: fc.Arbitrary<History> = fc.record({
  figures: fc.array(figure, { minLength: 4, maxLength: 4 }),
  acts: fc.array(act, { maxLength: 40 }),
});

interface Reservation {
  readonly id: string;
  readonly counters: readonly Counter[];
  readonly asks: readonly Ask[];
  lease: Lease | undefined;
  isSettled: boolean;
}

const makers = { sliding, fixed, slots };
let lived = 0;

/** What a store of unbounded memory and infinite windows would say. */
class Model {
  readonly #figures: readonly Figure[];
  readonly #used: number[];

  constructor(figures: readonly Figure[]) {
    this.#figures = figures;
    this.#used = figures.map(() => 0);
  }

  /** Index of the first that is full. */
  full(wanted: readonly Ask[]): number {
    return wanted.findIndex(({ figure, amount }) => this.left(figure) < amount);
  }

  left(index: number): number {
    return (this.#figures[index]?.limit ?? 0) - (this.#used[index] ?? 0);
  }

  take(wanted: readonly Ask[]): void {
    for (const { figure, amount } of wanted) this.#used[figure] = (this.#used[figure] ?? 0) + amount;
  }

  settle(wanted: readonly Ask[]): void {
    for (const { figure, amount } of wanted) {
      if (this.#figures[figure]?.kind === "slots") this.#used[figure] = (this.#used[figure] ?? 0) - amount;
    }
  }
}

/** `settled` waits until the store has seen what was given back. */
export async function live(
  store: Store,
  { figures, acts }: History,
  settled: () => Promise<void>,
): Promise<void> {
  lived += 1;
  const model = new Model(figures);
  const made: Reservation[] = [];
  const counterOf = ({ figure, amount }: Ask): Counter => {
    const { kind, limit } = figures[figure] ?? { kind: "slots", limit: 0 };
    return makers[kind](`history-${lived}-${figure}`, limit, { amount });
  };
  for (const step of acts) {
    if (step.do === "reserve") {
      const id = `history-${lived}-${made.length}`;
      const one = {
        id,
        counters: step.asks.map(counterOf),
        asks: step.asks,
        lease: undefined,
        isSettled: false,
      };
      made.push(one);
      await ask(store, model, one);
      continue;
    }
    const earlier = made[step.which];
    if (earlier === undefined) continue;
    if (step.do === "repeat") {
      if (!earlier.isSettled) await ask(store, model, earlier);
    } else if (earlier.lease !== undefined) {
      earlier.lease.settle();
      if (!earlier.isSettled) model.settle(earlier.asks);
      earlier.isSettled = true;
      await settled();
    }
  }
}

async function ask(store: Store, model: Model, one: Reservation): Promise<void> {
  const isRepeated = one.lease !== undefined;
  const full = isRepeated ? -1 : model.full(one.asks);
  const verdict = await store.reserve({ id: one.id, counters: one.counters, units: noUnits });
  if (full >= 0) {
    expect(verdict).toMatchObject({ kind: "shortage", cause: "full" });
    const index = verdict.kind === "shortage" ? verdict.index : -1;
    const short = one.asks[index];
    expect(short !== undefined && model.left(short.figure) < short.amount).toBe(true);
    return;
  }
  expect(verdict.kind).toBe("lease");
  if (verdict.kind !== "lease" || isRepeated) return;
  one.lease = verdict;
  model.take(one.asks);
  expect(verdict.states.map(({ remaining }) => remaining)).toEqual(
    one.asks.map(({ figure }) => model.left(figure)),
  );
}

// Owns living a history of budgets on a store and on the model at once: each verdict must agree. Knows no
// store.

import { expect } from "vitest";
import type { Ask, Counter, CounterWindow } from "../../../core/contracts/limit.ts";
import type { Lease, Shortage, Store } from "../../../core/contracts/store.ts";
import { type Act, type Draw, type FigurePlan, type History, periodMs, windowMs } from "./budget-history.ts";
import { type Granted, type Holding, Model } from "./budget-model.ts";
import { askOf, startsAround } from "./counters.ts";

export interface World {
  /** They share their figures; a repeated ask may come to any of them. */
  readonly stores: readonly [Store, Store];
  /** Sets the clock that windows go by. */
  readonly setClock: (nowMs: number) => Promise<void>;
  readonly settled: () => Promise<void>;
}

interface Living {
  readonly ask: Ask;
  readonly holding: Holding;
  readonly plannedAtMs: number;
  lease: Lease | undefined;
  isSettled: boolean;
}

const startMs = 1_800_000_000_000;
let lived = 0;

export async function live(world: World, history: History): Promise<void> {
  await new Life(world, history).run();
}

class Life {
  readonly #world: World;
  readonly #history: History;
  readonly #model: Model;
  readonly #name: string;
  readonly #living: Living[] = [];
  #lastUsed: readonly number[] = [];

  constructor(world: World, history: History) {
    lived += 1;
    this.#name = `life-${process.pid}-${lived}`;
    this.#world = world;
    this.#history = history;
    this.#model = new Model(history.figures, startMs);
  }

  async run(): Promise<void> {
    await this.#world.setClock(startMs);
    for (const act of this.#history.acts) {
      await this.#act(act);
      await this.#agree();
    }
  }

  /** Nothing is counted anywhere that the model does not know of. */
  async #agree(): Promise<void> {
    const gauges = this.#history.figures.map((_, index) => this.#counter({ ...noDraw, figure: index }));
    const states = await this.#world.stores[1].desk.read(gauges);
    if (states === "lost") throw new Error("lost");
    this.#lastUsed = gauges.map((_, index) => this.#model.used(index));
    expect(states.map(({ used }) => used)).toEqual(this.#lastUsed);
  }

  async #act(act: Act): Promise<void> {
    switch (act.do) {
      case "reserve":
        return this.#reserve(act);
      case "wait":
        this.#model.nowMs += act.ms;
        return this.#world.setClock(this.#model.nowMs);
      case "grant":
        return this.#grant(act.figure, act.amount);
      case "reset":
        return this.#reset(act.figure);
      default:
        return this.#actOn(act, this.#living[act.which]);
    }
  }

  async #actOn(act: Extract<Act, { which: number }>, one: Living | undefined): Promise<void> {
    if (one?.lease === undefined) return;
    const { lease } = one;
    if (act.do === "crash") one.lease = undefined;
    if (act.do === "repeat") return this.#repeat(one, lease);
    if (act.do === "settle") return this.#settle(one, lease, act.percent);
    // The plan knows the starts of two periods after its own.
    const isPlanned = this.#model.nowMs - one.plannedAtMs < 2 * periodMs;
    if (act.do === "extend" && !one.isSettled && isPlanned) return this.#extend(one, lease, act);
  }

  async #reserve({ draws: drawn, min, more }: Extract<Act, { do: "reserve" }>): Promise<void> {
    const draws = drawn.map((draw) => (this.#isSlots(draw.figure) ? { ...draw, perUnit: 0 } : draw));
    const counters = draws.map((draw) => this.#counter(draw));
    const ask = askOf(counters, { min, max: min + more }, `${this.#name}-${this.#living.length}`);
    const holding = this.#model.begin(draws);
    const amounts = draws.map(({ amount }) => amount);
    const expected = this.#model.take(holding, amounts, min, min + more);
    const verdict = await this.#world.stores[0].reserve(ask);
    this.#compare(verdict, expected, draws);
    const lease = verdict.kind === "lease" ? verdict : undefined;
    this.#living.push({ ask, holding, plannedAtMs: this.#model.nowMs, lease, isSettled: false });
  }

  async #extend(
    { holding }: Living,
    lease: Lease,
    { amount, min, more }: Extract<Act, { do: "extend" }>,
  ): Promise<void> {
    const amounts = holding.draws.map(({ figure }) => (this.#isSlots(figure) ? 0 : amount));
    const expected = this.#model.take(holding, amounts, min, min + more);
    const before = lease.units;
    const verdict = await lease.extend({ amounts, units: { min, max: min + more } });
    this.#compare(verdict, expected, holding.draws, before);
  }

  /** Whoever else sends it may learn that it was extended since, but takes nothing. */
  async #repeat({ ask, holding, isSettled }: Living, lease: Lease): Promise<void> {
    const { units } = lease;
    expect(await this.#world.stores[0].reserve(ask)).toMatchObject({ kind: "lease", units });
    const elsewhere = await this.#world.stores[1].reserve(ask);
    if (holding.taken.every((taken) => taken.length === 1)) {
      expect(elsewhere).toMatchObject({ kind: "lease", units });
    }
    if (isSettled && elsewhere.kind === "lease") elsewhere.settle([0, 0, 0, 0]);
    await this.#world.settled();
  }

  async #settle(one: Living, lease: Lease, percent: number): Promise<void> {
    const used = one.holding.totals.map((total) =>
      percent < 0 ? undefined : Math.floor((total * percent) / 100),
    );
    lease.settle(used);
    if (!one.isSettled) this.#model.settle(one.holding, used);
    one.isSettled = true;
    await this.#world.settled();
  }

  async #grant(figure: number, by: number): Promise<void> {
    const state = await this.#world.stores[1].desk.adjust(this.#counter({ ...noDraw, figure }), by);
    if (!this.#isSlots(figure)) this.#model.adjust(figure, by);
    expect(state).toMatchObject({ used: this.#model.used(figure) });
  }

  /** Of slots not: whoever holds them would hold them again. */
  async #reset(figure: number): Promise<void> {
    if (this.#isSlots(figure)) return;
    const { key, window } = this.#counter({ ...noDraw, figure });
    const kind = window.kind === "fixed" ? "life" : window.kind;
    await this.#world.stores[1].desk.reset({ key, kind, windowMs: kind === "sliding" ? windowMs : 0 });
    this.#model.reset(figure);
    // What is born in the same millisecond as what was there before cannot be told from it.
    this.#model.nowMs += 1;
    await this.#world.setClock(this.#model.nowMs);
  }

  #compare(
    verdict: Lease | Shortage,
    expected: number | Granted,
    draws: readonly Draw[],
    unitsBefore = 0,
  ): void {
    if (typeof expected === "number") {
      const used = this.#model.used(draws[expected]?.figure ?? 0);
      expect(verdict).toMatchObject({ kind: "shortage", cause: "full", index: expected, state: { used } });
      return;
    }
    expect(verdict).toMatchObject({ kind: "lease", units: unitsBefore + expected.units });
    const states = verdict.kind === "lease" ? verdict.states : [];
    expect(states.map(({ used }) => used)).toEqual(expected.used);
  }

  #isSlots(figure: number): boolean {
    return this.#history.figures[figure]?.kind === "concurrency";
  }

  #counter({ figure, ...draw }: Draw): Counter {
    const plan = this.#history.figures[figure];
    if (plan === undefined) throw new Error("no such figure");
    const key = `${this.#name}-${figure}`;
    const rules = { onStoreLoss: "closed", consistency: "fast" } as const;
    return { ...draw, ...rules, key, limit: plan.limit, window: this.#windowOf(plan) };
  }

  #windowOf({ kind }: FigurePlan): CounterWindow {
    switch (kind) {
      case "sliding":
        return { kind, windowMs };
      case "calendar":
        return { kind, startsMs: startsAround(this.#model.nowMs, periodMs) };
      case "life":
        return { kind, idleMs: 1_000 * periodMs };
      case "concurrency":
        return { kind };
    }
  }
}

const noDraw: Draw = { figure: 0, amount: 0, perUnit: 0, share: 1, role: "ceiling" };

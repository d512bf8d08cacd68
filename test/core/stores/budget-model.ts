// Owns what a store of budgets must say, by plain lists of what was taken when. Knows no store.

import { type Draw, type FigurePlan, periodMs, windowMs } from "./budget-history.ts";

/** A window is 31 slots long; the oldest that it touches is counted whole. */
const slotMs = windowMs / 31;
const slotsSeen = 32;

/** What one ask put into a figure, and when: entries never move, their amounts may shrink. */
interface Entry {
  readonly at: number;
  amount: number;
}

/** Of a figure, since it was last reset. */
class ModelFigure {
  readonly plan: FigurePlan;
  entries: Entry[] = [];

  constructor(plan: FigurePlan) {
    this.plan = plan;
  }

  /** The slot, or the period; all one where time means nothing. */
  placeOf(nowMs: number): number {
    if (this.plan.kind === "sliding") return Math.floor(nowMs / slotMs);
    return this.plan.kind === "calendar" ? Math.floor(nowMs / periodMs) : 0;
  }

  isSeen(at: number, nowMs: number): boolean {
    const place = this.placeOf(nowMs);
    return this.plan.kind === "sliding" ? at > place - slotsSeen : at === place;
  }

  used(nowMs: number): number {
    return this.entries.reduce((sum, { at, amount }) => sum + (this.isSeen(at, nowMs) ? amount : 0), 0);
  }

  add(amount: number, nowMs: number): Entry {
    const entry = { at: this.placeOf(nowMs), amount };
    this.entries.push(entry);
    return entry;
  }
}

/** What one ask holds. */
export interface Holding {
  readonly draws: readonly Draw[];
  /** One list a draw, as taken: with the figure's entries of that time. */
  readonly taken: { readonly of: Entry[]; readonly entry: Entry }[][];
  readonly totals: number[];
  units: number;
}

export interface Granted {
  readonly units: number;
  readonly used: readonly number[];
}

export class Model {
  readonly figures: readonly ModelFigure[];
  nowMs: number;

  constructor(plans: readonly FigurePlan[], nowMs: number) {
    this.figures = plans.map((plan) => new ModelFigure(plan));
    this.nowMs = nowMs;
  }

  begin(draws: readonly Draw[]): Holding {
    return { draws, taken: draws.map(() => []), totals: draws.map(() => 0), units: 0 };
  }

  /** The index of the first draw that is short, or what is granted. */
  take(holding: Holding, amounts: readonly number[], min: number, max: number): number | Granted {
    let units = max;
    for (const [index, draw] of holding.draws.entries()) {
      if (draw.role === "watched") continue;
      const figure = this.#figure(draw.figure);
      const room = figure.plan.limit - figure.used(this.nowMs);
      const amount = amounts[index] ?? 0;
      if (amount + draw.perUnit * min > room) return index;
      if (draw.perUnit === 0) continue;
      units = Math.min(units, Math.max(Math.floor((room - amount) / (draw.perUnit * draw.share)), min));
    }
    for (const [index, draw] of holding.draws.entries()) {
      const figure = this.#figure(draw.figure);
      const amount = (amounts[index] ?? 0) + draw.perUnit * units;
      holding.taken[index]?.push({ of: figure.entries, entry: figure.add(amount, this.nowMs) });
      holding.totals[index] = (holding.totals[index] ?? 0) + amount;
    }
    holding.units += units;
    return { units, used: holding.draws.map(({ figure }) => this.used(figure)) };
  }

  used(figure: number): number {
    return this.#figure(figure).used(this.nowMs);
  }

  settle(holding: Holding, used: readonly (number | undefined)[]): void {
    for (const [index, { figure: at }] of holding.draws.entries()) {
      const figure = this.#figure(at);
      const total = holding.totals[index] ?? 0;
      const kept = figure.plan.kind === "concurrency" ? 0 : used[index];
      if (kept !== undefined) this.#correct(figure, holding.taken[index] ?? [], total - kept);
    }
  }

  adjust(figure: number, by: number): void {
    this.#figure(figure).add(by, this.nowMs);
  }

  reset(figure: number): void {
    this.#figure(figure).entries = [];
  }

  /** The last first; what is owed is counted where the last was. */
  #correct(figure: ModelFigure, taken: Holding["taken"][number], surplus: number): void {
    let left = surplus;
    for (const { of, entry } of taken.toReversed()) {
      if (left === 0) return;
      const part = left < 0 ? left : Math.min(left, entry.amount);
      left -= part;
      if (of === figure.entries) of.push({ at: entry.at, amount: -part });
    }
  }

  #figure(index: number): ModelFigure {
    const figure = this.figures[index];
    if (figure === undefined) throw new Error("no such figure");
    return figure;
  }
}

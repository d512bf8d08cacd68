// Owns an operator's look at the figures of one process, and what he changes there. Knows no ask.

import type { CounterState } from "../contracts/limit.ts";
import type { CounterDesk, Gauge, StandingFigure } from "../contracts/store.ts";
import { timeOf } from "./figure.ts";
import type { FigureName, MemoryFigures } from "./memory-figures.ts";

export class MemoryDesk implements CounterDesk {
  readonly #figures: MemoryFigures;

  constructor(figures: MemoryFigures) {
    this.#figures = figures;
  }

  read(gauges: readonly Gauge[]): readonly CounterState[] {
    const moment = this.#figures.now();
    return gauges.map((gauge) => this.#figures.look(gauge, moment));
  }

  list(prefix: string, max: number): readonly StandingFigure[] {
    return this.#figures.list(prefix, max);
  }

  adjust(gauge: Gauge, by: number): CounterState | "lost" {
    const moment = this.#figures.now();
    const { kind } = gauge.window;
    if (kind === "fixed" || kind === "concurrency") return this.#figures.look(gauge, moment);
    const figure = this.#figures.figureOf(gauge, moment);
    if (figure === undefined) return "lost";
    const nowMs = timeOf(gauge, moment);
    figure.room(gauge, nowMs);
    figure.take(by, nowMs);
    return figure.state(gauge, nowMs);
  }

  reset(figure: FigureName): "done" {
    this.#figures.drop(figure);
    return "done";
  }
}

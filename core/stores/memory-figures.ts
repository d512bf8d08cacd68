// Owns the figures of one process, by key and window: bounded maps, found or made. Knows no ask.

import type { CounterState } from "../contracts/limit.ts";
import type { Gauge, StandingFigure } from "../contracts/store.ts";
import { ExpiringMap } from "./expiring-map.ts";
import { type Figure, type Moment, timeOf } from "./figure.ts";
import { SlidingWindow } from "./sliding-window.ts";
import { Slots } from "./slots.ts";
import { Total } from "./total.ts";

export interface MemoryClocks {
  /** Monotonic milliseconds; windows go by it. */
  readonly clock?: (() => number) | undefined;
  /** Milliseconds since the epoch; calendars go by it. */
  readonly wallClock?: (() => number) | undefined;
}

export type FigureName = Pick<StandingFigure, "key" | "kind" | "windowMs">;

export class MemoryFigures {
  readonly #clock: () => number;
  readonly #wallClock: () => number;
  readonly #sliding: ExpiringMap<SlidingWindow>;
  readonly #calendar: ExpiringMap<Total>;
  readonly #life: ExpiringMap<Total>;
  readonly #concurrency: ExpiringMap<Slots>;

  /** `keysMax`: of each kind of window. */
  constructor(keysMax: number, { clock = () => performance.now(), wallClock = Date.now }: MemoryClocks) {
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#sliding = new ExpiringMap(keysMax);
    this.#calendar = new ExpiringMap(keysMax);
    this.#life = new ExpiringMap(keysMax);
    this.#concurrency = new ExpiringMap(keysMax);
  }

  readonly now = (): Moment => ({
    runningMs: Math.floor(this.#clock()),
    wallMs: Math.floor(this.#wallClock()),
  });

  /** Undefined for a fixed window, and where there is no room for a new key. */
  figureOf(gauge: Gauge, moment: Moment): Figure | undefined {
    const { key, window } = gauge;
    const nowMs = timeOf(gauge, moment);
    switch (window.kind) {
      case "concurrency":
        return (
          living(this.#concurrency.get(key), nowMs) ?? this.#concurrency.put(key, new Slots(nowMs), nowMs)
        );
      case "calendar":
        return living(this.#calendar.get(key), nowMs) ?? this.#calendar.put(key, new Total(nowMs), nowMs);
      case "life":
        return living(this.#life.get(key), nowMs) ?? this.#life.put(key, new Total(nowMs), nowMs);
      case "sliding": {
        const { windowMs } = window;
        const place = slidingKey(key, windowMs);
        const known = living(this.#sliding.get(place), nowMs);
        return known ?? this.#sliding.put(place, new SlidingWindow(windowMs, nowMs), nowMs);
      }
      case "fixed":
        return undefined;
    }
  }

  /** As if a figure that is not there were empty; it is not made, and no life goes on for it. */
  look(gauge: Gauge, moment: Moment): CounterState {
    const { key, window, limit } = gauge;
    if (window.kind === "fixed") return { used: 0, remaining: 0, resetMs: 0 };
    const nowMs = timeOf(gauge, moment);
    const windowMs = window.kind === "sliding" ? window.windowMs : 0;
    const figure = this.#find({ key, kind: window.kind, windowMs }, nowMs);
    if (figure !== undefined && window.kind !== "life") {
      figure.room(gauge, nowMs);
      return figure.state(gauge, nowMs);
    }
    const { used, resetMs } = figure?.standing(nowMs) ?? { used: 0, resetMs: 0 };
    return { used, remaining: Math.max(limit - used, 0), resetMs };
  }

  list(prefix: string, max: number): readonly StandingFigure[] {
    const { runningMs, wallMs } = this.now();
    const found: StandingFigure[] = [];
    for (const kind of ["calendar", "life", "sliding", "concurrency"] as const) {
      const nowMs = kind === "calendar" ? wallMs : runningMs;
      for (const [place, figure] of this.#mapOf(kind).entries()) {
        if (found.length >= max) return found;
        const key = kind === "sliding" ? place.slice(place.indexOf(":") + 1) : place;
        if (!key.startsWith(prefix) || figure.expiresAtMs <= nowMs) continue;
        const windowMs = figure instanceof SlidingWindow ? figure.windowMs : 0;
        found.push({ key, kind, windowMs, ...figure.standing(nowMs) });
      }
    }
    return found;
  }

  /** Whoever took from it before gives back to what nobody sees any more. */
  drop({ key, kind, windowMs }: FigureName): void {
    this.#mapOf(kind).delete(kind === "sliding" ? slidingKey(key, windowMs) : key);
  }

  #find({ key, kind, windowMs }: FigureName, nowMs: number): Figure | undefined {
    return living(this.#mapOf(kind).get(kind === "sliding" ? slidingKey(key, windowMs) : key), nowMs);
  }

  #mapOf(kind: StandingFigure["kind"]): ExpiringMap<Figure> {
    const maps = {
      sliding: this.#sliding,
      calendar: this.#calendar,
      life: this.#life,
      concurrency: this.#concurrency,
    };
    return maps[kind];
  }
}

/** A window of another length is another figure: the ring's slots would not fit. */
function slidingKey(key: string, windowMs: number): string {
  return `${windowMs}:${key}`;
}

/** What has expired may be swept at any moment, also between two counters of one ask. */
function living<T extends Figure>(figure: T | undefined, nowMs: number): T | undefined {
  return figure !== undefined && figure.expiresAtMs > nowMs ? figure : undefined;
}

// Owns a plain sum over a calendar's period or a life, in memory. Knows no zone: it is told the starts.

import type { Counter, CounterState } from "../contracts/limit.ts";
import type { Figure } from "./figure.ts";

/** How long after its period's end a late settlement still finds its sum. */
const lateMs = 3_600_000;

/** Times are the clock's that the window goes by: the wall's for a calendar, a monotonic one for a life. */
export class Total implements Figure {
  #used = 0;
  /** Of the period that is summed; 0 for a life. */
  #startMs = 0;
  #endMs = 0;
  expiresAtMs = 0;

  room(counter: Counter, nowMs: number): number {
    this.#turn(counter, nowMs);
    return counter.limit - this.#used;
  }

  wait(counter: Counter, amount: number, nowMs: number): number {
    return counter.window.kind === "calendar" && amount <= counter.limit ? this.#endMs - nowMs : 0;
  }

  take(amount: number): number {
    this.#used += amount;
    return this.#startMs;
  }

  giveBack(amount: number, place: number): void {
    if (place === this.#startMs) this.#used -= amount;
  }

  state({ limit, window }: Counter, nowMs: number): CounterState {
    const used = this.#used;
    const resetMs = window.kind === "calendar" ? this.#endMs - nowMs : 0;
    return { used, remaining: Math.max(limit - used, 0), resetMs };
  }

  #turn({ window }: Counter, nowMs: number): void {
    if (window.kind === "life") {
      this.expiresAtMs = nowMs + window.idleMs;
      return;
    }
    // A clock that was set back stays in the period it has reached.
    if (window.kind !== "calendar" || nowMs < this.#endMs) return;
    const { startsMs } = window;
    const at = startsMs.findLastIndex((start) => start <= nowMs);
    this.#startMs = startsMs[at] ?? startsMs[0];
    this.#endMs = startsMs[at + 1] ?? Number.POSITIVE_INFINITY;
    this.#used = 0;
    this.expiresAtMs = this.#endMs + lateMs;
  }
}

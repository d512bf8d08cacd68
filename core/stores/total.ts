// Owns a plain sum over a calendar's period or a life, in memory. Knows no zone: it is told the starts.
// lua-figures.ts does the same in Lua.

import type { CounterState } from "../contracts/limit.ts";
import type { Gauge } from "../contracts/store.ts";
import type { Figure } from "./figure.ts";

/** How long after its period's end a late settlement still finds its sum. */
export const lateMs = 3_600_000;

/** Times are the clock's that the window goes by: the wall's for a calendar, a monotonic one for a life. */
export class Total implements Figure {
  #used = 0;
  /** Of the period that is summed. */
  #startMs = Number.NEGATIVE_INFINITY;
  /** A life has no end that is known before. */
  #endMs = Number.POSITIVE_INFINITY;
  expiresAtMs: number;

  /** It is not swept before it was asked. */
  constructor(nowMs: number) {
    this.expiresAtMs = nowMs + 1;
  }

  room(gauge: Gauge, nowMs: number): number {
    this.#turn(gauge, nowMs);
    return gauge.limit - this.#used;
  }

  wait({ limit }: Gauge, amount: number, nowMs: number): number {
    return amount <= limit ? this.#leftMs(nowMs) : 0;
  }

  take(amount: number): number {
    this.#used += amount;
    return this.#startMs;
  }

  giveBack(amount: number, place: number): void {
    if (place === this.#startMs) this.#used -= amount;
  }

  state({ limit }: Gauge, nowMs: number): CounterState {
    const used = this.#used;
    return { used, remaining: Math.max(limit - used, 0), resetMs: this.#leftMs(nowMs) };
  }

  standing(nowMs: number): Pick<CounterState, "used" | "resetMs"> {
    return { used: nowMs < this.#endMs ? this.#used : 0, resetMs: this.#leftMs(nowMs) };
  }

  #leftMs(nowMs: number): number {
    return Number.isFinite(this.#endMs) ? Math.max(this.#endMs - nowMs, 0) : 0;
  }

  #turn({ window }: Gauge, nowMs: number): void {
    if (window.kind === "life") this.expiresAtMs = nowMs + window.idleMs;
    if (window.kind !== "calendar") return;
    const { startsMs } = window;
    let at = startsMs.length - 1;
    while (at > 0 && (startsMs[at] ?? 0) > nowMs) at -= 1;
    const startMs = startsMs[at] ?? 0;
    // A clock that was set back stays in the period it has reached.
    if (startMs > this.#startMs) {
      this.#startMs = startMs;
      this.#used = 0;
    }
    // Past all that the planner knew of, nobody here can tell the end: the next plan will.
    this.#endMs = startsMs[at + 1] ?? startMs;
    this.expiresAtMs = Math.max(this.#endMs, nowMs) + lateMs;
  }
}

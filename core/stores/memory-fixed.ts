// Owns fixed windows counted in this process by rate-limiter-flexible. Knows nothing of other kinds of window.

import type { Counter } from "../contracts/limit.ts";
import { BoundedLimiter, consumeFrom } from "./bounded-limiter.ts";
import { type Consumption, type FixedWindows, unknownState } from "./fixed-windows.ts";

/** Distinct window lengths, over all policies this process ever had. */
const windowsMax = 256;

const lost: Consumption = { kind: "shortage", cause: "lost", state: unknownState };

export class MemoryFixedWindows implements FixedWindows {
  readonly #keysMax: number;
  /** By window length: a limiter forgets its counts when it goes, so a changed amount keeps the same one. */
  readonly #limiters = new Map<number, BoundedLimiter>();

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  async consume(counter: Counter, windowMs: number): Promise<Consumption> {
    const limiter = this.#limiterOf(windowMs);
    if (limiter === undefined) return lost;
    const { limit, amount } = counter;
    const nowMs = Date.now();
    // The library starts a window at its first request: a key for each window aligns it to the clock.
    const key = `${Math.floor(nowMs / windowMs)}:${counter.key}`;
    limiter.points = limit;
    const verdict = await consumeFrom(limiter, key, amount).catch(() => undefined);
    if (verdict === undefined) return lost;
    const giveBack = () => void limiter.reward(key, amount);
    const resetMs = windowMs - (nowMs % windowMs);
    if (verdict.consumedPoints <= limit) {
      return { kind: "consumed", state: { remaining: limit - verdict.consumedPoints, resetMs }, giveBack };
    }
    giveBack();
    const remaining = Math.max(limit - verdict.consumedPoints + amount, 0);
    return { kind: "shortage", cause: "full", state: { remaining, resetMs } };
  }

  #limiterOf(windowMs: number): BoundedLimiter | undefined {
    const known = this.#limiters.get(windowMs);
    if (known !== undefined || this.#limiters.size >= windowsMax) return known;
    const limiter = new BoundedLimiter(1, windowMs, this.#keysMax);
    this.#limiters.set(windowMs, limiter);
    return limiter;
  }
}

// Owns fixed windows counted in this process by rate-limiter-flexible. Knows no other kind of window.

import type { Counter } from "../contracts/limit.ts";
import { AlignedMemoryLimiter, consumeFrom } from "./aligned-limiter.ts";
import {
  type Consumption,
  consumption,
  type FixedWindows,
  lostConsumption,
  pointsOf,
} from "./fixed-windows.ts";

/** Distinct window lengths, over all policies this process ever had. */
const windowsMax = 256;

export class MemoryFixedWindows implements FixedWindows {
  readonly #keysMax: number;
  /** By window length: a limiter forgets its counts when it goes, so a changed amount keeps the same one. */
  readonly #limiters = new Map<number, AlignedMemoryLimiter>();

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  async consume(counter: Counter, windowMs: number): Promise<Consumption> {
    const limiter = this.#limiterOf(windowMs);
    if (limiter === undefined) return lostConsumption;
    const { key, amount } = counter;
    limiter.points = pointsOf(counter);
    const verdict = await consumeFrom(limiter, key, amount).catch(() => undefined);
    if (verdict === undefined) return lostConsumption;
    const giveBack = () => void limiter.reward(key, amount, { customDuration: verdict.msBeforeNext });
    return consumption(counter, windowMs, verdict, giveBack);
  }

  #limiterOf(windowMs: number): AlignedMemoryLimiter | undefined {
    const known = this.#limiters.get(windowMs);
    if (known !== undefined || this.#limiters.size >= windowsMax) return known;
    const limiter = new AlignedMemoryLimiter(1, windowMs, this.#keysMax);
    this.#limiters.set(windowMs, limiter);
    return limiter;
  }
}

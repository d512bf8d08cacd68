// Owns rate-limiter-flexible's memory limiter: windows aligned to the clock, keys bounded. Knows no store.

import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type Expiring, ExpiringMap } from "./expiring-map.ts";

/** What every limiter here is called by, in memory and on Redis. */
export interface AlignedLimiter {
  /**
   * Resolves or, where the window is full, rejects with a verdict whose `msBeforeNext` is the clock it
   * counted by. What is refused is said as if consumed, but does not stay counted.
   */
  consume(key: string, points: number): Promise<RateLimiterRes>;
  /** `customDuration` is that clock: nothing goes back into another window than it came from. */
  reward(key: string, points: number, options: { customDuration: number }): Promise<RateLimiterRes>;
}

/**
 * The library starts a window at its first request and keeps as many keys as come. Here each window has a
 * key of its own, which its timer removes; a key without room is refused with an Error; what is refused is
 * given back at once.
 */
export class AlignedMemoryLimiter extends RateLimiterMemory implements AlignedLimiter {
  readonly #windows: ExpiringMap<Expiring>;

  constructor(points: number, windowMs: number, keysMax: number) {
    super({ points, duration: windowMs / 1000, keyPrefix: "" });
    this.#windows = new ExpiringMap(keysMax);
  }

  override consume(key: string, points: number): Promise<RateLimiterRes> {
    const nowMs = Date.now();
    const windowKey = this.#keyAt(key, nowMs);
    const isOpen = this.#windows.get(windowKey) !== undefined;
    if (
      !isOpen &&
      this.#windows.put(windowKey, { expiresAtMs: nowMs + this.msDuration }, nowMs) === undefined
    ) {
      return Promise.reject(new Error("no room for another key"));
    }
    const stamped = (verdict: RateLimiterRes) =>
      new RateLimiterRes(verdict.remainingPoints, nowMs, verdict.consumedPoints);
    return super.consume(windowKey, points).then(stamped, (full: RateLimiterRes) => {
      void super.reward(windowKey, points);
      throw stamped(full);
    });
  }

  override reward(
    key: string,
    points: number,
    { customDuration }: { customDuration: number },
  ): Promise<RateLimiterRes> {
    return super.reward(this.#keyAt(key, customDuration), points);
  }

  #keyAt(key: string, nowMs: number): string {
    return `${Math.floor(nowMs / this.msDuration)}:${key}`;
  }
}

/** The library rejects with its verdict where a window is full; anything else it rejects with is a loss. */
export async function consumeFrom(
  limiter: AlignedLimiter,
  key: string,
  points: number,
): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key, points);
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return thrown;
    throw thrown;
  }
}

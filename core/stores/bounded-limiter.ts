// Owns rate-limiter-flexible's memory limiter with a bound on its keys. Knows nothing of stores and reservations.

import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type Expiring, ExpiringMap } from "./expiring-map.ts";

/** Below this a window is as good as over: giving back could fall into the next one. */
const lastMomentMs = 2;

/** The library keeps every key until its window ends, however many come. Here a key without room is refused. */
export class BoundedLimiter extends RateLimiterMemory {
  readonly #windows: ExpiringMap<Expiring>;

  constructor(points: number, windowMs: number, keysMax: number) {
    super({ points, duration: windowMs / 1000, keyPrefix: "" });
    this.#windows = new ExpiringMap(keysMax);
  }

  /** Rejects with an Error where there is no room, with a RateLimiterRes where the window is full. */
  override consume(key: string, points: number): Promise<RateLimiterRes> {
    const nowMs = Date.now();
    const open = this.#windows.get(key);
    if (open === undefined || open.expiresAtMs <= nowMs) {
      const placed = this.#windows.put(key, { expiresAtMs: nowMs + this.msDuration }, nowMs);
      if (placed === undefined) return Promise.reject(new Error("too many keys"));
    }
    return super.consume(key, points);
  }

  /** Only into a window that is open: the library would open one that starts below nought. */
  override reward(key: string, points: number): Promise<RateLimiterRes> {
    const endsAtMs = this.#windows.get(key)?.expiresAtMs ?? 0;
    if (endsAtMs - Date.now() < lastMomentMs) return Promise.resolve(new RateLimiterRes());
    return super.reward(key, points);
  }
}

/** The library rejects with its verdict where a window is full; anything else it rejects with is a loss. */
export function consumeFrom(
  limiter: { consume(key: string, points: number): Promise<RateLimiterRes> },
  key: string,
  points: number,
): Promise<RateLimiterRes> {
  return limiter.consume(key, points).catch((thrown: unknown) => {
    if (thrown instanceof RateLimiterRes) return thrown;
    throw thrown;
  });
}

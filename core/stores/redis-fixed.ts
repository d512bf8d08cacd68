// Owns fixed windows counted in Redis by rate-limiter-flexible, insured in memory only where a limit is open.

import { LRUCache } from "lru-cache";
import { RateLimiterRedis, type RateLimiterRes } from "rate-limiter-flexible";
import type { Counter } from "../contracts/limit.ts";
import { AlignedMemoryLimiter, consumeFrom } from "./aligned-limiter.ts";
import {
  type Consumption,
  consumption,
  type FixedWindows,
  lostConsumption,
  pointsOf,
} from "./fixed-windows.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { fixedWindowScript } from "./redis-scripts.ts";

/** Limiters keep no counts but insured ones do, so the least used go. */
const limitersMax = 512;

interface Limiter {
  readonly redis: RateLimiterRedis;
  readonly insurance: Insurance | undefined;
}

export class RedisFixedWindows implements FixedWindows {
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #keysMax: number;
  readonly #limiters = new LRUCache<string, Limiter>({ max: limitersMax });

  constructor(connection: RedisConnection, prefix: string, keysMax: number) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#keysMax = keysMax;
  }

  async consume(counter: Counter, windowMs: number, deadlineAtMs: number): Promise<Consumption> {
    const { redis, insurance } = this.#limiterOf(counter, windowMs);
    const { amount } = counter;
    const key = `${windowMs}:${counter.key}`;
    const verdict =
      (await this.#connection.run(() => consumeFrom(redis, key, amount), deadlineAtMs)) ??
      (await insurance?.standIn(key, amount));
    if (verdict === undefined) return lostConsumption;
    const giveBack = () => {
      const options = { customDuration: verdict.msBeforeNext };
      void this.#connection.run(() => redis.reward(key, amount, options), deadlineAtMs);
    };
    return consumption(counter, windowMs, verdict, giveBack);
  }

  #limiterOf(counter: Counter, windowMs: number): Limiter {
    const { onStoreLoss } = counter;
    const limit = pointsOf(counter);
    const name = `${limit}:${windowMs}:${onStoreLoss}`;
    const known = this.#limiters.get(name);
    if (known !== undefined) return known;
    const insurance = onStoreLoss === "open" ? this.#insuranceFor(limit, windowMs) : undefined;
    const redis = new RateLimiterRedis({
      storeClient: this.#connection.client,
      points: limit,
      // The script takes it as milliseconds: the library would drop a window below a second.
      duration: windowMs,
      keyPrefix: this.#prefix,
      customIncrTtlLuaScript: fixedWindowScript,
      rejectIfRedisNotReady: true,
      ...(insurance === undefined ? {} : { insuranceLimiter: insurance }),
    });
    this.#limiters.set(name, { redis, insurance });
    return { redis, insurance };
  }

  #insuranceFor(limit: number, windowMs: number): Insurance {
    return new Insurance(limit, windowMs, this.#keysMax, () => this.#connection.noteLoss("insured"));
  }
}

/** The library asks it whenever Redis fails, and tells nobody: so it does. */
class Insurance extends AlignedMemoryLimiter {
  readonly #onUse: () => void;

  constructor(points: number, windowMs: number, keysMax: number, onUse: () => void) {
    super(points, windowMs, keysMax);
    this.#onUse = onUse;
  }

  override consume(key: string, points: number): Promise<RateLimiterRes> {
    this.#onUse();
    return super.consume(key, points);
  }

  /** For a verdict of Redis that is too late. */
  standIn(key: string, points: number): Promise<RateLimiterRes | undefined> {
    return consumeFrom(this, key, points).catch(() => undefined);
  }
}

// Owns an issuer's keys over time: fresh, in an outage, and when a token names a new one. Knows no tokens.

import type { JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import type { Async } from "../../contracts/frame.ts";
import { type Clock, monotonicClock } from "../../telemetry/clock.ts";
import { type FetchKeys, fetchKeys } from "./key-fetch.ts";

export interface KeySetOptions {
  /** How long the last good keys serve while no new ones can be had. */
  readonly keepMs?: number;
  readonly fetch?: FetchKeys;
  readonly clock?: Clock;
}

const keepMsDefault = 60 * 60_000;
/** Keys older than this are fetched anew beside the request that finds them so. */
const freshMs = 10 * 60_000;
/** Between two fetches that only an unknown `kid` asks for: anybody can write one. */
const unknownPauseMs = 30_000;
/** Between two fetches while there are no keys to go by, or old ones. */
const retryPauseMs = 1_000;

const keySetsMax = 1_000;

/** At most one fetch is under way, and all who wait share it. */
export class KeySet {
  readonly #url: URL;
  readonly #keepMs: number;
  readonly #fetch: FetchKeys;
  readonly #clock: Clock;
  #keys: JWTVerifyGetKey | undefined = undefined;
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined = undefined;
  /** Whether the newest fetch brought nothing. */
  #isLost = false;

  constructor(url: URL, options: KeySetOptions = {}) {
    this.#url = url;
    this.#keepMs = options.keepMs ?? keepMsDefault;
    this.#fetch = options.fetch ?? fetchKeys;
    this.#clock = options.clock ?? monotonicClock;
  }

  /** Undefined: there are none, or the last good ones are too old to be trusted. */
  keys(): Async<JWTVerifyGetKey | undefined> {
    const kept = this.#kept();
    if (kept === undefined) return this.#ask(retryPauseMs).then(() => this.#kept());
    if (this.#clock() - this.#fetchedAtMs >= freshMs) void this.#ask(retryPauseMs);
    return kept;
  }

  /** For a token whose key is not in `keys`. Undefined: the newest keys cannot be had, so nobody knows. */
  async keysAfter(keys: JWTVerifyGetKey): Promise<JWTVerifyGetKey | undefined> {
    if (this.#keys === keys) await this.#ask(unknownPauseMs);
    return this.#isLost ? undefined : this.#kept();
  }

  #kept(): JWTVerifyGetKey | undefined {
    return this.#clock() - this.#fetchedAtMs < this.#keepMs ? this.#keys : undefined;
  }

  #ask(pauseMs: number): Promise<void> {
    if (this.#underWay === undefined && this.#clock() - this.#askedAtMs >= pauseMs) {
      this.#askedAtMs = this.#clock();
      this.#underWay = this.#renew();
    }
    return this.#underWay ?? Promise.resolve();
  }

  async #renew(): Promise<void> {
    const keys = await this.#fetch(this.#url);
    this.#underWay = undefined;
    this.#isLost = keys === undefined;
    if (keys === undefined) return;
    this.#keys = keys;
    this.#fetchedAtMs = this.#clock();
  }
}

/** The key sets of a program: they outlive a reload of the policy, which is no reason to lose good keys. */
export class KeySets {
  readonly #sets = new LRUCache<string, KeySet>({ max: keySetsMax });
  readonly #options: KeySetOptions;

  constructor(options: KeySetOptions = {}) {
    this.#options = options;
  }

  at(url: string): KeySet {
    const known = this.#sets.get(url);
    if (known !== undefined) return known;
    const set = new KeySet(new URL(url), this.#options);
    this.#sets.set(url, set);
    return set;
  }
}

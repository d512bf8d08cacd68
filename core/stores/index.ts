// Owns the list of stores and which one a URL names. Knows nothing of what is counted.

import type { LedgerStore } from "../contracts/ledger.ts";
import type { Store } from "../contracts/store.ts";
import { MemoryStore } from "./memory.ts";
import { MemoryLedgerStore } from "./memory-ledger.ts";
import { RedisStore } from "./redis.ts";
import { parseRedisUrl } from "./redis-address.ts";
import type { ConnectionOptions } from "./redis-connection.ts";
import { RedisLedgerStore } from "./redis-ledger.ts";

export interface StoreOptions {
  /** REDIS_PASSWORD; used where the URL carries none. */
  readonly password?: string | undefined;
  /** On each change; a store in memory is always up and never says so. `cause` is fit for a log line. */
  readonly onStateChange?: ConnectionOptions["onStateChange"];
  /** For those who can wait; else as short as a verdict needs it. */
  readonly commandTimeoutMs?: number;
}

/**
 * `memory`, `redis://[user:password@]host:port[/db]`, `redis+sentinel://host:port,host:port/GROUP[/db]` or
 * `redis+cluster://host:port,host:port`, and `rediss…` for TLS. Returns at once: a store that cannot be
 * reached yet is lost until it can. Throws where the URL is none of these, without repeating it: it may hold
 * a password.
 */
export function createStore(url: string, options: StoreOptions = {}): Store {
  if (url === "memory") return new MemoryStore();
  if (parseRedisUrl(url) === undefined) {
    throw new Error(
      "the store is memory, redis://host:port, redis+sentinel://host:port,host:port/GROUP, " +
        "redis+cluster://host:port,host:port or one of them as rediss",
    );
  }
  return new RedisStore({ onStateChange: () => {}, ...options, url, password: options.password });
}

export interface LedgerStoreOptions {
  readonly password?: string | undefined;
  /** Today is one more. */
  readonly daysKept: number;
  /** For those who can wait. */
  readonly answerMsMax?: number;
}

/** The same URLs; in memory it is this process's alone. */
export function createLedgerStore(url: string, options: LedgerStoreOptions): LedgerStore {
  return url === "memory"
    ? new MemoryLedgerStore(options.daysKept)
    : new RedisLedgerStore({ ...options, url, password: options.password });
}

// Owns what stands in logs and spans for a raw session or user id. Knows nothing of exchanges.

import { createHmac, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";

/** `h:<16 hex digits>:<length of the id>`: the same id reads the same, nobody without the key finds it. */
export type Hasher = (id: string) => string;

export interface HasherOptions {
  /** Share one (SLUICE_HASH_KEY) where ids must read the same over programs and restarts. */
  readonly key?: string | Buffer | undefined;
}

const cachedMax = 4096;
/** Longer ids are hashed each time, so that clients cannot fill the cache with megabytes. */
const cachedLengthMax = 256;

export function createHasher({ key }: HasherOptions = {}): Hasher {
  const secret = key === undefined ? randomBytes(32) : Buffer.from(key);
  const cache = new LRUCache<string, string>({ max: cachedMax });

  const hash = (id: string): string => {
    const digest = createHmac("sha256", secret).update(id).digest("hex");
    return `h:${digest.slice(0, 16)}:${id.length}`;
  };

  return (id) => {
    if (id.length > cachedLengthMax) return hash(id);
    const known = cache.get(id);
    if (known !== undefined) return known;
    const hashed = hash(id);
    cache.set(id, hashed);
    return hashed;
  };
}

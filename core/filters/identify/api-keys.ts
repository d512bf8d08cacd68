// Owns the API keys of all callers, as their digests. Never holds a key.

import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../../contracts/identity.ts";
import type { ApiKeySpec } from "../../contracts/policy.ts";

interface KnownKey {
  readonly digest: Buffer;
  readonly caller: Caller | undefined;
  readonly expiresAtMs: number;
}

/** Stands in where no key is found, so that both ways cost the same. */
const decoy: KnownKey = { digest: Buffer.alloc(32), caller: undefined, expiresAtMs: 0 };

/**
 * Looked up by the digest of what was presented. Nobody can choose digests, so what the map's own compare
 * takes tells nothing of the digests in it; the whole digest is then compared in constant time.
 */
export class ApiKeys {
  readonly #keys = new Map<string, KnownKey>();

  add(caller: Caller, { sha256, expiresAtMs = Number.POSITIVE_INFINITY }: ApiKeySpec): void {
    this.#keys.set(sha256, { digest: Buffer.from(sha256, "hex"), caller, expiresAtMs });
  }

  /** `digest`: sha256 in lower-case hex. */
  find(digest: string, nowMs: number): Caller | undefined {
    const known = this.#keys.get(digest) ?? decoy;
    const isSame = timingSafeEqual(known.digest, Buffer.from(digest, "hex"));
    return isSame && nowMs < known.expiresAtMs ? known.caller : undefined;
  }
}

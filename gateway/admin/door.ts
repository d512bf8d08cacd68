// Owns who may come in at the admin listener: keys by their digests, and how often somebody may be wrong.
// Knows no route.

import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { LRUCache } from "lru-cache";
import { type Refusal, refuse } from "../../core/contracts/refusal.ts";
import { ApiKeys } from "../../core/filters/identify/api-keys.ts";
import {
  presentedCredential,
  refuseCredential,
  refuseMissing,
} from "../../core/filters/identify/credential.ts";

/** Wrong keys from one address, in a minute; then none is looked at. */
export const failuresMax = 10;
const failuresMs = 60_000;
const addressesMax = 1_000;
/** Of a key's digest: enough to tell keys apart, and nothing to find one by. */
const nameChars = 8;

export interface DoorOptions {
  /** Lower-case hex, of whole keys. */
  readonly keySha256s: readonly string[];
  /** A wrong key came. */
  readonly onWrongKey: (address: string) => void;
}

export class Door {
  readonly #keys = new ApiKeys();
  readonly #onWrongKey: DoorOptions["onWrongKey"];
  readonly #failures = new LRUCache<string, number>({
    max: addressesMax,
    ttl: failuresMs,
    noUpdateTTL: true,
  });
  readonly #admitted = new WeakMap<IncomingMessage, string>();

  constructor({ keySha256s, onWrongKey }: DoorOptions) {
    this.#onWrongKey = onWrongKey;
    for (const sha256 of keySha256s) {
      const name = sha256.slice(0, nameChars);
      this.#keys.add({ name, team: undefined, trust: new Set() }, { sha256, expiresAtMs: undefined });
    }
  }

  /** By its head alone. */
  admit(request: IncomingMessage): Refusal | undefined {
    const address = request.socket.remoteAddress ?? "unknown";
    const failures = this.#failures.get(address) ?? 0;
    if (failures >= failuresMax) {
      const retryAfterS = Math.ceil(this.#failures.getRemainingTTL(address) / 1_000);
      return refuse("rate_limited", { message: "Too many wrong keys came from here.", retryAfterS });
    }
    const credential = presentedCredential(request.headers);
    if (credential === undefined) return refuseMissing();
    const admin =
      typeof credential === "string"
        ? this.#keys.find(hash("sha256", credential, "hex"), Date.now())
        : undefined;
    if (admin === undefined) {
      this.#failures.set(address, failures + 1);
      this.#onWrongKey(address);
      return typeof credential === "string" ? refuseCredential() : credential;
    }
    this.#admitted.set(request, admin.name);
    return undefined;
  }

  /** Whose key it came with, as the first digits of its hash. Throws where it was not admitted. */
  nameOf(request: IncomingMessage): string {
    const name = this.#admitted.get(request);
    if (name === undefined) throw new Error("a request that was not admitted");
    return name;
  }
}

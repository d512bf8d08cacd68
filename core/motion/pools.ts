// Owns the set of transports: one a target's origin and bounds, kept over reloads, closed when no policy
// names it.

import { LRUCache } from "lru-cache";
import type { Target } from "../contracts/exchange.ts";
import type { Resolve } from "./dial.ts";
import type { FindTransport } from "./forward.ts";
import { Transport } from "./transport.ts";

/** An exchange that began under the old policy may still be reading its body: its pool outlives the swap. */
const retireAfterMs = 60_000;
/** Of hosts that a policy's wildcards stand for: those used last. */
const passingMax = 256;

export interface PoolsOptions {
  /** Of names; the system's where absent. */
  readonly resolve?: Resolve | undefined;
}

/** Targets that no pool serves: a child process, a server behind another way to speak. */
const carriers = new WeakMap<Target, ReturnType<FindTransport>>();

export function carryBy(target: Target, carrier: ReturnType<FindTransport>): void {
  carriers.set(target, carrier);
}

export class Pools {
  readonly #resolve: Resolve | undefined;
  /** Bounded by the targets a policy declares. */
  readonly #transports = new Map<string, Transport>();
  readonly #byTarget = new WeakMap<Target, Transport>();
  readonly #passing = new LRUCache<string, Transport>({
    max: passingMax,
    dispose: (transport) => void transport.close(),
  });

  constructor({ resolve }: PoolsOptions = {}) {
    this.#resolve = resolve;
  }

  readonly find: FindTransport = (target) => {
    if (target.isPassing === true) return this.#findPassing(target);
    const known = carriers.get(target) ?? this.#byTarget.get(target);
    if (known !== undefined) return known;
    const transport = this.#open(target);
    this.#byTarget.set(target, transport);
    return transport;
  };

  #open(target: Target): Transport {
    const key = keyOf(target);
    let transport = this.#transports.get(key);
    if (transport === undefined) {
      transport = this.#make(target);
      this.#transports.set(key, transport);
    }
    return transport;
  }

  #findPassing(target: Target): Transport {
    const key = keyOf(target);
    const known = this.#passing.get(key);
    if (known !== undefined) return known;
    const transport = this.#make(target);
    this.#passing.set(key, transport);
    return transport;
  }

  #make({ origin, timeouts, connectionsMax, reach }: Target): Transport {
    return new Transport({ origin, timeouts, connectionsMax, dial: { resolve: this.#resolve, reach } });
  }

  /** After a reload: what no target uses any more finishes its requests and closes. */
  keep(targets: readonly Target[]): void {
    const wanted = new Set(targets.map(keyOf));
    for (const [key, transport] of this.#transports) {
      if (wanted.has(key)) continue;
      this.#transports.delete(key);
      setTimeout(() => void transport.close(), retireAfterMs).unref();
    }
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.destroy()));
    await Promise.all([...this.#passing.values()].map((transport) => transport.destroy()));
    this.#transports.clear();
  }
}

/** A pool is shared by those alone that may go equally far. */
function keyOf({ origin, timeouts, connectionsMax, reach }: Target): string {
  const { connectMs, firstByteMs, idleMs } = timeouts;
  return `${origin} ${connectMs} ${firstByteMs} ${idleMs} ${connectionsMax} ${reach ?? "declared"}`;
}

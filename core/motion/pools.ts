// Owns the set of transports: one a target's origin and bounds, kept over reloads, closed when no policy
// names it.

import type { Target } from "../contracts/exchange.ts";
import type { FindTransport } from "./forward.ts";
import { Transport } from "./transport.ts";

/** An exchange that began under the old policy may still be reading its body: its pool outlives the swap. */
const retireAfterMs = 60_000;

/** Targets that no pool serves: a child process, a server behind another way to speak. */
const carriers = new WeakMap<Target, ReturnType<FindTransport>>();

export function carryBy(target: Target, carrier: ReturnType<FindTransport>): void {
  carriers.set(target, carrier);
}

export class Pools {
  /** Bounded by the targets a policy declares. */
  readonly #transports = new Map<string, Transport>();
  readonly #byTarget = new WeakMap<Target, Transport>();

  readonly find: FindTransport = (target) => {
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
      const { origin, timeouts, connectionsMax } = target;
      transport = new Transport({ origin, timeouts, connectionsMax });
      this.#transports.set(key, transport);
    }
    return transport;
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
    this.#transports.clear();
  }
}

function keyOf({ origin, timeouts, connectionsMax }: Target): string {
  return `${origin} ${timeouts.connectMs} ${timeouts.firstByteMs} ${timeouts.idleMs} ${connectionsMax}`;
}

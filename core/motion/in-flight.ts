// Owns the list of exchanges a listener has open, in the order they began. Knows nothing of what they do.

import type { Exchange } from "../contracts/exchange.ts";
import type { NodeClient } from "./client.ts";

export interface Flying {
  readonly exchange: Exchange;
  readonly client: NodeClient;
}

interface Link extends Flying {
  before: Link | undefined;
  behind: Link | undefined;
}

/**
 * Linked by hand: a Map that is added to and deleted from all the time leaves tables behind it that keep
 * whole exchanges alive until the next full collection (docs/performance.md).
 */
export class InFlight {
  #first: Link | undefined = undefined;
  #last: Link | undefined = undefined;
  #size = 0;
  /** Told of each that leaves. */
  readonly #waiting = new Set<() => void>();

  get size(): number {
    return this.#size;
  }

  /** What it gives is taken out again by `remove`, once. */
  add({ exchange, client }: Flying): Flying {
    const link: Link = { exchange, client, before: this.#last, behind: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.behind = link;
    this.#last = link;
    this.#size += 1;
    return link;
  }

  remove(flying: Flying): void {
    const link = flying as Link;
    if (link.before === undefined) this.#first = link.behind;
    else link.before.behind = link.behind;
    if (link.behind === undefined) this.#last = link.before;
    else link.behind.before = link.before;
    link.before = undefined;
    link.behind = undefined;
    this.#size -= 1;
    for (const look of this.#waiting) look();
  }

  /** What is left stands open, and its client asks nothing on it. */
  get isQuiet(): boolean {
    for (let link = this.#first; link !== undefined; link = link.behind) {
      if (link.exchange.route.isStanding?.(link.exchange) !== true) return false;
    }
    return true;
  }

  /** Resolves when it is so, or after this long. */
  until(isSo: () => boolean, waitMs: number): Promise<void> {
    if (isSo()) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(stop);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (isSo()) settle();
      };
      const stop = setTimeout(settle, waitMs);
      this.#waiting.add(look);
    });
  }

  /** As they are now: what ends while the list is walked is still on it. */
  all(): readonly Flying[] {
    const found: Flying[] = [];
    for (let link = this.#first; link !== undefined; link = link.behind) found.push(link);
    return found;
  }
}

// Owns the look-out for spend that is out of line: an agent's or a user's day against its days before.
// Decides nothing: budgets do.

import { LRUCache } from "lru-cache";
import type { LedgerDimension, LedgerStore } from "../contracts/ledger.ts";
import { daysBefore, type Standing } from "../stores/shared-ledger.ts";
import type { Hasher } from "../telemetry/hashing.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";

export interface SpendWatchOptions {
  readonly store: Pick<LedgerStore, "costs" | "claim">;
  readonly log: Pick<Log, "costAnomalous">;
  readonly metrics: Pick<Metrics, "costAnomalous">;
  readonly hash: Hasher;
}

const watched: ReadonlySet<string> = new Set<LedgerDimension>(["agent", "user"]);
/** Of the mean. */
const timesMax = 5n;
const meanDays = 7;
/** A dollar a day: what is below is nobody's worry. */
const floorNanoUsd = 1_000_000_000n;
/** Keys of a day whose mean is remembered, and of which all was said. */
const keysMax = 10_000;

export class SpendWatch {
  readonly #options: SpendWatchOptions;
  /** Nano-dollars a day; `settled`: told, or nothing to compare with. */
  readonly #means = new LRUCache<string, { readonly mean: bigint } | "settled">({ max: keysMax });

  constructor(options: SpendWatchOptions) {
    this.#options = options;
  }

  async look(standings: readonly Standing[]): Promise<void> {
    const high = standings.filter(({ by, costNanoUsd }) => watched.has(by) && costNanoUsd > floorNanoUsd);
    await Promise.all(high.map((standing) => this.#compare(standing)));
  }

  async #compare({ day, by, key, costNanoUsd }: Standing): Promise<void> {
    const name = `${by} ${key}`;
    const known = this.#means.get(`${day} ${name}`) ?? (await this.#learn(day, by, key));
    if (known === undefined || known === "settled" || costNanoUsd <= timesMax * known.mean) return;
    const isFirst = await this.#options.store.claim(day, name);
    if (isFirst === "lost") return;
    this.#means.set(`${day} ${name}`, "settled");
    if (isFirst) this.#tell({ day, by, key, costNanoUsd }, known.mean);
  }

  /** Of the days on which it spent anything: one that has no such day is new, and not out of line. */
  async #learn(day: string, by: Standing["by"], key: string) {
    const costs = await this.#options.store.costs(by, key, daysBefore(day, meanDays));
    if (costs === "lost") return undefined;
    const spent = costs.filter((cost) => cost > 0n);
    const sum = spent.reduce((all, cost) => all + cost, 0n);
    const learned = spent.length === 0 ? "settled" : { mean: sum / BigInt(spent.length) };
    this.#means.set(`${day} ${by} ${key}`, learned);
    return learned;
  }

  #tell({ day, by, key, costNanoUsd }: Standing, mean: bigint): void {
    const { log, metrics, hash } = this.#options;
    if (by === "hour") return;
    metrics.costAnomalous(by);
    log.costAnomalous({
      by,
      name: by === "user" ? hash(key) : key,
      day,
      cost_usd: Number(costNanoUsd) / 1e9,
      mean_usd: Number(mean) / 1e9,
    });
  }
}

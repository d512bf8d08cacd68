// Owns what many processes know of tools that have registered themselves: Redis forgets who is not heard of.
// Knows no counter.

import { byAge, type Registration, registrationsMax, type ToolRegistry } from "../contracts/tool-registry.ts";
import type { RedisClient } from "./redis-client.ts";
import { type RedisRecordsOptions, readRecord, runRepeated } from "./redis-repeated.ts";

/** Between the clocks of those who write the index: what is in it and not there is left out. */
const slackMs = 60_000;

export class RedisToolRegistry implements ToolRegistry {
  readonly #options: RedisRecordsOptions;

  constructor(options: RedisRecordsOptions) {
    this.#options = options;
  }

  async keep(registration: Registration, lifeMs: number): Promise<"kept" | "full" | "lost"> {
    const { id } = registration;
    const nowMs = Date.now();
    const said = await this.#run(async (client): Promise<"kept" | "full"> => {
      await client.zremrangebyscore(this.#index, "-inf", nowMs);
      const isNew = (await client.zscore(this.#index, id)) === null;
      if (isNew && (await client.zcard(this.#index)) >= registrationsMax) return "full";
      await client.set(this.#place(id), JSON.stringify(registration), "PX", lifeMs);
      await client.zadd(this.#index, nowMs + lifeMs + slackMs, id);
      return "kept";
    });
    return said ?? "lost";
  }

  async renew(id: string, by: string, lifeMs: number): Promise<"kept" | "unknown" | "lost"> {
    const said = await this.#run(async (client): Promise<"kept" | "unknown"> => {
      if (readRecord<Registration>(await client.get(this.#place(id)))?.by !== by) return "unknown";
      const isThere = (await client.pexpire(this.#place(id), lifeMs)) === 1;
      if (isThere) await client.zadd(this.#index, Date.now() + lifeMs + slackMs, id);
      return isThere ? "kept" : "unknown";
    });
    return said ?? "lost";
  }

  async remove(id: string, by: string): Promise<Registration | "unknown" | "lost"> {
    let found: Registration | undefined;
    const said = await this.#run(async (client): Promise<Registration | "unknown"> => {
      // An earlier try may have removed it, its answer too late.
      found ??= readRecord<Registration>(await client.get(this.#place(id)));
      if (found?.by !== by) return "unknown";
      await Promise.all([client.del(this.#place(id)), client.zrem(this.#index, id)]);
      return found;
    });
    return said ?? "lost";
  }

  async list(): Promise<readonly Registration[] | "lost"> {
    const found = await this.#run(async (client) => {
      const ids = await client.zrange(this.#index, "0", "-1");
      return ids.length === 0 ? [] : client.mget(ids.map((id) => this.#place(id)));
    });
    return found?.flatMap((text) => readRecord<Registration>(text) ?? []).sort(byAge) ?? "lost";
  }

  get #index(): string {
    return `${this.#options.prefix}index`;
  }

  #place(id: string): string {
    return `${this.#options.prefix}tool:${id}`;
  }

  /** Nobody waits for it on the way of a call: what is late is asked again, which changes nothing. */
  #run<T>(operation: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    return runRepeated(this.#options, operation);
  }
}

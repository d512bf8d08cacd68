// Owns what many processes know of tools that have registered themselves: Redis forgets who is not heard of.
// Knows no counter.

import { byAge, type Registration, registrationsMax, type ToolRegistry } from "../contracts/tool-registry.ts";
import { parseJson } from "../text/json-adapter.ts";
import type { RedisClient } from "./redis-client.ts";
import type { RedisConnection } from "./redis-connection.ts";

export interface RedisToolRegistryOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  /** How long a verdict may take. */
  readonly verdictMs: number;
}

/** Between the clocks of those who write the index: what is in it and not there is left out. */
const slackMs = 60_000;
/** Each as long as a verdict may take. */
const triesMax = 20;

export class RedisToolRegistry implements ToolRegistry {
  readonly #options: RedisToolRegistryOptions;

  constructor(options: RedisToolRegistryOptions) {
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
      if (read(await client.get(this.#place(id)))?.by !== by) return "unknown";
      const isThere = (await client.pexpire(this.#place(id), lifeMs)) === 1;
      if (isThere) await client.zadd(this.#index, Date.now() + lifeMs + slackMs, id);
      return isThere ? "kept" : "unknown";
    });
    return said ?? "lost";
  }

  async remove(id: string, by: string): Promise<Registration | "unknown" | "lost"> {
    const said = await this.#run(async (client): Promise<Registration | "unknown"> => {
      const found = read(await client.get(this.#place(id)));
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
    return found?.flatMap((text) => read(text) ?? []).sort(byAge) ?? "lost";
  }

  get #index(): string {
    return `${this.#options.prefix}index`;
  }

  #place(id: string): string {
    return `${this.#options.prefix}tool:${id}`;
  }

  /** Nobody waits for it on the way of a call: what is late is asked again, which changes nothing. */
  async #run<T>(operation: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    const { connection, verdictMs } = this.#options;
    for (let tries = 0; tries < triesMax; tries += 1) {
      const deadlineAtMs = performance.now() + verdictMs;
      await connection.attempted(deadlineAtMs);
      const said = await connection.run(operation, deadlineAtMs);
      if (said !== undefined || !connection.isOpen) return said;
    }
    return undefined;
  }
}

/** Written here, by one of us. */
function read(text: string | null): Registration | undefined {
  return text === null ? undefined : (parseJson(text) as unknown as Registration | undefined);
}

// Owns what many processes know of calls that are held: any of them decides, the first one is heard. Knows no
// counter.

import {
  type ApprovalDecision,
  type ApprovalRequest,
  type ApprovalSettling,
  type Approvals,
  approvalsHeldMax,
  decisionLifeMs,
} from "../contracts/approval.ts";
import type { RedisClient } from "./redis-client.ts";
import { type RedisRecordsOptions, readRecord, runRepeated } from "./redis-repeated.ts";

/** Between the clocks of who holds and who decides. */
const slackMs = 5_000;

export class RedisApprovals implements Approvals {
  readonly #options: RedisRecordsOptions;

  constructor(options: RedisRecordsOptions) {
    this.#options = options;
  }

  async hold(request: ApprovalRequest): Promise<"held" | "full" | "lost"> {
    const { id, expires_at } = request;
    const now = Date.now();
    const until = Date.parse(expires_at) + slackMs;
    const waiting = await this.#run(async (client) => {
      await client.zremrangebyscore(this.#open, "-inf", now);
      return client.zcard(this.#open);
    });
    if (waiting === undefined) return "lost";
    if (waiting >= approvalsHeldMax) return "full";
    const written = await this.#run(async (client) => {
      await client.set(this.#request(id), JSON.stringify(request), "PX", Math.max(until - now, 1));
      return client.zadd(this.#open, until, id);
    });
    return written === undefined ? "lost" : "held";
  }

  async find(id: string): Promise<ApprovalRequest | undefined | "lost"> {
    const found = await this.#run(async (client) => [await client.get(this.#request(id))]);
    return found === undefined ? "lost" : readRecord<ApprovalRequest>(found[0]);
  }

  async decisionOf(id: string): Promise<ApprovalDecision | undefined | "lost"> {
    const found = await this.#run(async (client) => [await client.get(this.#decision(id))]);
    return found === undefined ? "lost" : readRecord<ApprovalDecision>(found[0]);
  }

  /** What was asked goes with its answer: arguments stay no longer than they have to. */
  async settle(id: string, decision: ApprovalDecision): Promise<ApprovalSettling | "lost"> {
    const text = JSON.stringify(decision);
    let asked: ApprovalRequest | undefined;
    const settling = await this.#run(async (client): Promise<ApprovalSettling> => {
      asked ??= readRecord<ApprovalRequest>(await client.get(this.#request(id)));
      if (asked !== undefined) {
        const place = this.#decision(id);
        const first = await client.set(place, text, "PX", decisionLifeMs, "NX");
        // It may be our own from a try whose answer came too late.
        if (first !== null || (await client.get(place)) === text) {
          await Promise.all([client.del(this.#request(id)), client.zrem(this.#open, id)]);
          return { kind: "settled", request: asked };
        }
      }
      const earlier = readRecord<ApprovalDecision>(await client.get(this.#decision(id)));
      return earlier === undefined ? { kind: "unknown" } : { kind: "earlier", decision: earlier };
    });
    return settling ?? "lost";
  }

  async list(max: number): Promise<readonly ApprovalRequest[] | "lost"> {
    const found = await this.#run(async (client) => {
      const ids = await client.zrange(this.#open, "0", String(max - 1));
      return Promise.all(ids.map((id) => client.get(this.#request(id))));
    });
    return found?.flatMap((text) => readRecord<ApprovalRequest>(text) ?? []) ?? "lost";
  }

  get #open(): string {
    return `${this.#options.prefix}open`;
  }

  #request(id: string): string {
    return `${this.#options.prefix}request:${id}`;
  }

  #decision(id: string): string {
    return `${this.#options.prefix}decision:${id}`;
  }

  /** A person's word is not lost to a slow moment: what is late is asked again, which changes nothing. */
  #run<T>(operation: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    return runRepeated(this.#options, operation);
  }
}

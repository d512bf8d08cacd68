// Owns one POST of an escalation to its webhook: bounded in time, no redirect followed. Knows no queue.

import { Pool } from "undici";
import type { EscalationWebhook } from "../../contracts/escalation.ts";
import { makeDial } from "../../motion/dial.ts";

const connectMs = 5_000;
const connectionsMax = 4;
/** Of the answer, which nobody reads: past it the connection is given up. */
const answerBytesMax = 64 * 1024;

export interface Posting {
  readonly webhook: Pick<EscalationWebhook, "origin" | "path" | "timeoutMs">;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A status; or nobody has answered. */
export type Posted = number | "lost";

export class Posts {
  /** By origin: bounded by the webhooks that policies have named. */
  readonly #pools = new Map<string, Pool>();

  async send({ webhook, headers, body }: Posting): Promise<Posted> {
    try {
      const reply = await this.#pool(webhook.origin).request({
        method: "POST",
        path: webhook.path,
        headers: { ...headers, "content-type": "application/json" },
        body,
        signal: AbortSignal.timeout(webhook.timeoutMs),
      });
      await reply.body.dump({ limit: answerBytesMax });
      return reply.statusCode;
    } catch {
      return "lost";
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }

  #pool(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const connect = makeDial(connectMs);
    const made = new Pool(origin, { connections: connectionsMax, pipelining: 1, allowH2: false, connect });
    this.#pools.set(origin, made);
    return made;
  }
}

// Owns the answers a provider keeps, to be fetched by their id; knows no format.

import type { Ask, Reply } from "./dialect.ts";

export interface KeptReply {
  readonly ask: Ask;
  readonly reply: Reply;
  /** Of the prompt and of all that went before it. */
  readonly promptTokens: number;
  /** How often it was asked for. */
  looks: number;
  isCancelled: boolean;
}

const repliesMax = 1_000;

export class KeptReplies {
  readonly #replies = new Map<string, KeptReply>();

  keep(ask: Ask, reply: Reply, promptTokens: number): void {
    this.#replies.delete(reply.id);
    this.#replies.set(reply.id, { ask, reply, promptTokens, looks: 0, isCancelled: false });
    const [oldest] = this.#replies.keys();
    if (this.#replies.size > repliesMax && oldest !== undefined) this.#replies.delete(oldest);
  }

  find(id: string): KeptReply | undefined {
    return this.#replies.get(id);
  }

  drop(id: string): void {
    this.#replies.delete(id);
  }
}

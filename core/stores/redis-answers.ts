// Owns what many processes know of calls that may not be made twice: one record a key, each step atomic.
// Knows no counter.

import type { AnswerClaim, AnswerState, KeptAnswers } from "../contracts/store.ts";
import type { RedisClient } from "./redis-client.ts";
import type { RedisConnection } from "./redis-connection.ts";

/** Each as long as a verdict may take. */
const triesMax = 20;

export interface RedisAnswersOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  /** How long a verdict may take. */
  readonly verdictMs: number;
}

export class RedisKeptAnswers implements KeptAnswers {
  readonly #options: RedisAnswersOptions;

  constructor(options: RedisAnswersOptions) {
    this.#options = options;
  }

  async begin({ key, fingerprint, owner, pendingMs, lifeMs }: AnswerClaim): Promise<AnswerState | "lost"> {
    const said = await this.#run((client) =>
      client.sluiceBegin(1, this.#keyOf(key), fingerprint, owner, pendingMs, lifeMs),
    );
    const [state, answer = ""] = said ?? [];
    if (state === undefined) return "lost";
    return state === "answered" ? { kind: state, answer } : { kind: state };
  }

  async finish(claim: AnswerClaim, answer: string | undefined): Promise<void> {
    await this.#insist(claim, answer === undefined ? "unknown" : "answered", answer ?? "");
  }

  async drop(claim: AnswerClaim): Promise<void> {
    await this.#insist(claim, "", "");
  }

  /** The call was made by now: what is late is said again, as long as there is a connection. */
  async #insist({ key, owner, lifeMs }: AnswerClaim, state: string, answer: string): Promise<void> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const said = await this.#run((client) =>
        client.sluiceFinish(1, this.#keyOf(key), owner, state, answer, lifeMs),
      );
      if (said !== undefined || !this.#options.connection.isOpen) return;
    }
  }

  async #run<T>(operation: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    const { connection, verdictMs } = this.#options;
    const deadlineAtMs = performance.now() + verdictMs;
    await connection.attempted(deadlineAtMs);
    return connection.run(operation, deadlineAtMs);
  }

  #keyOf(key: string): string {
    return `${this.#options.prefix}${key}`;
  }
}

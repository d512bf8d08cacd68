// Owns the connection to Redis: how long anything waits for it, and whether it answers. Knows no counter.

import { Cluster } from "ioredis";
import { createRedisClient, disconnectTimeoutMs, type RedisClient } from "./redis-client.ts";

/** HARDENING §1: a store's operation. */
export const commandTimeoutMsDefault = 50;

export type StoreState = "up" | "down";

export interface ConnectionOptions {
  /** As `parseRedisUrl` reads it. */
  readonly url: string;
  /** Used where the URL carries none. */
  readonly password: string | undefined;
  /** No verdict takes twice as long. */
  readonly commandTimeoutMs: number;
  /** On each change, the first attempt to connect included. `cause` is fit for a log line. */
  readonly onStateChange: (state: StoreState, cause: string) => void;
}

export class RedisConnection {
  readonly client: RedisClient;
  readonly #onStateChange: ConnectionOptions["onStateChange"];
  readonly #firstAttempt = Promise.withResolvers<void>();
  #hasAttempted = false;
  #state: StoreState | undefined = undefined;
  #cause = "closed";
  #lossCount = 0;

  constructor({ url, password, commandTimeoutMs, onStateChange }: ConnectionOptions) {
    this.#onStateChange = onStateChange;
    this.client = createRedisClient(url, password, commandTimeoutMs);
    this.client.on("error", (error: Error) => {
      this.#cause = causeOf(error);
    });
    this.client.on("ready", () => {
      this.#cause = "closed";
      this.#become("up", "connected");
    });
    this.client.on("close", () => this.#become("down", this.#cause));
  }

  get isUp(): boolean {
    return this.#state === "up";
  }

  /** Whether a command would be sent at all. */
  get isOpen(): boolean {
    return this.client.status === "ready";
  }

  /** Whenever another server may answer than before. */
  onServerChange(listener: () => void): void {
    this.client.on("ready", listener);
    if (!(this.client instanceof Cluster)) return;
    this.client.on("+node", listener);
    this.client.on("-node", listener);
  }

  /** At boot, until the first attempt to connect has ended; later it waits for nothing. */
  async attempted(deadlineAtMs: number): Promise<void> {
    if (!this.#hasAttempted) await before(this.#firstAttempt.promise, deadlineAtMs);
  }

  /** Undefined where the store did not answer, or not in time. Never rejects. */
  run<T>(operation: (client: RedisClient) => Promise<T>, deadlineAtMs: number): Promise<T | undefined> {
    const lossCount = this.#lossCount;
    const answered = operation(this.client).then(
      (value) => {
        if (this.#lossCount === lossCount && this.isOpen) this.#become("up", "answered");
        return value;
      },
      (error: unknown) => {
        this.noteLoss(causeOf(error));
        return undefined;
      },
    );
    return before(answered, deadlineAtMs);
  }

  /** Also where somebody else stood in, so that nothing else would show it. */
  noteLoss(cause: string): void {
    this.#lossCount += 1;
    this.#become("down", cause);
  }

  /** Says nothing of its own going down. */
  async close(): Promise<void> {
    this.client.removeAllListeners("close");
    if (this.client.status === "end") return;
    const ended = new Promise<void>((resolve) => {
      this.client.once("end", resolve);
    });
    this.client.disconnect();
    await before(ended, performance.now() + 2 * disconnectTimeoutMs);
  }

  #become(state: StoreState, cause: string): void {
    this.#hasAttempted = true;
    this.#firstAttempt.resolve();
    if (this.#state === state) return;
    this.#state = state;
    this.#onStateChange(state, cause);
  }
}

/** The promise must not reject. The timer holds the process: a close that waits is all that is left of it. */
export function before<T>(promise: Promise<T>, deadlineAtMs: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(deadlineAtMs - performance.now(), 0), undefined);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

/** An error's code, Redis's own first word, `timeout` or `closed`: a message may name what was asked. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  const word = /^[A-Z]{3,}/.exec(error.message)?.[0];
  return word ?? (/timeout|timed out/i.test(error.message) ? "timeout" : "closed");
}

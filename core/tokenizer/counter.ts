// Owns the counting of tokens off the event loop: one thread, started when it is first needed, given up when
// idle. Knows no tokenizer and no call.

import { Worker } from "node:worker_threads";
import type { CountJob, CountResult } from "./thread-main.ts";

export interface CounterOptions {
  /** How long a count is waited for; the thread's start is in it. */
  readonly waitMs?: number;
  /** The tables are given back after so long without a count. */
  readonly idleMs?: number;
}

/** Counts under way at most, and the text in them: what would be more is not counted. */
const jobsMax = 256;
const charsMax = 16 * 1024 * 1024;
/** After a thread that failed, none is started for so long. */
const restMs = 60_000;

interface Waiting {
  readonly chars: number;
  readonly resolve: (tokens: readonly number[] | undefined) => void;
  readonly timer: NodeJS.Timeout;
}

export class TokenCounter {
  readonly #waitMs: number;
  readonly #idleMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #chars = 0;
  #lastId = 0;
  #thread: Worker | undefined = undefined;
  #idle: NodeJS.Timeout | undefined = undefined;
  #restsUntilMs = 0;

  constructor({ waitMs = 2_000, idleMs = 60_000 }: CounterOptions = {}) {
    this.#waitMs = waitMs;
    this.#idleMs = idleMs;
  }

  /**
   * Tokens of each list by OpenAI's `o200k_base`; never rejects. `undefined`: too much is being counted
   * already, or it took too long.
   */
  count(lists: CountJob["lists"]): Promise<readonly number[] | undefined> {
    const chars = lists.reduce((sum, texts) => texts.reduce((inner, text) => inner + text.length, sum), 0);
    const isFull = this.#waiting.size >= jobsMax || this.#chars + chars > charsMax;
    const thread = isFull ? undefined : this.#started();
    if (thread === undefined) return Promise.resolve(undefined);
    clearTimeout(this.#idle);
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, undefined), this.#waitMs);
      this.#waiting.set(id, { chars, resolve, timer });
      this.#chars += chars;
      thread.postMessage({ id, lists } satisfies CountJob);
    });
  }

  /** What is still being counted is not waited for. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    this.#giveUp();
    await thread?.terminate();
  }

  #started(): Worker | undefined {
    if (this.#thread !== undefined || performance.now() < this.#restsUntilMs) return this.#thread;
    const file = import.meta.url.endsWith(".ts") ? "./thread-main.ts" : "./thread-main.js";
    const thread = new Worker(new URL(file, import.meta.url), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    thread.unref();
    thread.on("message", ({ id, tokens }: CountResult) => this.#settle(id, tokens));
    thread.on("error", () => this.#failed(thread));
    this.#thread = thread;
    return thread;
  }

  #failed(thread: Worker): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#restsUntilMs = performance.now() + restMs;
    this.#giveUp();
  }

  #giveUp(): void {
    for (const id of this.#waiting.keys()) this.#settle(id, undefined);
  }

  #settle(id: number, tokens: readonly number[] | undefined): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#chars -= waiting.chars;
    clearTimeout(waiting.timer);
    waiting.resolve(tokens);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.#rest(), this.#idleMs).unref();
  }

  async #rest(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }
}

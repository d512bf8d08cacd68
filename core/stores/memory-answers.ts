// Owns what one process knows of calls that may not be made twice: bounded, an answer at once. Shares nothing
// with others.

import type { AnswerClaim, AnswerState, KeptAnswers } from "../contracts/store.ts";

/** What is forgotten may be done twice: at the bounds new calls are refused instead. */
export const answersMax = 10_000;
export const answerCharsMax = 64 * 1024 * 1024;

interface AnswerRecord {
  readonly fingerprint: string;
  readonly owner: string;
  state: "pending" | "answered" | "unknown";
  answer: string;
  readonly pendingUntilMs: number;
  expiresAtMs: number;
}

export class MemoryKeptAnswers implements KeptAnswers {
  readonly #records = new Map<string, AnswerRecord>();
  readonly #now: () => number;
  #chars = 0;

  /** `now`: monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  begin({ key, fingerprint, owner, pendingMs, lifeMs }: AnswerClaim): AnswerState | "lost" {
    const nowMs = this.#now();
    const held = this.#find(key, nowMs);
    if (held === undefined) {
      if (this.#isFull && !this.#makeRoom(nowMs)) return "lost";
      const times = { pendingUntilMs: nowMs + pendingMs, expiresAtMs: nowMs + lifeMs };
      this.#records.set(key, { fingerprint, owner, state: "pending", answer: "", ...times });
      return { kind: "begun" };
    }
    if (held.fingerprint !== fingerprint) return { kind: "conflict" };
    if (held.state === "answered") return { kind: "answered", answer: held.answer };
    const isPending = held.state === "pending" && nowMs <= held.pendingUntilMs;
    return { kind: isPending ? "pending" : "unknown" };
  }

  finish({ key, owner, lifeMs }: AnswerClaim, answer: string | undefined): void {
    const held = this.#records.get(key);
    if (held?.owner !== owner) return;
    held.state = answer === undefined ? "unknown" : "answered";
    held.answer = answer ?? "";
    held.expiresAtMs = this.#now() + lifeMs;
    this.#chars += held.answer.length;
  }

  drop({ key, owner }: AnswerClaim): void {
    if (this.#records.get(key)?.owner === owner) this.#forget(key);
  }

  get #isFull(): boolean {
    return this.#records.size >= answersMax || this.#chars >= answerCharsMax;
  }

  #find(key: string, nowMs: number): AnswerRecord | undefined {
    const held = this.#records.get(key);
    if (held === undefined || nowMs < held.expiresAtMs) return held;
    this.#forget(key);
    return undefined;
  }

  /** Says whether there is some now. */
  #makeRoom(nowMs: number): boolean {
    for (const [key, { expiresAtMs }] of this.#records) if (nowMs >= expiresAtMs) this.#forget(key);
    return !this.#isFull;
  }

  #forget(key: string): void {
    this.#chars -= this.#records.get(key)?.answer.length ?? 0;
    this.#records.delete(key);
  }
}

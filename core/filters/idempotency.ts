// Owns calls with an `Idempotency-Key`: made once, answered as often as they come, by any replica. Knows no
// store by name.

import { createHash, randomUUID } from "node:crypto";
import type { AnswerHead, Call, HeaderMap } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, type RefusalCode, refuse } from "../contracts/refusal.ts";
import type { AnswerClaim, AnswerState, KeptAnswers } from "../contracts/store.ts";
import type { Answer, Halt, Visit } from "../contracts/visit.ts";
import { openAnswer, sealAnswer } from "./idempotency-seal-adapter.ts";

export interface IdempotencyOptions {
  readonly answers: KeptAnswers;
  /** How long what came of a call is remembered. */
  readonly lifeMs: number;
  /** As long a call may take. */
  readonly callMsMax: number;
}

/** Beside the call itself: filters, the way to the store. */
const slackMs = 5_000;
const [pollMsMin, pollMsMax] = [10, 250];
/** A longer answer is not kept: who repeats its call hears that it was carried out. */
const answerBytesMax = 1024 * 1024;
const keyForm = /^[!-~]{1,255}$/;

export function idempotencyFilter(options: IdempotencyOptions): Filter {
  return {
    name: "idempotency",
    wantsCall: true,
    open: (exchange) => {
      const key = exchange.head.headers["idempotency-key"];
      if (key === undefined) return undefined;
      if (typeof key !== "string" || !keyForm.test(key)) return refuse("request_malformed", badKey);
      return new Once(exchange, key, options);
    },
  };
}

const badKey = { message: "Idempotency-Key has to be 1 to 255 visible characters of ASCII." };

/** Our own words after the tool has spoken: they are its answer from now on. */
const final: ReadonlySet<string> = new Set<RefusalCode>([
  "tool_failed",
  "tool_answer_invalid",
  "upstream_redirected",
  "upstream_malformed",
  "upstream_too_large",
  "upstream_encoded",
]);

class Once implements Visit {
  readonly kind = "visit";
  readonly #exchange: Exchange;
  readonly #key: string;
  readonly #options: IdempotencyOptions;
  #claim: AnswerClaim | undefined = undefined;
  #head: AnswerHead | undefined = undefined;
  readonly #pieces: Buffer[] = [];
  #isWhole = false;

  constructor(exchange: Exchange, key: string, options: IdempotencyOptions) {
    this.#exchange = exchange;
    this.#key = key;
    this.#options = options;
  }

  async call({ body }: Call): Promise<Halt | undefined> {
    const { lifeMs, callMsMax, answers } = this.#options;
    const claim: AnswerClaim = {
      key: digest(...this.#scope(), this.#key),
      fingerprint: digest(this.#key, body),
      owner: randomUUID(),
      pendingMs: callMsMax + slackMs,
      lifeMs,
    };
    const deadlineMs = performance.now() + callMsMax + slackMs;
    for (let waitMs = pollMsMin; ; waitMs = Math.min(waitMs * 2, pollMsMax)) {
      const said = answers.begin(claim);
      const state = said instanceof Promise ? await said : said;
      const isOver = performance.now() > deadlineMs || this.#exchange.cutBy !== undefined;
      if (state === "lost" || state.kind !== "pending" || isOver) return this.#settle(claim, state);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  head(head: AnswerHead): undefined {
    this.#head = { status: head.status, headers: { ...head.headers } };
    this.#pieces.length = 0;
    this.#isWhole = false;
  }

  /** A tool's answer is one frame. */
  frame(frame: Frame): Frame {
    this.#pieces.push(frame.bytes);
    this.#isWhole = true;
    return frame;
  }

  flush(): readonly Frame[] {
    this.#isWhole = true;
    return [];
  }

  close(): void {
    const claim = this.#claim;
    if (claim === undefined) return;
    const { answers } = this.#options;
    if (!this.#wasMade) void answers.drop(claim);
    else void answers.finish(claim, this.#isFinal ? this.#sealed() : undefined);
  }

  /** Whose key it is: another user's is another one. */
  #scope(): readonly string[] {
    const { context, route } = this.#exchange;
    return [route.agent, route.tool?.name ?? route.name, context?.caller ?? "", context?.user ?? ""];
  }

  #settle(claim: AnswerClaim, state: AnswerState | "lost"): Answer | Refusal | undefined {
    if (state === "lost") return refuse("store_unavailable", lost);
    switch (state.kind) {
      case "begun":
        this.#claim = claim;
        return undefined;
      case "conflict":
        return refuse("idempotency_conflict", conflict);
      case "pending":
        return refuse("idempotency_pending", pending);
      case "unknown":
        return refuse("idempotency_unknown", unknown);
      case "answered":
        return openAnswer(state.answer, this.#key) ?? refuse("idempotency_unknown", unknown);
    }
  }

  /** Whether the tool may have heard of it, and has not said that it will not. */
  get #wasMade(): boolean {
    const isReached = this.#exchange.attempts.some(({ hasReachedUpstream }) => hasReachedUpstream);
    return isReached && !(this.#isWhole && this.#head?.status === tooMany && this.#isOwn);
  }

  get #isOwn(): boolean {
    return this.#head?.headers["x-sluice-refusal"] === undefined;
  }

  get #isFinal(): boolean {
    const code = this.#head?.headers["x-sluice-refusal"];
    return this.#isWhole && this.#head !== undefined && (code === undefined || final.has(String(code)));
  }

  #sealed(): string | undefined {
    const body = Buffer.concat(this.#pieces);
    if (this.#head === undefined || body.length > answerBytesMax) return undefined;
    const { status, headers } = this.#head;
    return sealAnswer({ status, headers: keptHeaders(headers) }, body, this.#key);
  }
}

const tooMany = 429;

/** Its length is told anew. */
function keptHeaders(headers: HeaderMap): HeaderMap {
  const { "content-length": _, ...kept } = headers;
  return kept;
}

/** Each part with its length, so that no two lists of parts are alike. */
function digest(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("base64url");
}

const lost = {
  message: "A call with a key cannot be made right now: nobody would know of it. Retry in 1 s.",
  retryAfterS: 1,
};
const conflict = {
  message: "This Idempotency-Key came before with other arguments. Use a new key for another call.",
};
const pending = { message: "The first call with this key is still under way. Retry in 1 s.", retryAfterS: 1 };
const unknown = {
  message:
    "The first call with this key may have been carried out, and its answer is not there. " +
    "Find out before you call again with a new key.",
};

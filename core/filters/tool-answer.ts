// Owns what an agent hears of a tool's answer: one that fits, or why not; a failure's status and none of its
// words. Knows no dialect.

import type { AnswerHead, HeaderMap } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter, Exchange } from "../contracts/exchange.ts";
import type { Frame } from "../contracts/frame.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Visit } from "../contracts/visit.ts";
import type { CompiledSchema } from "../schemas/compile-adapter.ts";
import { judgeValue } from "../schemas/json-text.ts";

export interface ToolAnswerRule {
  readonly name: string;
  readonly version: string;
  /** Undefined: any JSON, or words. */
  readonly returns: CompiledSchema | undefined;
  readonly errors: "sanitize" | "pass";
  readonly effect: "read" | "write";
  readonly resultBytesMax: number;
  /** How an answer's type says it is to be read. */
  readonly formOf: (head: AnswerHead) => "json" | "words" | "other";
  /** The tool does not take our credential; undefined: it is shown none. */
  readonly onCredentialRefused: ((exchange: Exchange) => void) | undefined;
}

export function toolAnswerFilter(rule: ToolAnswerRule): AttemptFilter {
  return { name: "tool-answer", open: (attempt) => new Hearing(attempt, rule) };
}

/** What tools say of themselves and their servers stays here. */
const passed = [
  "content-length",
  "content-type",
  "content-language",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
] as const;

function keptHeaders(headers: HeaderMap, version: string): HeaderMap {
  const kept: HeaderMap = {};
  for (const name of passed) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  kept["x-tool-version"] = version;
  return kept;
}

const credentialRefused: ReadonlySet<number> = new Set([401, 403, 407]);

class Hearing implements Visit {
  readonly kind = "visit";
  readonly #attempt: Attempt;
  readonly #rule: ToolAnswerRule;
  #status = 0;
  #hasAnswer = false;

  constructor(attempt: Attempt, rule: ToolAnswerRule) {
    this.#attempt = attempt;
    this.#rule = rule;
  }

  head(head: AnswerHead): Refusal | undefined {
    const { errors, onCredentialRefused, returns, formOf, resultBytesMax, version } = this.#rule;
    const { status, headers } = head;
    this.#status = status;
    if (onCredentialRefused !== undefined && credentialRefused.has(status)) {
      onCredentialRefused(this.#attempt.exchange);
      return this.#refuse("did not accept the credential that the policy gives it. Do without it for now.");
    }
    if (status >= 500 && errors === "sanitize") return this.#refuseFailed(status);
    const form = formOf(head);
    const isNothing = status === 204 || status === 205 || headers["content-length"] === "0";
    if (!isNothing && (form === "other" || (form === "words" && returns !== undefined && status < 400))) {
      return status >= 400 ? this.#refuseFailed(status) : this.#refuseType();
    }
    if (isNothing && returns !== undefined && status < 300) return this.#refuseMisfit(["body: nothing"]);
    if (Number(headers["content-length"] ?? 0) > resultBytesMax) return refuse("upstream_too_large");
    head.headers = keptHeaders(headers, version);
    return undefined;
  }

  frame(frame: Frame): Frame | Refusal {
    const { returns } = this.#rule;
    const { bytes, value } = frame;
    this.#hasAnswer = true;
    this.#attempt.resultBytes = bytes.length;
    if (returns === undefined || this.#status >= 300 || value === undefined) return frame;
    const violations = judgeValue(value, bytes, returns);
    return violations.length === 0 ? frame : this.#refuseMisfit(violations);
  }

  /** Where something is promised, nothing is no answer. */
  flush(): readonly Frame[] | Refusal {
    const isOwed = this.#rule.returns !== undefined && this.#status < 300;
    return isOwed && !this.#hasAnswer ? this.#refuseMisfit(["body: nothing"]) : [];
  }

  #refuseFailed(status: number): Refusal {
    const { effect } = this.#rule;
    const isBlindWrite =
      effect === "write" && this.#attempt.exchange.head.headers["idempotency-key"] === undefined;
    const next = isBlindWrite
      ? "It may have been carried out: find out before you call it again."
      : "Try again later, or go on without it.";
    const headers = isBlindWrite || status < 500 ? { headers: { "x-should-retry": "false" } } : {};
    const { name } = this.#rule;
    const message = `\`${name}\` failed with status ${status}; its own words are withheld. ${next}`;
    return refuse("tool_failed", { status, message, ...headers });
  }

  #refuse(why: string): Refusal {
    return refuse("tool_failed", { message: `\`${this.#rule.name}\` ${why}` });
  }

  #refuseType(): Refusal {
    const { name, returns } = this.#rule;
    const wanted = returns === undefined ? "neither JSON nor plain text" : "no JSON";
    const message = `\`${name}\` answered with ${wanted}. Do without it: the same call will fail again.`;
    return refuse("tool_answer_invalid", { message });
  }

  #refuseMisfit(violations: readonly string[]): Refusal {
    const { name, version } = this.#rule;
    const told = violations.map((each) => each.replace(/^body: /, "result: ")).join("; ");
    const message = `What \`${name}\` ${version} answered does not fit what it is to return: ${told}.`;
    return refuse("tool_answer_invalid", { message });
  }
}

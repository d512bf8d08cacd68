// Owns what the guards of one exchange find, and what follows from it. Knows no frame and no detector.

import type { Call, Dialect } from "../../contracts/dialect.ts";
import type { Exchange } from "../../contracts/exchange.ts";
import type { Stop } from "../../contracts/frame.ts";
import type { Finding, Scan, Scanner, TextSource, Unable } from "../../contracts/guard.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { Examiner, Judgement } from "./examiner.ts";
import type { Placeholders } from "./placeholders.ts";
import type { GuardReport } from "./report.ts";
import { type GuardRule, isActive } from "./rule.ts";
import { SentenceScanner } from "./sentences.ts";

/** COMPATIBILITY: truncation ends in `...`. */
const ellipsis = "...";
const pass: Judgement = { kind: "pass" };
const retryUnableS = 1;

export interface HearingOptions {
  readonly exchange: Exchange;
  /** Those that look at this exchange. */
  readonly rules: readonly GuardRule[];
  readonly report: GuardReport;
  readonly placeholders: Placeholders;
}

export class Hearing {
  /** Why a text must not pass: set before any `stop`. */
  stop: Stop | undefined = undefined;
  #isReleased = false;
  readonly #options: HearingOptions;
  #hasAskedAgain = false;

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** Something of the answer is on its way to the client: it cannot be asked for again. */
  released(): void {
    this.#isReleased = true;
  }

  find(source: TextSource): readonly Examiner[] {
    return this.#examiners(source, (rule, found) => this.#options.report.found(rule, found));
  }

  /** For what says again what was found in before. */
  findAgain(source: TextSource): readonly Examiner[] {
    return this.#examiners(source, () => {});
  }

  /** Something nobody here can read, where `stage` is looked at. */
  uninspectable(source: TextSource): Refusal | undefined {
    let refusal: Refusal | undefined;
    for (const rule of this.#options.rules) {
      if (!rule.on.has(source.stage) || rule.onUninspectable === "ignore") continue;
      const isRefused = rule.onUninspectable === "refuse" && isActive(rule);
      this.#options.report.blind(rule, source, isRefused ? "block" : "flag");
      if (isRefused) refusal ??= refuse(isRequest(source) ? "input_uninspectable" : "answer_uninspectable");
    }
    return refusal;
  }

  #examiners(source: TextSource, tell: Tell): readonly Examiner[] {
    const examiners: Examiner[] = [];
    for (const rule of this.#options.rules) {
      const scanner = rule.on.has(source.stage) ? rule.guard.scan(source) : undefined;
      if (scanner === undefined) continue;
      this.#options.report.looked(rule, source.stage);
      examiners.push(this.#examiner(rule, source, { scanner, tell }));
    }
    return examiners;
  }

  #examiner(
    rule: GuardRule,
    source: TextSource,
    { scanner, tell }: { scanner: Scanner; tell: Tell },
  ): Examiner {
    const isAnswer = !isRequest(source);
    const isLate = isAnswer && rule.isWhole && rule.stream === "check-at-end" && this.#isStream;
    return {
      scanner: isAnswer ? reaching(rule, scanner) : plainly(rule, scanner),
      isLate: isLate || !isActive(rule),
      judge: (finding, text) => {
        tell(rule, { source, finding, text, action: isActive(rule) ? rule.action.kind : "flag" });
        return this.#judge(rule, { source, finding, text });
      },
      overdue: (finding) => this.#block(rule, source, finding),
      failed: (unable) => this.#fail(rule, source, unable),
    };
  }

  get #isStream(): boolean {
    return this.#options.exchange.call?.isStream === true;
  }

  #judge(rule: GuardRule, found: Found): Judgement {
    const { placeholders } = this.#options;
    const { source, finding, text } = found;
    const { action } = rule;
    if (!isActive(rule)) return pass;
    const reach = finding.end === 0 ? { start: 0, end: Number.MAX_SAFE_INTEGER } : finding;
    const { start, end } = reach;
    switch (action.kind) {
      case "flag":
        return pass;
      case "block":
        return this.#block(rule, source, finding);
      case "redact": {
        const isNamed = action.with === "placeholder" && text !== "";
        const replacement = isNamed ? placeholders.of(finding.type, text) : markerOf(finding.type);
        return { kind: "cut", cut: { start, end, replacement } };
      }
      case "strip":
      case "filter":
        return { kind: "cut", cut: { start, end, replacement: "" } };
      case "truncate":
        return { kind: "cut", cut: { start, end: Number.MAX_SAFE_INTEGER, replacement: ellipsis } };
      case "fallback":
        return { kind: "cut", cut: { start: 0, end: Number.MAX_SAFE_INTEGER, replacement: action.text } };
      case "repair":
        return this.#repair(rule, source, finding);
    }
  }

  #block(rule: GuardRule, { stage }: TextSource, finding: Finding): Judgement {
    if (!isActive(rule)) return pass;
    this.#options.report.acted(rule, stage, "block");
    const { action } = rule;
    const said = (action.kind === "block" ? action.message : undefined) ?? finding.message;
    this.stop = refuse(rule.code, { message: said ?? adviceOf(stage, finding) });
    return { kind: "stop" };
  }

  /** Once, and while nothing of the answer is out: else it is blocked. */
  #repair(rule: GuardRule, source: TextSource, finding: Finding): Judgement {
    const { action } = rule;
    const blocked = this.#block(rule, source, finding);
    const otherwise = this.stop;
    const canAsk = !this.#hasAskedAgain && !this.#isReleased && !isRequest(source);
    if (!canAsk || otherwise?.kind !== "refusal") return blocked;
    this.#hasAskedAgain = true;
    this.#options.report.acted(rule, source.stage, "repair");
    const { exchange } = this.#options;
    const hint = action.kind === "repair" ? action.hint : undefined;
    if (exchange.call !== undefined) addHint(exchange.call, exchange.route.dialect, hint ?? hintOf(finding));
    this.stop = { kind: "again", because: `guard ${rule.name}`, otherwise };
    return blocked;
  }

  #fail(rule: GuardRule, { stage }: TextSource, { because }: Unable): Judgement {
    const isOpen = rule.onFailure === "open" || !isActive(rule);
    this.#options.report.acted(rule, stage, isOpen ? "fail_open" : "fail_closed");
    if (isOpen) return pass;
    const isTooLong = because === "too_long";
    this.stop = isTooLong
      ? refuse("guard_unavailable", { message: "A text is too long for a guard of this agent.", status: 400 })
      : refuse("guard_unavailable", { retryAfterS: retryUnableS });
    return { kind: "stop" };
  }
}

type Tell = (rule: GuardRule, found: Parameters<GuardReport["found"]>[1]) => void;

interface Found {
  readonly source: TextSource;
  readonly finding: Finding;
  readonly text: string;
}

const requestStages: ReadonlySet<string> = new Set(["edge.request", "llm.request"]);

/** What a tool gave comes in with a request; what a vendor's own tool gave, with an answer. */
function isRequest({ stage, role }: TextSource): boolean {
  return requestStages.has(stage) || (stage === "tool.result" && role !== answerRole);
}

/** Of all that stands in an answer. */
export const answerRole = "assistant";

/** What is asked for again or replaced must be with us whole. */
function reaching(rule: GuardRule, scanner: Scanner): Scanner {
  const { kind } = rule.action;
  if (isActive(rule) && (kind === "repair" || kind === "fallback")) return new HoldingScanner(scanner);
  return plainly(rule, scanner);
}

function plainly({ action }: GuardRule, scanner: Scanner): Scanner {
  return action.kind === "filter" ? new SentenceScanner(scanner) : scanner;
}

class HoldingScanner implements Scanner {
  readonly #scanner: Scanner;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  push(text: string): Scan {
    return { findings: this.#scanner.push(text).findings, decided: 0 };
  }

  end(): ReturnType<Scanner["end"]> {
    return this.#scanner.end();
  }
}

/** COMPATIBILITY: `[EMAIL_REDACTED]`. */
function markerOf(type: string): string {
  return `[${type.toUpperCase()}_REDACTED]`;
}

/** For whoever asked, often a model: what was found, never the match. */
function adviceOf(stage: TextSource["stage"], { type }: Finding): string {
  const where = stage.endsWith("request") || stage === "tool.result" ? "The request" : "The answer";
  return `${where} was stopped by a guard (${type}, at ${stage}). Take out what it names and ask again.`;
}

function hintOf({ type }: Finding): string {
  return `Your last answer was not accepted (${type}). Answer again without it.`;
}

function addHint(call: Call, dialect: Dialect, hint: string): void {
  for (const [pointer, value] of dialect.hint?.(call, hint) ?? []) call.edits.set(pointer, value);
}

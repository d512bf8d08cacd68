// Owns what the guards of one exchange find, and what follows from it. Knows no frame and no detector.

import type { Exchange } from "../../contracts/exchange.ts";
import type { Stop } from "../../contracts/frame.ts";
import type { Finding, Scanner, TextSource, Unable } from "../../contracts/guard.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { type Examiner, type Judgement, toEnd } from "./examiner.ts";
import type { Placeholders } from "./placeholders.ts";
import type { Found, GuardReport } from "./report.ts";
import { type GuardRule, isActive } from "./rule.ts";
import { SentenceScanner } from "./sentences.ts";
import { tokenExaminer } from "./token-examiner.ts";
import { adviceOf, ellipsis, hintOf, markerOf } from "./words.ts";

const pass: Judgement = { kind: "pass" };
const stopped: Judgement = { kind: "stop" };
const retryUnableS = 1;
const tooLong: Unable = { kind: "unable", because: "too_long" };

export interface HearingOptions {
  readonly exchange: Exchange;
  /** Those that look at this exchange. */
  readonly rules: readonly GuardRule[];
  readonly report: GuardReport;
  readonly placeholders: Placeholders;
  /** Whether a text can be answered instead, in the client's dialect. */
  readonly canAnswer?: () => boolean;
}

/** Who has to make good what was found, where a text can stay once that is done. */
interface Due {
  readonly rule: GuardRule;
  readonly source: TextSource;
  readonly finding: Finding;
}

export class Hearing {
  /** Why a text must not pass: set before any `stop`, unless there is an answer instead. */
  stop: Stop | undefined = undefined;
  /** What is answered instead. */
  instead: string | undefined = undefined;
  #isAnswered = false;
  /** The answer comes piece by piece. */
  #isStream = false;
  #isReleased = false;
  readonly #options: HearingOptions;
  #hasAskedAgain = false;
  #demotion: Due | undefined = undefined;
  /** The last one that something was cut out for. */
  #cutter: Due | undefined = undefined;

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** An answer begins, perhaps in another's place. */
  begin(how: "whole" | "stream"): void {
    this.#isAnswered = true;
    this.#isStream = how === "stream";
    this.instead = undefined;
    this.stop = undefined;
  }

  /** Something of the answer is on its way to the client: it cannot be asked for again. */
  released(): void {
    this.#isReleased = true;
  }

  /** `whole`: all of the text, where that is known; who finds nothing in it at a glance has looked at it. */
  find(source: TextSource, whole?: string): readonly Examiner[] {
    return this.#examiners(source, (rule, found) => this.#options.report.found(rule, found), whole);
  }

  /** For what says again what was read before. */
  findAgain(source: TextSource, whole?: string): readonly Examiner[] {
    return this.#examiners(source, (rule, found) => this.#options.report.foundAgain(rule, found), whole);
  }

  /** For tokens of texts that are read by others: they go where one of those would be changed. */
  findTokens(source: TextSource, stages: readonly TextSource["stage"][]): readonly Examiner[] {
    const examiners: Examiner[] = [];
    for (const rule of this.#options.rules) {
      const stage = stages.find((one) => rule.on.has(one));
      const isLooking = stage !== undefined && isActive(rule) && !rule.isWhole;
      const scanner = isLooking ? rule.guard.scan({ ...source, stage }) : undefined;
      if (scanner !== undefined) examiners.push(tokenExaminer(rule, scanner));
    }
    return examiners;
  }

  /** Something nobody here can read, where `stage` is looked at. */
  uninspectable(source: TextSource): Refusal | undefined {
    let refusal: Refusal | undefined;
    for (const rule of this.#options.rules) {
      if (!rule.on.has(source.stage) || rule.onUninspectable === "ignore") continue;
      const isRefused = rule.onUninspectable === "refuse" && isActive(rule);
      this.#options.report.blind(rule, source, isRefused ? "block" : "flag");
      if (isRefused)
        refusal ??= refuse(this.#isAsked(source) ? "input_uninspectable" : "answer_uninspectable");
    }
    return refusal;
  }

  /** Whether the text that was read last has to lose its role; `lose` does it where it can be done. */
  demote(lose: () => "done" | "impossible"): "done" | "impossible" {
    const due = this.#demotion;
    this.#demotion = undefined;
    if (due === undefined || lose() === "done") return "done";
    this.#blockDue(due);
    return "impossible";
  }

  /** What was cut out cannot be left out of what is written. */
  blockCut(): Stop {
    this.#blockDue(this.#cutter);
    return this.stop ?? refuse("internal");
  }

  /** More came than can be held or read: whoever looks at answers cannot decide. */
  overflow(): Stop | undefined {
    this.#isReleased = true;
    for (const rule of this.#options.rules) {
      const stage = [...rule.on].find((one) => !requestStages.has(one));
      const source = stage && { stage, role: answerRole, kind: "text" };
      if (source !== undefined && this.#fail(rule, source, tooLong).kind === "stop") return this.stop;
    }
    return undefined;
  }

  /** What a tool gave, or is called with, stands in a request; or in an answer, where the vendor runs it. */
  #isAsked({ stage }: TextSource): boolean {
    return requestStages.has(stage) || (stage.startsWith("tool.") && !this.#isAnswered);
  }

  #blockDue(due: Due | undefined): void {
    if (due !== undefined) this.#block(due.rule, due.source, due.finding);
  }

  #examiners(source: TextSource, tell: Tell, whole: string | undefined): readonly Examiner[] {
    const examiners: Examiner[] = [];
    for (const rule of this.#options.rules) {
      if (!rule.on.has(source.stage)) continue;
      const isClear = whole !== undefined && rule.guard.isClear?.(source, whole) === true;
      const scanner = isClear ? undefined : rule.guard.scan(source);
      if (isClear || scanner !== undefined) this.#options.report.looked(rule, source.stage);
      if (scanner === undefined) continue;
      examiners.push(this.#examiner(rule, source, { scanner, tell }));
    }
    return examiners;
  }

  #examiner(
    rule: GuardRule,
    source: TextSource,
    { scanner, tell }: { scanner: Scanner; tell: Tell },
  ): Examiner {
    const isLate = !this.#isAsked(source) && rule.isWhole && rule.stream === "check-at-end" && this.#isStream;
    return {
      guard: rule.name,
      scanner: reaching(rule, scanner, source),
      isWhole: rule.isWhole,
      isLate: isLate || !isActive(rule),
      judge: (finding, text) => {
        // How long an answer has to be, and in what form, is not said of a failure.
        if (source.kind === "error" && finding.method === "bound") return pass;
        tell(rule, { source, finding, text, action: isActive(rule) ? rule.action.kind : "flag" });
        return this.#judge(rule, { source, finding, text });
      },
      overdue: (finding) => this.#block(rule, source, finding),
      failed: (unable) => this.#fail(rule, source, unable),
    };
  }

  #judge(rule: GuardRule, found: Omit<Found, "action">): Judgement {
    if (!isActive(rule)) return pass;
    const { source, finding, text } = found;
    const { action } = rule;
    switch (action.kind) {
      case "flag":
        return pass;
      case "block":
        return this.#block(rule, source, finding);
      case "redact":
        return this.#cut(rule, found, this.#standIn(rule, found));
      case "strip":
      case "filter":
        return this.#cut(rule, found, "");
      case "truncate":
        return this.#cut(rule, { ...found, finding: toEnd(finding) }, ellipsis);
      case "demote":
        if (!this.#isAsked(source)) return this.#block(rule, source, finding);
        this.#demotion ??= { rule, source, finding };
        return pass;
      case "fallback":
        return this.#answer(rule, { source, finding, text }, action.text);
      case "repair":
        return this.#repair(rule, source, finding);
    }
  }

  #cut(rule: GuardRule, { source, finding }: Omit<Found, "action">, replacement: string): Judgement {
    this.#cutter = { rule, source, finding };
    const { start, end } = finding.end === 0 ? toEnd({ ...finding, start: 0 }) : finding;
    return { kind: "cut", cut: { start, end, replacement } };
  }

  #standIn({ action }: GuardRule, { source, finding: { type }, text }: Omit<Found, "action">): string {
    const { placeholders } = this.#options;
    const isNamed = action.kind === "redact" && action.with === "placeholder" && text !== "";
    if (!isNamed) return markerOf(type);
    return this.#isAsked(source) ? placeholders.of(type, text) : placeholders.nameOf(type, text);
  }

  #block(rule: GuardRule, { stage }: TextSource, finding: Finding): Judgement {
    if (!isActive(rule)) return pass;
    this.#options.report.acted(rule, stage, "block");
    this.stop = refusalOf(rule, stage, finding);
    this.instead = undefined;
    return stopped;
  }

  /** The whole answer, or where that cannot be said the text that was found in. */
  #answer(rule: GuardRule, found: Omit<Found, "action">, text: string): Judgement {
    const { source, finding } = found;
    const canAnswer = !this.#isReleased && this.#options.canAnswer?.() === true;
    if (canAnswer && source.kind !== "error") {
      this.instead = text;
      return this.#isAsked(source) ? stopped : pass;
    }
    const isSaid = !this.#isAsked(source) && source.kind === "text";
    if (!isSaid) return this.#block(rule, source, finding);
    return this.#cut(rule, { ...found, finding: toEnd({ ...finding, start: 0 }) }, text);
  }

  /** Once, and while nothing of the answer is out: else it is blocked. */
  #repair(rule: GuardRule, source: TextSource, finding: Finding): Judgement {
    const canAsk = !this.#hasAskedAgain && !this.#isReleased && !this.#isAsked(source);
    if (!canAsk || source.kind === "error") return this.#block(rule, source, finding);
    this.#hasAskedAgain = true;
    const otherwise = refusalOf(rule, source.stage, finding);
    const { action } = rule;
    const hint = action.kind === "repair" ? action.hint : undefined;
    addHint(this.#options.exchange, hint ?? hintOf(finding));
    this.stop = { kind: "again", because: `guard ${rule.name}`, otherwise };
    return stopped;
  }

  #fail(rule: GuardRule, { stage }: TextSource, { because }: Unable): Judgement {
    const isOpen = rule.onFailure === "open" || !isActive(rule);
    this.#options.report.acted(rule, stage, isOpen ? "fail_open" : "fail_closed");
    if (isOpen) return pass;
    const isTooLong = because === "too_long";
    this.instead = undefined;
    this.stop = isTooLong
      ? refuse("guard_unavailable", { message: "A text is too long for a guard of this agent.", status: 400 })
      : refuse("guard_unavailable", { retryAfterS: retryUnableS });
    return stopped;
  }
}

type Tell = (rule: GuardRule, found: Found) => void;

const requestStages: ReadonlySet<string> = new Set(["edge.request", "llm.request"]);

/** Of all that stands in an answer. */
export const answerRole = "assistant";

/** A sentence ends where a string of arguments does. */
function reaching({ action }: GuardRule, scanner: Scanner, { kind }: TextSource): Scanner {
  if (action.kind !== "filter") return scanner;
  return new SentenceScanner(scanner, kind === "tool.args" ? "json" : "prose");
}

function refusalOf({ code, action }: GuardRule, stage: TextSource["stage"], finding: Finding): Refusal {
  const said = (action.kind === "block" ? action.message : undefined) ?? finding.message;
  return refuse(code, { message: said ?? adviceOf(stage, finding) });
}

function addHint({ call, route }: Exchange, hint: string): void {
  if (call === undefined) return;
  for (const [pointer, value] of route.dialect.hint?.(call, hint) ?? []) call.edits.set(pointer, value);
}

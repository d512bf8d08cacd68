// Owns guards on an exchange: what is asked and what is answered passes them. Knows no detector, no vendor
// and no store.

import { createHash, createSecretKey, type KeyObject } from "node:crypto";
import type { AnswerHead, Call, Writer } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Async, Frame, Frames, Stop } from "../contracts/frame.ts";
import type { Stage } from "../contracts/guard.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Halt, Visit } from "../contracts/visit.ts";
import { mediaType } from "../text/media.ts";
import { type AnswerGuards, AnswerWatch } from "./guards/answer.ts";
import { answerInstead, canReplace, framesInstead } from "./guards/fallback.ts";
import { answerRole, Hearing } from "./guards/hearing.ts";
import { Placeholders } from "./guards/placeholders.ts";
import { GuardReport, type GuardWatch } from "./guards/report.ts";
import { examineCall } from "./guards/request.ts";
import { restoringGuards } from "./guards/restore.ts";
import { type GuardRule, isActive } from "./guards/rule.ts";
import { answerStage, answerStages, type GuardPlace, requestStage, requestStages } from "./guards/stages.ts";
import { warm } from "./guards/warm.ts";

export { type GuardPlace, stagesAt } from "./guards/stages.ts";

export interface GuardsOptions {
  readonly place: GuardPlace;
  /** At least one, in the policy's order. */
  readonly rules: readonly GuardRule[];
  readonly watch: GuardWatch;
  /** Names that stand for values are made with it. */
  readonly key: Buffer;
}

export function guardsFilter(options: GuardsOptions): Filter {
  const all = planOf(options);
  const key = createSecretKey(options.key);
  const isSample = options.rules.some(({ sample }) => sample < 1);
  warm(options.rules);
  return {
    name: "guards",
    wantsCall: all.needs.call,
    open: (exchange) => {
      if (!isSample) return new Guarding(exchange, all, key).visit();
      const rules = options.rules.filter((rule) => isSampled(rule, exchange.id));
      return rules.length === 0
        ? undefined
        : new Guarding(exchange, planOf({ ...options, rules }), key).visit();
    },
  };
}

/** What is the same for all exchanges that have the same guards. */
interface Plan extends GuardsOptions {
  readonly needs: Needs;
  /** Where some rule looks. */
  readonly looked: ReadonlySet<Stage>;
  readonly mayEdit: boolean;
}

function planOf(options: GuardsOptions): Plan {
  const { rules } = options;
  const needs = needsOf(options);
  const looked = new Set(rules.flatMap(({ on }) => [...on]));
  return { ...options, needs, looked, mayEdit: needs.restore || rules.some(isActive) };
}

/** By the exchange, so that request and answer are looked at together. */
function isSampled({ sample }: GuardRule, id: string): boolean {
  if (sample >= 1) return true;
  return createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32 < sample;
}

/** What the rules need of an exchange. */
interface Needs {
  readonly call: boolean;
  readonly answer: boolean;
  /** Names come back in the answer. */
  readonly restore: boolean;
  /** A guard needs the whole answer, and its policy wants no stream then. */
  readonly noStream: boolean;
  /** The answer may be asked for again, or be another. */
  readonly holdsAll: boolean;
}

function needsOf({ rules, place }: Pick<GuardsOptions, "rules" | "place">): Needs {
  const asked = rules.filter(({ on }) => requestStages[place].some((stage) => on.has(stage)));
  const answered = rules.filter(({ on }) => answerStages[place].some((stage) => on.has(stage)));
  const enforced = answered.filter(isActive);
  const noStream = enforced.some(({ isWhole, stream }) => isWhole && stream === "refuse");
  const holdsAll = enforced.some(({ action: { kind } }) => kind === "repair" || kind === "fallback");
  return {
    call: asked.length > 0 || noStream || holdsAll,
    answer: answered.length > 0,
    restore: asked.some((rule) => isActive(rule) && isNaming(rule)),
    noStream,
    holdsAll,
  };
}

function isNaming({ action }: GuardRule): boolean {
  return action.kind === "redact" && action.with === "placeholder";
}

/** One exchange on its way past its guards. */
class Guarding {
  readonly #exchange: Exchange;
  readonly #options: Plan;
  readonly #needs: Needs;
  readonly #report: GuardReport;
  readonly #placeholders: Placeholders;
  readonly #hearing: Hearing;
  readonly #looked: ReadonlySet<Stage>;
  #head: AnswerHead | undefined = undefined;
  /** Nobody looks at what was said here. */
  #watch: AnswerWatch | undefined = undefined;
  /** Outermost: nobody further in sees what comes back. */
  #restoring: AnswerWatch | undefined = undefined;

  /** `key`: names that stand for values are made with it. */
  constructor(exchange: Exchange, options: Plan, key: KeyObject) {
    const { rules, watch, needs, looked } = options;
    this.#exchange = exchange;
    this.#options = options;
    this.#needs = needs;
    this.#report = new GuardReport(exchange, watch);
    const placeholders = new Placeholders(key, () => scopeOf(exchange));
    this.#placeholders = placeholders;
    const canAnswer = (): boolean => this.#canAnswer();
    this.#hearing = new Hearing({ exchange, rules, report: this.#report, placeholders, canAnswer });
    this.#looked = looked;
  }

  visit(): Visit {
    const { call, answer, restore } = this.#needs;
    const { mayEdit } = this.#options;
    // An upgrade brings messages that nobody here reads: whoever wants the call refuses it.
    const wantsCall = call || this.#exchange.head.headers.upgrade !== undefined;
    return {
      kind: "visit",
      mayEdit,
      ...(wantsCall ? { call: (one: Call) => this.#hear(one) } : {}),
      ...(answer || restore ? this.#answering() : {}),
      close: () => this.#report.close(),
    };
  }

  #answering(): Pick<Visit, "head" | "frame" | "flush"> {
    return {
      head: (head) => this.#begin(head),
      frame: (frame, writer) =>
        this.#watch === undefined
          ? this.#restore(frame, writer)
          : this.#pass(this.#watch.frame(frame, writer), writer),
      flush: (writer) => this.#flush(writer),
    };
  }

  #stageWhere(stage: Stage | undefined): Stage | undefined {
    return stage !== undefined && this.#looked.has(stage) ? stage : undefined;
  }

  #hear(call: Call): Async<Halt | undefined> {
    if (call.isStream && this.#needs.noStream) return refuse("stream_denied");
    const hearing = this.#hearing;
    const { place } = this.#options;
    return examineCall(call, {
      find: (source, whole) => hearing.find(source, whole),
      findAgain: (source, whole) => hearing.findAgain(source, whole),
      stageOf: (kind) => this.#stageWhere(requestStage(place, kind)),
      onMedia: (kind, beside) => {
        const stage = this.#stageWhere(requestStage(place, beside));
        return stage && hearing.uninspectable({ stage, role: "user", kind });
      },
      demote: (lose) => hearing.demote(lose),
      halt: () => this.#halt(),
    });
  }

  #halt(): Halt {
    const { stop, instead } = this.#hearing;
    const answer = instead === undefined ? undefined : answerInstead(this.#exchange, instead);
    return answer ?? (stop?.kind === "refusal" ? stop : refuse("internal"));
  }

  /** A request: where its dialect can say it. An answer: where nothing of it is out. */
  #canAnswer(): boolean {
    if (this.#head !== undefined) return canReplace(this.#exchange, this.#head);
    return answerInstead(this.#exchange, "") !== undefined;
  }

  #begin(head: AnswerHead): undefined {
    this.#head = { status: head.status, headers: { ...head.headers } };
    const isOurs = head.headers["x-sluice-refusal"] !== undefined;
    const { answer, restore } = this.#needs;
    const isPieces = isStream(head) || this.#exchange.call?.isStream === true;
    this.#hearing.begin(isPieces ? "stream" : "whole");
    this.#watch = isOurs || !answer ? undefined : new AnswerWatch(this.#guards(), this.#head);
    const { values } = this.#placeholders;
    const comesBack = !isOurs && restore && values.size > 0;
    this.#restoring = comesBack ? new AnswerWatch(restoringGuards(values), this.#head) : undefined;
  }

  #guards(): AnswerGuards {
    const hearing = this.#hearing;
    const { place } = this.#options;
    const stages = answerStages[place].filter((stage) => this.#looked.has(stage));
    const [stage = "llm.answer"] = stages;
    return {
      find: (source) => hearing.find(source),
      findAgain: (source) => hearing.findAgain(source),
      findTokens: () => hearing.findTokens({ stage, role: answerRole, kind: "text" }, stages),
      stageOf: (kind) => this.#stageWhere(answerStage(place, kind)),
      role: answerRole,
      onMedia: (channel, kind) => this.#unread(channel, kind),
      stop: () => hearing.stop,
      onUnsayable: () => hearing.blockCut(),
      onOverflow: () => hearing.overflow(),
      onReleased: () => hearing.released(),
      holdsAll: this.#needs.holdsAll,
      instead: (said) => {
        const head = this.#head;
        if (hearing.instead === undefined || head === undefined) return undefined;
        return framesInstead(this.#exchange, hearing.instead, { head, said });
      },
    };
  }

  /** What a tool gave is its result, whatever else the model shows. */
  #unread(channel: string, kind: "media" | "error"): Refusal | undefined {
    const { place } = this.#options;
    const kinds = channel.includes("/tool") ? ["text", "tool.result"] : ["text"];
    for (const stage of new Set(kinds.map((one) => this.#stageWhere(answerStage(place, one))))) {
      const refusal = stage && this.#hearing.uninspectable({ stage, role: answerRole, kind });
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  #restore(frame: Frame, writer: Writer): Async<Frames | Stop> {
    return this.#restoring === undefined ? frame : this.#restoring.frame(frame, writer);
  }

  /** What the guards let through gets its values back. */
  #pass(said: Async<Frames | Stop>, writer: Writer): Async<Frames | Stop> {
    if (this.#restoring === undefined) return said;
    if (said instanceof Promise) return said.then((late) => this.#pass(late, writer));
    if (!("kind" in said)) return said.length === 0 ? said : this.#restoreAll(said, writer);
    return said.kind === "frame" ? this.#restoring.frame(said, writer) : said;
  }

  async #restoreAll(frames: readonly Frame[], writer: Writer): Promise<Frames | Stop> {
    const passed: Frame[] = [];
    for (const frame of frames) {
      const said = await this.#restore(frame, writer);
      if (!("kind" in said)) passed.push(...said);
      else if (said.kind === "frame") passed.push(said);
      else return said;
    }
    return passed;
  }

  #flush(writer: Writer): Async<Frames | Stop> {
    const held = this.#watch?.flush(writer) ?? [];
    return this.#restoring === undefined ? held : this.#flushAll(held, writer);
  }

  async #flushAll(held: Async<Frames | Stop>, writer: Writer): Promise<Frames | Stop> {
    const passed = await this.#pass(held, writer);
    const last = await (this.#restoring?.flush(writer) ?? []);
    if ("kind" in passed && passed.kind !== "frame") return passed;
    if ("kind" in last && last.kind !== "frame") return last;
    return [passed, last].flat() as readonly Frame[];
  }
}

/** A body may be what says the session, and whose it is nobody else's names tell. */
function scopeOf({ context, route, id }: Exchange): string {
  return JSON.stringify([route.agent, context?.caller ?? null, context?.session ?? id]);
}

const streams =
  /^(text\/event-stream|application\/(vnd\.amazon\.eventstream|x-ndjson|ndjson|x?-?jsonl(ines)?))$/;

function isStream({ headers }: AnswerHead): boolean {
  return streams.test(mediaType(headers));
}

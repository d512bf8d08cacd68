// Owns guards on an exchange: what is asked and what is answered passes them. Knows no detector, no vendor
// and no store.

import { createHash } from "node:crypto";
import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { Stage } from "../contracts/guard.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Visit } from "../contracts/visit.ts";
import { AnswerWatch } from "./guards/answer.ts";
import { answerRole, Hearing } from "./guards/hearing.ts";
import { Placeholders } from "./guards/placeholders.ts";
import { GuardReport, type GuardWatch } from "./guards/report.ts";
import { examineCall } from "./guards/request.ts";
import { type GuardRule, isActive } from "./guards/rule.ts";

/** `gateway`: an agent's own API. `sidecar`: calls of models. */
export type GuardPlace = "gateway" | "sidecar";

export function stagesAt(place: GuardPlace): readonly Stage[] {
  return [...requestStages[place], ...answerStages[place]];
}

export interface GuardsOptions {
  readonly place: GuardPlace;
  /** At least one, in the policy's order. */
  readonly rules: readonly GuardRule[];
  readonly watch: GuardWatch;
  /** Names that stand for values are made with it. */
  readonly key: Buffer;
}

const requestStages: Readonly<Record<GuardPlace, readonly Stage[]>> = {
  gateway: ["edge.request"],
  sidecar: ["llm.request", "tool.result"],
};

export function guardsFilter(options: GuardsOptions): Filter {
  const { place, rules } = options;
  const wantsCall = rules.some(({ on }) => requestStages[place].some((stage) => on.has(stage)));
  return {
    name: "guards",
    wantsCall,
    open: (exchange) => {
      const looking = rules.filter((rule) => isSampled(rule, exchange.id));
      return looking.length === 0 ? undefined : openGuards(exchange, looking, options);
    },
  };
}

/** By the exchange, so that request and answer are looked at together. */
function isSampled({ sample }: GuardRule, id: string): boolean {
  if (sample >= 1) return true;
  return createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32 < sample;
}

function openGuards(
  exchange: Exchange,
  rules: readonly GuardRule[],
  { place, watch, key }: GuardsOptions,
): Visit {
  const report = new GuardReport(exchange, watch);
  const placeholders = new Placeholders(key, exchange.context?.session ?? exchange.id);
  const hearing = new Hearing({ exchange, rules, report, placeholders });
  const isLooked = (stage: Stage): boolean => rules.some(({ on }) => on.has(stage));
  const stageWhere = (stage: Stage | undefined): Stage | undefined =>
    stage !== undefined && isLooked(stage) ? stage : undefined;
  const hears: Hears = { hearing, rules, place, stageWhere };
  return {
    kind: "visit",
    mayEdit: rules.some(isActive),
    ...(requestStages[place].some(isLooked) ? { call: (call: Call) => hear(call, hears) } : {}),
    ...(answerStages[place].some(isLooked) ? watchAnswer(hears) : {}),
    close: () => report.close(),
  };
}

function watchAnswer({ hearing, place, stageWhere }: Hears): Pick<Visit, "head" | "frame" | "flush"> {
  const watching = new AnswerWatch({
    find: (source) => hearing.find(source),
    findAgain: (source) => hearing.findAgain(source),
    stageOf: (kind) => stageWhere(answerStage(place, kind)),
    role: answerRole,
    onMedia: (source) => hearing.uninspectable(source),
    stop: () => hearing.stop,
    onReleased: () => hearing.released(),
  });
  return {
    head: () => watching.reset(),
    frame: (frame, writer) => watching.frame(frame, writer),
    flush: (writer) => watching.flush(writer),
  };
}

interface Hears {
  readonly hearing: Hearing;
  readonly rules: readonly GuardRule[];
  readonly place: GuardPlace;
  readonly stageWhere: (stage: Stage | undefined) => Stage | undefined;
}

function hear(call: Call, { hearing, rules, place, stageWhere }: Hears): Async<Refusal | undefined> {
  const needsWhole = rules.some(
    (rule) => rule.isWhole && rule.stream === "refuse" && isActive(rule) && looksAtAnswers(rule, place),
  );
  if (call.isStream && needsWhole) return refuse("stream_denied");
  return examineCall(call, {
    find: (source) => hearing.find(source),
    stageOf: (kind) => stageWhere(requestStage(place, kind)),
    onMedia: (source) => hearing.uninspectable(source),
    stop: () => hearing.stop,
  });
}

const answerStages: Readonly<Record<GuardPlace, readonly Stage[]>> = {
  gateway: ["edge.answer"],
  sidecar: ["llm.answer", "llm.reasoning", "tool.args", "tool.result"],
};

function looksAtAnswers({ on }: GuardRule, place: GuardPlace): boolean {
  return answerStages[place].some((stage) => on.has(stage));
}

function requestStage(place: GuardPlace, kind: string): Stage {
  if (place === "gateway") return "edge.request";
  return kind === "tool.result" ? "tool.result" : "llm.request";
}

/** The names of tools are the access list's to judge. */
function answerStage(place: GuardPlace, kind: string): Stage | undefined {
  if (kind === "tool.name") return undefined;
  if (place === "gateway") return "edge.answer";
  if (kind === "reasoning") return "llm.reasoning";
  if (kind === "tool.args") return "tool.args";
  return kind === "tool.result" ? "tool.result" : "llm.answer";
}

// Owns walks of guarded exchanges for tests: rules, the filter, an answer in chunks, and what reached the
// client. Knows no detector but the tests' own.

import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Frame } from "../../../../core/contracts/frame.ts";
import type { Stage } from "../../../../core/contracts/guard.ts";
import type { GuardActed, ToldFinding } from "../../../../core/filters/guards/report.ts";
import type { GuardRule } from "../../../../core/filters/guards/rule.ts";
import { guardsFilter } from "../../../../core/filters/guards.ts";
import { type RigOptions, type RigResult, rig, type UpstreamScript } from "../../../rig.ts";
import { payloadOf } from "../../dialects/payloads.ts";
import { type AskedTexts, headOf, type Kind, type Wire } from "./wires/wire.ts";
import { wordGuard } from "./word-detector.ts";

/** None of its letters stands anywhere else in an answer. */
export const word = "ZXQKEY9";
export const code = "blocked_content";
const key = Buffer.from("a key of the tests");

export function ruleOn(stages: readonly Stage[], more: Partial<GuardRule> = {}): GuardRule {
  return {
    name: "words",
    guard: wordGuard(word),
    on: new Set(stages),
    action: { kind: "block", message: undefined },
    mode: "enforce",
    onFailure: "closed",
    onUninspectable: "refuse",
    stream: "hold",
    escalates: false,
    sample: 1,
    code,
    isWhole: false,
    ...more,
  };
}

export function stageOf({ place }: Wire, kind: Kind): Stage {
  if (place === "gateway") return "edge.answer";
  if (kind === "reasoning") return "llm.reasoning";
  return kind === "tool.args" ? "tool.args" : "llm.answer";
}

export const harmless: AskedTexts = {
  system: "Be kind.",
  user: "What is the code?",
  query: "weather",
  result: "It rains.",
};

export interface Guarded extends RigResult {
  readonly told: readonly ToldFinding[];
  /** `words@llm.answer=redact` */
  readonly decided: readonly string[];
}

export interface WalkOptions extends RigOptions {
  readonly wire: Wire;
  readonly how: "stream" | "whole";
  readonly rules: readonly GuardRule[];
  readonly texts?: AskedTexts;
}

export async function walkGuarded({ wire, how, rules, texts, ...options }: WalkOptions): Promise<Guarded> {
  const told: ToldFinding[] = [];
  const decided: string[] = [];
  const watch = {
    found: (one: ToldFinding) => void told.push(one),
    decided: (guard: string, stage: Stage, did: GuardActed) => void decided.push(`${guard}@${stage}=${did}`),
  };
  const [path = "/", query] = wire.asked.path(how).split("?");
  const body = JSON.stringify(wire.asked.body(texts ?? harmless, how));
  const result = await rig({
    chain: [guardsFilter({ place: wire.place, rules, watch, key })],
    dialect: wire.dialect,
    bodyBytesMax: 64 * 1024 * 1024,
    ...options,
    request: {
      path,
      query: query === undefined ? "" : `?${query}`,
      headers: { "content-type": "application/json" },
      body,
      ...options.request,
    },
  });
  return Object.assign(result, { told, decided });
}

export function upstreamOf(wire: Wire, how: "stream" | "whole", body: Buffer, bytes = 61): UpstreamScript {
  const steps: Buffer[] = [];
  for (let at = 0; at < body.length; at += bytes) steps.push(body.subarray(at, at + bytes));
  return { headers: headOf(wire, how).headers, steps };
}

type Said = Pick<RigResult, "bytes" | "headers">;

/**
 * Everything a client could read the word in: bytes, any string of their JSON, texts and tokens put
 * together.
 */
export function whereverSaid({ bytes, headers }: Said, frames: readonly Frame[]): string {
  const type = String(headers["content-type"]);
  const strings: string[] = [bytes.toString()];
  const texts = new Map<string, string>();
  for (const frame of frames) {
    if (!type.startsWith("text/") || type.includes("event-stream")) {
      const { value = null } = payloadOf(frame.bytes, { status: 200, headers });
      collect(value, strings);
    }
    for (const delta of frame.deltas) {
      if (delta.kind === "logprobs") add(texts, `logprobs ${delta.channel}`, tokensIn(delta.value));
      if ("text" in delta && delta.mode !== "snapshot")
        add(texts, `${delta.kind} ${delta.channel}`, delta.text);
    }
  }
  return [...strings, ...texts.values()].join("\n");
}

function add(texts: Map<string, string>, name: string, text: string): void {
  texts.set(name, (texts.get(name) ?? "") + text);
}

function tokensIn(value: JsonValue): string {
  const strings: string[] = [];
  JSON.stringify(value, (name, member) => {
    if (name === "token" || typeof member === "string") strings.push(String(member));
    return /^top/.test(name) ? undefined : member;
  });
  return strings.join("");
}

function collect(value: JsonValue, strings: string[]): void {
  JSON.stringify(value, (_name, member) => {
    if (typeof member === "string") strings.push(member);
    return member;
  });
}

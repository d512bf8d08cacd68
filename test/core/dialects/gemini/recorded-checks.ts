// Owns what has to hold of any recorded Gemini answer. Knows the dialect by its contract only.

import { expect } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Frame } from "../../../../core/contracts/frame.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { deltasOf, frames, read, textsOf } from "../answers.ts";
import { checkUsage, mark, remarked } from "../recorded-checks.ts";
import { candidatesOf, type Node, partsOf, piecesOf, type Recorded } from "./exchanges.ts";

export const readWhole = ({ head, body }: Recorded) => frames(gemini, head, [body]);

const markArgs = { sluice: mark };

/** The same deltas change nothing; others change their places alone, and can be taken back. */
export function checkEdits(recorded: Recorded): void {
  for (const frame of readWhole(recorded)) {
    const writer = gemini.writer(recorded.head);
    expect(writer.edit(frame, [...frame.deltas])).toBe(frame);
    const now = frame.deltas.map(remarked);
    const written = writer.edit(frame, now);
    expect(written.deltas).toEqual(now);
    if (!frame.deltas.some((delta) => "pointer" in delta)) expect(written).toBe(frame);
    else expect(jsonOf(written)).toEqual(expectedOf(frame));
    const back = writer.edit(written, frame.deltas);
    expect(without(jsonOf(back), "logprobsResult")).toEqual(without(jsonOf(frame), "logprobsResult"));
  }
}

/** The frame's JSON with each text changed where it stands, found by its pointer. */
function expectedOf(frame: Frame): JsonValue {
  const value = jsonOf(frame) as Node;
  const texts = frame.deltas.filter((delta) => "pointer" in delta);
  for (const delta of texts) {
    const names = String(delta.pointer).slice(1).split("/");
    const last = names.pop() as string;
    const holder = names.reduce((node, name) => node[name] as Node, value);
    if (last === "args" || last === "response") holder[last] = { ...(holder[last] as Node), ...markArgs };
    else if (typeof holder[last] === "string") holder[last] += mark;
  }
  for (const candidate of texts.length > 0 ? candidatesOf([value]) : []) {
    if (candidate.logprobsResult !== undefined) candidate.logprobsResult = null;
  }
  return value;
}

function without(value: JsonValue, name: string): JsonValue {
  return JSON.parse(JSON.stringify(value, (key, member) => (key === name ? undefined : member)));
}

function jsonOf({ bytes }: Frame): JsonValue {
  const text = bytes.toString();
  const start = text.indexOf("{");
  return start === -1 ? text : JSON.parse(text.slice(start));
}

/** Cut off before its end an answer is never taken for whole; an error in it is an end, too. */
export function checkTruncation(recorded: Recorded, places: readonly number[]): void {
  if (deltasOf(readWhole(recorded)).some(({ kind }) => kind === "error")) return;
  const { head, body, name } = recorded;
  const last = body.lastIndexOf("finishReason");
  const end = body.toString("latin1", 0, 1) === "d" ? last : body.toString().trimEnd().length - 1;
  for (const place of places) {
    const said = read(gemini, head, [body.subarray(0, place % end)]);
    if (!("kind" in said)) throw new Error(`${name}: whole at ${place % end} of ${end}`);
    expect(["upstream_truncated", "upstream_malformed"]).toContain(said.code);
  }
}

/** What a reading of the body that shares no code finds there. */
export function checkAgainstBody(recorded: Recorded): void {
  const pieces = piecesOf(recorded);
  const answer = readWhole(recorded);
  const deltas = deltasOf(answer);
  checkUsage(gemini, recorded);
  const candidates = candidatesOf(pieces);
  const reasons = candidates.map(({ finishReason }) => finishReason).filter((reason) => reason !== undefined);
  const ends = deltas.flatMap((delta) => (delta.kind === "end" ? [delta.reason] : []));
  expect(ends).toEqual(reasons.map((reason) => (typeof reason === "number" ? numbers[reason] : reason)));
  const parts = candidates.flatMap(partsOf);
  const texts = textsOf(answer);
  const [thoughts, words] = [parts.filter(isThought), parts.filter((part) => !isThought(part))];
  expect(texts["text 0"] ?? "").toBe(wordsOf(words));
  expect(texts["reasoning 0"] ?? "").toBe(wordsOf(thoughts));
  const named = parts
    .map(({ functionCall }) => functionCall as Node | undefined)
    .filter((call) => call?.name !== undefined);
  const tools = deltas.flatMap((delta) => (delta.kind === "tool" && !delta.isHosted ? [delta] : []));
  expect(tools.map(({ id }) => id)).toEqual(named.map((call) => call?.id));
  expect(tools.map(({ channel }) => texts[`tool.name ${channel}`])).toEqual(named.map((call) => call?.name));
  for (const [at, call] of named.entries()) {
    const args = texts[`tool.args ${tools[at]?.channel}`];
    if (call?.args !== undefined) expect(JSON.parse(args ?? "")).toEqual(call.args);
  }
  const signatures = parts.map(({ thoughtSignature }) => thoughtSignature).filter(Boolean);
  expect(deltas.flatMap((delta) => (delta.kind === "signature" ? [delta.signature] : []))).toEqual(
    signatures,
  );
}

const isThought = ({ thought }: Node) => thought === true;
const wordsOf = (parts: readonly Node[]) => parts.map(({ text }) => text ?? "").join("");

const numbers: Readonly<Record<number, string>> = { 1: "STOP", 2: "MAX_TOKENS" };

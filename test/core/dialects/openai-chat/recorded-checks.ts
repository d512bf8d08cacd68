// Owns what has to hold of any recorded chat completion. Knows the dialect by its contract only.

import { expect } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Delta, Frame } from "../../../../core/contracts/frame.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { locate, type Span } from "../../../../core/text/splice.ts";
import { bomLength, readEvent } from "../../../../core/text/sse-event.ts";
import { bounds, bytesOf, deltasOf, frames, marked, read, textsOf } from "../answers.ts";
import { checkUsage } from "../recorded-checks.ts";
import { piecesOf, type Recorded } from "./exchanges.ts";

const readWhole = ({ head, body }: Recorded) => frames(openAiChat, head, [body]);

export function isStream({ head }: Recorded): boolean {
  return String(head.headers["content-type"]).startsWith("text/event-stream");
}

/** Cut in any way it is the same bytes and says the same. */
export function checkIdentity(recorded: Recorded, cuts: Iterable<readonly Buffer[]>): void {
  const whole = readWhole(recorded);
  const said = JSON.stringify(deltasOf(whole));
  expect(bytesOf(whole).equals(recorded.body)).toBe(true);
  for (const chunks of cuts) {
    const cut = frames(openAiChat, recorded.head, chunks);
    if (!bytesOf(cut).equals(recorded.body)) throw new Error(`${recorded.name}: other bytes`);
    if (JSON.stringify(deltasOf(cut)) !== said) throw new Error(`${recorded.name}: other deltas`);
  }
}

/** A frame says the same whether or not one like it was read before. */
export function checkAlone(recorded: Recorded): void {
  for (const frame of readWhole(recorded)) {
    const alone = openAiChat.reader(recorded.head, bounds).push(frame.bytes);
    if (!isStream(recorded) || "kind" in alone) continue;
    expect(alone.map(({ bytes }) => bytes)).toEqual([frame.bytes]);
    expect(unannounced(deltasOf(alone))).toEqual(unannounced(frame.deltas));
  }
}

/** Forced through the writer: the same deltas change nothing, others change nothing but their places. */
export function checkEdits(recorded: Recorded): void {
  const mark = '"é\n日';
  for (const frame of readWhole(recorded)) {
    expect(openAiChat.writer(recorded.head).edit(frame, [...frame.deltas])).toBe(frame);
    const changed = marked(openAiChat, recorded.head, frame, mark);
    const places = placesOf(frame);
    if (places.length === 0) expect(changed).toBe(frame);
    expect(without(changed, places)).toBe(without(frame, places));
    const done = Buffer.from(isStream(recorded) ? "data: [DONE]\n\n" : "");
    const [again] = frames(openAiChat, recorded.head, [changed.bytes, done]);
    expect(unannounced(again?.deltas ?? [])).toEqual(unannounced(changed.deltas));
    const texts = frame.deltas.flatMap((delta) => ("text" in delta ? [delta.text + mark] : []));
    expect(changed.deltas.flatMap((delta) => ("text" in delta ? [delta.text] : []))).toEqual(texts);
  }
}

/** Without what is said once an answer or a call, though each chunk has it. */
function unannounced(deltas: readonly Delta[]): readonly Delta[] {
  return deltas.filter(({ kind }) => kind !== "start" && kind !== "tool");
}

/** Where a frame's texts stand, and what has to go with them: the log probabilities of their tokens. */
function placesOf({ deltas }: Frame): readonly string[] {
  const texts = deltas.flatMap((delta) => ("pointer" in delta ? [String(delta.pointer)] : []));
  const logprobs = texts.map((place) => `${place.split("/", 3).join("/")}/logprobs`);
  return [...new Set([...texts, ...logprobs])];
}

/** A frame's bytes outside these places of its JSON. */
function without({ bytes }: Frame, places: readonly string[]): string {
  const { data, lines } = readEvent(bytes, bomLength(bytes));
  const offset = data === undefined ? 0 : (lines[0]?.start ?? 0);
  const spans = locate(data ?? bytes, places).filter((span): span is Span => span !== undefined);
  let text = bytes.toString("latin1");
  for (const { start, end } of spans.toSorted((a, b) => b.start - a.start)) {
    text = text.slice(0, offset + start) + text.slice(offset + end);
  }
  return text;
}

/** Cut off before its end an answer is never taken for whole; an error in it is an end, too. */
export function checkTruncation(recorded: Recorded, places: readonly number[]): void {
  if (deltasOf(readWhole(recorded)).some(({ kind }) => kind === "error")) return;
  const end = isStream(recorded) ? recorded.body.indexOf("data: [DONE]") : recorded.body.lastIndexOf("}");
  for (const place of places) {
    const cut = recorded.body.subarray(0, place % end);
    const said = read(openAiChat, recorded.head, [cut]);
    if (!("kind" in said)) throw new Error(`${recorded.name}: whole at ${place % end} of ${end}`);
    expect(["upstream_truncated", "upstream_malformed"]).toContain(said.code);
  }
}

type Node = { [name: string]: JsonValue } | undefined | null;

/** What a reading of the body that shares no code finds there. */
export function checkAgainstBody(recorded: Recorded): void {
  checkUsage(openAiChat, recorded);
  const deltas = deltasOf(readWhole(recorded));
  const pieces = piecesOf(recorded);
  const choices = pieces.flatMap(({ choices }) => (choices ?? []) as NonNullable<Node>[]);
  const reasons = choices.map(({ finish_reason }) => finish_reason).filter(Boolean);
  expect(deltas.flatMap((delta) => (delta.kind === "end" ? [delta.reason] : []))).toEqual(reasons);
  const found = textsOf(readWhole(recorded));
  for (const [key, text] of contentsOf(choices)) expect(found[key]).toBe(text);
}

function contentsOf(choices: readonly NonNullable<Node>[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { index, message, delta } of choices) {
    const content = ((message ?? delta) as Node)?.content;
    const key = `text ${index}`;
    if (typeof content === "string" && content !== "") texts.set(key, (texts.get(key) ?? "") + content);
  }
  return texts;
}

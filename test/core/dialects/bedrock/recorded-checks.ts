// Owns what has to hold of any recorded answer of Bedrock's. Knows dialects by their contract only.

import { expect } from "vitest";
import type { Dialect, JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Delta, Frame } from "../../../../core/contracts/frame.ts";
import { deltasOf, frames, marked, read } from "../answers.ts";
import { eventNameOf, isStream, messagesOf, type Node, payloadOf, type Recorded } from "./exchanges.ts";

/** A whole answer, or the events of a stream. */
export function eventsOf(recorded: Recorded): Node[] {
  if (!isStream(recorded)) return [JSON.parse(recorded.body.toString())];
  return messagesOf(recorded.body).map(payloadOf);
}

/** From where on an answer is whole. */
export function endOf(recorded: Recorded): number {
  if (!isStream(recorded)) return recorded.body.lastIndexOf("}");
  const messages = messagesOf(recorded.body);
  const stop = messages.findIndex((message) => {
    const { type, messageStop } = payloadOf(message);
    return type === "message_stop" || messageStop !== undefined || eventNameOf(message) === "messageStop";
  });
  return messages.slice(0, stop + 1).reduce((length, message) => length + message.length, 0);
}

/** Bedrock counts what its cache held beside the input. */
export function expectedUsage(usage: Node | undefined): object {
  if (usage === undefined) return {};
  const cached = Number(usage.cacheReadInputTokens ?? usage.cacheReadInputTokenCount ?? 0);
  const written = Number(usage.cacheWriteInputTokens ?? usage.cacheWriteInputTokenCount ?? 0);
  return {
    inputTokens: Number(usage.inputTokens) + cached + written,
    outputTokens: usage.outputTokens,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    isExact: true,
  };
}

/** What the model said itself, whatever channel it was on; arguments without their spacing. */
export function saidOf(read: readonly Frame[]): Record<string, string> {
  const said: Record<string, string> = { text: "", reasoning: "", "tool.name": "", "tool.args": "" };
  for (const delta of deltasOf(read)) {
    if (!("text" in delta) || delta.mode !== "append" || said[delta.kind] === undefined) continue;
    said[delta.kind] += "isObject" in delta ? JSON.stringify(JSON.parse(delta.text)) : delta.text;
  }
  return said;
}

const mark = '"é\n日';
const textOf = (delta: Delta) => ("text" in delta ? delta.text : undefined);

/**
 * Forced through the writer: the same deltas change nothing, others change nothing but their places, and the
 * message they stand in is whole again.
 */
export function checkEdits(dialect: Dialect, recorded: Recorded): void {
  const read = frames(dialect, recorded.head, [recorded.body]);
  for (const frame of read) {
    expect(dialect.writer(recorded.head).edit(frame, [...frame.deltas])).toBe(frame);
    const changed = marked(dialect, recorded.head, frame, mark);
    if (!frame.deltas.some((delta) => "text" in delta)) {
      expect(changed).toBe(frame);
      continue;
    }
    const texts = frame.deltas.map((delta) => ("text" in delta ? delta.text + mark : undefined));
    expect(changed.deltas.map(textOf)).toEqual(texts);
    const back = dialect.writer(recorded.head).edit(changed, frame.deltas);
    expect(jsonOf(back, recorded)).toEqual(jsonOf(frame, recorded));
  }
  checkReadBack(dialect, recorded, read);
}

function checkReadBack(dialect: Dialect, recorded: Recorded, frames: readonly Frame[]): void {
  const changed = frames.map((frame) => marked(dialect, recorded.head, frame, mark));
  const again = read(dialect, recorded.head, [Buffer.concat(changed.map(({ bytes }) => bytes))]);
  if ("kind" in again) throw new Error(`${recorded.name}: ${again.code}`);
  expect(deltasOf(again).map(textOf)).toEqual(deltasOf(changed).map(textOf));
}

function jsonOf({ bytes }: Frame, recorded: Recorded): JsonValue {
  return isStream(recorded) ? payloadOf(bytes) : JSON.parse(bytes.toString());
}

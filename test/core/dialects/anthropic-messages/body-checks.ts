// Owns what has to hold of any recorded message against a reading of its body that shares no code. Knows the
// dialect by its contract only.

import { expect } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { deltasOf, frames, textsOf } from "../answers.ts";
import { checkUsage, type Exchanged } from "../recorded-checks.ts";
import { type Node, piecesOf } from "./exchanges.ts";

interface Sum {
  readonly reasons: JsonValue[];
  readonly texts: Record<string, string>;
  readonly tools: Map<JsonValue | undefined, string>;
}

/** What a message or its events add up to. */
function sumOf(pieces: readonly Node[]): Sum {
  const sum: Sum = { reasons: [], texts: {}, tools: new Map() };
  const channels = new Map<JsonValue | undefined, string>();
  for (const piece of pieces) {
    const message = (piece.message ?? piece) as Node;
    const { stop_reason: reason } = (piece.delta ?? message) as Node;
    if (typeof reason === "string") sum.reasons.push(reason);
    const blocks = piece.content_block === undefined ? message.content : [piece.content_block];
    for (const block of (blocks ?? []) as Node[]) addBlock(sum, channels, block, piece.index);
    addDelta(sum, channels, piece);
  }
  return sum;
}

function addBlock(
  { texts, tools }: Sum,
  channels: Map<JsonValue | undefined, string>,
  block: Node,
  index: JsonValue | undefined,
): void {
  if (block.type === "text") add(texts, "text 0", block.text);
  if (block.type === "thinking") add(texts, "reasoning 0", block.thinking);
  if (!String(block.type).endsWith("tool_use")) return;
  const channel = `0/tool/${tools.size}`;
  tools.set(block.id, channel);
  channels.set(index, channel);
  add(texts, `tool.name ${channel}`, block.name);
  if (JSON.stringify(block.input) !== "{}") texts[`tool.args ${channel}`] = JSON.stringify(block.input);
}

function addDelta({ texts }: Sum, channels: Map<JsonValue | undefined, string>, piece: Node): void {
  const { delta = {}, index } = piece;
  const { text, thinking, partial_json } = delta as Node;
  add(texts, "text 0", text);
  add(texts, "reasoning 0", thinking);
  add(texts, `tool.args ${channels.get(index)}`, partial_json);
}

function add(texts: Record<string, string>, key: string, text: JsonValue | undefined): void {
  if (typeof text === "string" && text !== "") texts[key] = (texts[key] ?? "") + text;
}

export function checkAgainstBody(recorded: Exchanged): void {
  const read = frames(anthropicMessages, recorded.head, [recorded.body]);
  const deltas = deltasOf(read);
  const sum = sumOf(piecesOf(recorded));
  checkUsage(anthropicMessages, recorded);
  const reasons = deltas.flatMap((delta) => (delta.kind === "end" ? [delta.reason] : []));
  expect(reasons).toEqual(sum.reasons);
  const said = Object.entries(textsOf(read)).filter(([key]) => !/^(tool.result|refusal)|block/.test(key));
  const isWhole = recorded.body.toString().startsWith("{");
  const respaced = (key: string, text: string) =>
    isWhole && key.startsWith("tool.args") ? JSON.stringify(JSON.parse(text)) : text;
  expect(Object.fromEntries(said.map(([key, text]) => [key, respaced(key, text)]))).toEqual(sum.texts);
}

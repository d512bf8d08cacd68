// Owns the order of things in a whole stream, vendor by vendor, as their documentation has it. Knows no
// dialect.

import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import type { JsonObject, JsonValue } from "../../../core/contracts/json.ts";
import type { Grammar } from "./ending-checks.ts";
import type { Payload } from "./payloads.ts";

const objects = (payloads: readonly Payload[]): JsonObject[] =>
  payloads.flatMap(({ value }) => (isObject(value) ? [value] : []));

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const list = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((each) => isObject(each)) : [];

/** Chat completions and completions: every choice ends once, all chunks are of one answer, `[DONE]`. */
export const chunks: Grammar = (payloads, bytes) => {
  const pieces = objects(payloads);
  const finished = new Set<JsonValue>();
  const spoken = new Set<JsonValue>();
  for (const choice of pieces.flatMap(({ choices }) => list(choices))) {
    const { index = 0, finish_reason: reason } = choice;
    spoken.add(index);
    assert.ok(isObject(choice.delta) || typeof choice.text === "string", "a choice without its delta");
    if (reason !== null && reason !== undefined && reason !== "") finished.add(index);
  }
  assert.deepEqual([...finished].sort(), [...spoken].sort(), "a choice that has not ended");
  assert.ok(spoken.size > 0, "no choice at all");
  const ids = new Set(pieces.flatMap(({ id }) => (id === undefined || id === "" ? [] : [id])));
  assert.ok(ids.size <= 1, `several ids: ${[...ids].join()}`);
  const said = bytes.filter((piece) => piece.toString().trim() !== "");
  assert.match(said.at(-1)?.toString() ?? "", /^data: ?\[DONE\]/);
};

/** Messages: blocks open one after another and close, then why it stopped, then the end. */
export const messages: Grammar = (payloads) => {
  const open = new Set<JsonValue>();
  const types = objects(payloads).filter(({ type }) => type !== "ping");
  for (const { type, index = null } of types) {
    if (type === "content_block_start") open.add(index);
    else if (type === "content_block_delta") assert.ok(open.has(index), "a delta of no open block");
    else if (type === "content_block_stop") assert.ok(open.delete(index), "a block closed twice");
    else if (type === "message_delta") assert.equal(open.size, 0, "a block that stays open");
  }
  const names = types.map(({ type }) => type);
  assert.equal(names.filter((name) => name === "message_stop").length, 1);
  assert.equal(names.at(-1), "message_stop");
  const settled = types.filter(({ type }) => type === "message_delta");
  const reasons = settled.flatMap(({ delta }) => (isObject(delta) ? [delta.stop_reason] : []));
  assert.equal(reasons.filter((reason) => typeof reason === "string").length, 1, "it does not say why");
  assert.ok(settled.some(({ usage }) => isObject(usage) && typeof usage.output_tokens === "number"));
};

/** Converse's events: a message that begins, blocks one after another, why it stopped, figures. */
export const converse: Grammar = (payloads) => {
  checkConverse(payloads.map(({ name = "", value }) => [name, isObject(value) ? value : {}]));
};

/** Nova's, whose names stand around them. */
export const nova: Grammar = (payloads) => {
  checkConverse(
    objects(payloads).map((value) => {
      const [name = ""] = Object.keys(value);
      const event = value[name];
      return [name, isObject(event) ? event : {}];
    }),
  );
};

function checkConverse(events: readonly (readonly [string, JsonObject])[]): void {
  let open: JsonValue | undefined;
  for (const [name, { contentBlockIndex: index }] of events) {
    if (name === "contentBlockStart" || name === "contentBlockDelta") {
      assert.ok(open === undefined || open === index, "a block within another");
      open = index ?? 0;
    } else if (name === "contentBlockStop") {
      assert.equal(index ?? 0, open, "another block is closed than the open one");
      open = undefined;
    } else if (name === "messageStop") assert.equal(open, undefined, "a block that stays open");
  }
  const names = events.map(([name]) => name);
  assert.equal(names[0], "messageStart");
  assert.deepEqual(names.slice(-2), ["messageStop", "metadata"]);
  assert.equal(names.filter((name) => name === "metadata").length, 1);
}

/** Of every message, the checksums of its beginning and of all of it. */
export function withChecksums(grammar: Grammar): Grammar {
  return (payloads, bytes) => {
    for (const message of bytes) {
      assert.equal(message.readUInt32BE(0), message.length);
      assert.equal(message.readUInt32BE(8), crc32(message.subarray(0, 8)));
      assert.equal(message.readUInt32BE(message.length - 4), crc32(message.subarray(0, -4)));
    }
    grammar(payloads, bytes);
  };
}

/** InvokeModel has Anthropic's events or Nova's. */
export const invoke: Grammar = (payloads, bytes) => {
  const isAnthropics = objects(payloads).some(({ type }) => type !== undefined);
  (isAnthropics ? messages : nova)(payloads, bytes);
};

/** Every candidate says why it ended, and only once. */
export const candidates: Grammar = (payloads, bytes) => {
  const pieces = objects(payloads);
  const reasons = new Map<JsonValue, JsonValue[]>();
  for (const candidate of pieces.flatMap(({ candidates: said }) => list(said))) {
    const { index = 0, finishReason } = candidate;
    const known = reasons.get(index) ?? [];
    reasons.set(index, finishReason === undefined ? known : [...known, finishReason]);
  }
  assert.ok(reasons.size > 0, "no candidate at all");
  for (const said of reasons.values()) assert.ok(said.length >= 1, "a candidate without an end");
  assert.ok(isObject(pieces.at(-1)?.usageMetadata), "the last piece has no usage");
  const text = Buffer.concat([...bytes]).toString();
  if (!text.startsWith("data:")) assert.ok(Array.isArray(JSON.parse(text)));
};

/** The last line, and no other, is done. */
export const lines: Grammar = (payloads) => {
  const done = objects(payloads).map((line) => line.done === true);
  assert.equal(done.filter((isDone) => isDone).length, 1);
  assert.equal(done.at(-1), true);
  assert.equal(typeof objects(payloads).at(-1)?.eval_count, "number");
};

/** Items and parts that were added are done; only a call that was cut off is left as it is. */
export const responses: Grammar = (payloads) => {
  const events = objects(payloads).filter(({ type }) => type !== "keepalive");
  const [items, parts] = [new Map<string, JsonObject>(), new Set<string>()];
  let sequence = -1;
  for (const event of events) {
    const { type, sequence_number: number = sequence + 1, output_index: at, item } = event;
    assert.ok(Number(number) > sequence, `event ${number} after ${sequence}`);
    sequence = Number(number);
    const part = `${at}/${event.content_index ?? `summary/${event.summary_index}`}`;
    if (type === "response.output_item.added" && isObject(item)) items.set(String(at), item);
    else if (type === "response.output_item.done") assert.ok(items.delete(String(at)), "an item done twice");
    else if (String(type).endsWith("_part.added")) parts.add(part);
    else if (String(type).endsWith("_part.done")) assert.ok(parts.delete(part), "a part done twice");
  }
  assert.deepEqual([...parts], [], "parts that are not done");
  const left = [...items.values()].map(({ type }) => type);
  assert.deepEqual(
    left.filter((type) => type === "message" || type === "reasoning"),
    [],
    "open items",
  );
  const { type, response } = events.at(-1) ?? {};
  assert.match(String(type), /^response\.(incomplete|completed)$/);
  assert.ok(isObject(response) && isObject(response.usage), "no usage at the end");
  const begun = events.filter((event) => event.type === "response.output_item.added").length;
  assert.equal(list(response.output).length, begun, "items that the end does not name");
};

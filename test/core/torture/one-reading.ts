// Owns what has to hold of a body that was read: it was read as two other readers do, and goes out as it
// came. Knows dialects by their contract only.

import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Call, JsonValue } from "../../../core/contracts/dialect.ts";
import type { Delta, Frame } from "../../../core/contracts/frame.ts";
import type { Refusal, RefusalCode } from "../../../core/contracts/refusal.ts";
import { isPlaced } from "../../../core/dialects/placed-text.ts";
import { compilePointer, memberNamedAt, valueAt } from "../../../core/text/pointer.ts";
import { bytesOf, read } from "../dialects/answers.ts";
import { readSecond } from "./second-reader.ts";
import type { Specimen } from "./specimens.ts";
import { unitsOf } from "./units.ts";

const requestCodes: readonly RefusalCode[] = [
  ...(["body_malformed", "body_ambiguous", "body_too_large", "request_malformed"] as const),
  ...(["model_denied", "route_refused"] as const),
];
const answerCodes: readonly RefusalCode[] = [
  "upstream_malformed",
  "upstream_truncated",
  "upstream_too_large",
];

/** A stream of events may open with one. */
const byteOrderMark = Buffer.from("\ufeff");

/** Why it is refused, if it is. */
export function checkRequest({ dialect, asked }: Specimen, body: Buffer): RefusalCode | undefined {
  const call = dialect.readCall(body, asked);
  if (call.kind === "refusal") {
    expect(requestCodes).toContain(call.code);
    return call.code;
  }
  if (body.length === 0) return undefined;
  const verdict = readSecond(body);
  if (verdict.kind !== "value") throw new Error(`accepted what is ${verdict.kind}`);
  const value = parse(body);
  checkSame(verdict.value, value);
  checkCall(call, value);
  if (!/model|deployment/.test(asked.path)) expect(call.model).toBe(textAt(value, "/model") ?? undefined);
  expect(call.body).toBe(body);
  expect(dialect.writeCall(call, asked, call.model).body).toBe(body);
  return undefined;
}

function checkCall({ value: read, texts }: Call, value: JsonValue): void {
  if (read !== undefined) checkSame(read, value);
  for (const { pointer, text, encodedBehind } of texts) {
    const written = encodedBehind === undefined ? text : encodedBehind + Buffer.from(text).toString("base64");
    expect(written).toBe(textAt(value, pointer));
  }
}

/** The same of an answer. */
export function checkAnswer(
  { dialect, head }: Specimen,
  body: Buffer,
  chunks: readonly Buffer[] = [body],
): RefusalCode | undefined {
  const frames: Frame[] | Refusal = read(dialect, { ...head }, chunks);
  if (!Array.isArray(frames)) {
    expect(answerCodes).toContain(frames.code);
    return frames.code;
  }
  if (!bytesOf(frames).equals(body)) throw new Error("other bytes");
  for (const [at, frame] of frames.entries()) {
    const isMarked = at === 0 && frame.bytes.subarray(0, 3).equals(byteOrderMark);
    checkFrame(frame, payloadsOf(head, isMarked ? frame.bytes.subarray(3) : frame.bytes));
  }
  return undefined;
}

/** One, if any; an array's elements are framed by what stands between them. */
function payloadsOf(head: Specimen["head"], bytes: Buffer): readonly Buffer[] {
  if (!String(head.headers["content-type"]).startsWith("application/json")) {
    return unitsOf(head, bytes).flatMap(({ payload }) => (payload === undefined ? [] : [payload]));
  }
  const text = bytes.toString("latin1");
  const element = /^\s*[[,]\s*(\{.*)$/s.exec(text)?.[1];
  if (element !== undefined) return [Buffer.from(element, "latin1")];
  return /^\s*\]?\s*$/.test(text) ? [] : [bytes];
}

function checkFrame({ deltas }: Frame, payloads: readonly Buffer[]): void {
  for (const payload of payloads) {
    const verdict = readSecond(payload);
    if (verdict.kind !== "value") throw new Error(`accepted what is ${verdict.kind}: ${payload}`);
    const value = parse(payload);
    checkSame(verdict.value, value);
    for (const delta of deltas) checkDelta(delta, value);
  }
}

function checkDelta(delta: Delta, value: JsonValue): void {
  if (!isPlaced(delta)) return;
  const { pointer, text } = delta;
  checkSame(delta.isObject === true ? JSON.parse(text) : text, textAt(value, pointer) ?? null);
}

/** Bodies are large, and a matcher that could tell where they differ is slow. */
function checkSame(one: JsonValue, other: JsonValue): void {
  if (!isDeepStrictEqual(one, other)) expect(one).toEqual(other);
}

function parse(bytes: Buffer): JsonValue {
  return JSON.parse(bytes.toString());
}

function textAt(value: JsonValue, pointer: string): JsonValue | undefined {
  const member = memberNamedAt(pointer);
  if (member !== undefined) return compilePointer(member)?.at(-1);
  return valueAt(value, compilePointer(pointer) ?? []);
}

// Owns what has to hold of any recorded exchange, whatever its dialect. Knows dialects by their contract
// only, and no test runner.

import assert from "node:assert/strict";
import type { AnswerHead, Dialect, JsonValue, RequestHead } from "../../../core/contracts/dialect.ts";
import type { Delta, Frame, Usage } from "../../../core/contracts/frame.ts";
import { bytesOf, deltasOf, frames, read } from "./answers.ts";
import { payloadOf } from "./payloads.ts";
import { type Node, usageOracles } from "./usage-oracles.ts";

export interface Exchanged {
  readonly name: string;
  readonly head: AnswerHead;
  readonly body: Buffer;
}

/** Cut in any way it is the same bytes and says the same. */
export function checkSame(
  dialect: Dialect,
  { name, head, body }: Exchanged,
  cuts: Iterable<readonly Buffer[]>,
): void {
  const whole = frames(dialect, head, [body]);
  const said = JSON.stringify(deltasOf(whole));
  for (const chunks of [[body], ...cuts]) {
    const cut = frames(dialect, head, chunks);
    if (!bytesOf(cut).equals(body)) throw new Error(`${name}: other bytes`);
    if (JSON.stringify(deltasOf(cut)) !== said) throw new Error(`${name}: other deltas`);
  }
}

export const mark = '"é\n日';

/**
 * Forced through the writer: the same deltas change nothing, others are read back as they were written, and
 * can be taken back.
 */
export function checkWriter(dialect: Dialect, { head, body }: Exchanged): void {
  const writer = dialect.writer(head);
  const written = frames(dialect, head, [body]).map((frame) => {
    assert.equal(writer.edit(frame, [...frame.deltas]), frame, "changed by an edit of nothing");
    const deltas = frame.deltas.map(remarked);
    const changed = writer.edit(frame, deltas);
    assert.deepEqual(said([changed]), textsOf(deltas));
    const back = writer.edit(changed, restored(changed.deltas, frame.deltas));
    assert.deepEqual(jsonOf(back, head), jsonOf(frame, head));
    return changed;
  });
  assert.deepEqual(said(frames(dialect, head, [bytesOf(written)])), said(written));
}

/** Another text of the same kind: arguments stay an object, a piece of them keeps what stands around it. */
export function remarked(delta: Delta): Delta {
  if (!("text" in delta && "pointer" in delta)) return delta;
  if ("isObject" in delta) {
    return { ...delta, text: JSON.stringify({ ...JSON.parse(delta.text), sluice: mark }) };
  }
  if (!("before" in delta)) return { ...delta, text: delta.text + mark };
  if (!String(delta.pointer).endsWith("/stringValue")) return delta;
  const after = "after" in delta ? String(delta.after) : "";
  const said = delta.text.slice(0, delta.text.length - after.length);
  return { ...delta, text: said + JSON.stringify(mark).slice(1, -1) + after };
}

/** What repeats the tokens of a text is gone with it. */
function restored(deltas: readonly Delta[], from: readonly Delta[]): readonly Delta[] {
  const texts = textsOf(from).values();
  return deltas.map((delta) => ("text" in delta ? { ...delta, text: texts.next().value ?? "" } : delta));
}

const said = (frames: readonly Frame[]) => textsOf(deltasOf(frames));
const textsOf = (deltas: readonly Delta[]) =>
  deltas.flatMap((delta) => ("text" in delta ? [delta.text] : []));

/** Of the tokens of a text. */
const repeated: ReadonlySet<string> = new Set(["logprobs", "logprobsResult"]);

function jsonOf({ bytes }: Frame, head: AnswerHead): JsonValue {
  const { value = null } = payloadOf(bytes, head);
  return JSON.parse(JSON.stringify(value, (name, member) => (repeated.has(name) ? undefined : member)));
}

/** Cut off anywhere before `end` it is never taken for whole. */
export function checkCutOff(dialect: Dialect, { name, head, body }: Exchanged, end: number): void {
  for (let place = 0; place < end; place += Math.ceil(end / 200)) {
    const said = read(dialect, head, [body.subarray(0, place)]);
    if (!("kind" in said)) throw new Error(`${name}: whole at ${place} of ${end}`);
    assert.match(said.code, /^upstream_(truncated|malformed)$/);
  }
}

/** Unedited a request is written as it came; under another name only that name differs. */
export function checkRequest(dialect: Dialect, request: JsonValue, head: RequestHead): void {
  const body = Buffer.from(JSON.stringify(request));
  const call = dialect.readCall(body, head);
  if (call.kind === "refusal") throw new Error(call.message);
  assert.equal(dialect.writeCall(call, head, call.model).body, body);
  const renamed = JSON.parse(dialect.writeCall(call, head, "other").body.toString());
  assert.deepEqual({ ...renamed, model: undefined }, { ...Object(request), model: undefined });
}

/** What was used is what the body says, by its vendor's rules; nothing is, where it does not say. */
export function checkUsage(dialect: Dialect, { name, head, body }: Exchanged): void {
  const oracle = usageOracles[dialect.name];
  assert.ok(oracle, `no rules are known for what ${dialect.name} uses`);
  const answer = frames(dialect, head, [body]);
  const pieces = answer.flatMap(({ bytes }): readonly Node[] => {
    const { value } = payloadOf(bytes, head);
    return value === undefined ? [] : ([value].flat() as Node[]);
  });
  const expected = oracle(pieces, head);
  const usage = lastUsage(deltasOf(answer));
  const names = Object.keys(expected ?? usage ?? {});
  const said = usage && Object.fromEntries(names.map((count) => [count, Reflect.get(usage, count)]));
  assert.deepEqual(said, expected, name);
  assert.ok(usage?.isExact ?? true, `${name}: what the body says is exact`);
}

export function lastUsage(deltas: readonly Delta[]): Usage | undefined {
  return deltas.flatMap((delta) => (delta.kind === "usage" ? [delta.usage] : [])).at(-1);
}

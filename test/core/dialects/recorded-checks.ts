// Owns what has to hold of any recorded exchange, whatever its dialect. Knows dialects by their contract
// only.

import { expect } from "vitest";
import type { AnswerHead, Dialect, JsonValue, RequestHead } from "../../../core/contracts/dialect.ts";
import type { Delta, Usage } from "../../../core/contracts/frame.ts";
import { bytesOf, deltasOf, frames, marked, read } from "./answers.ts";

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

/** Forced through the writer: the same deltas change nothing, others are read back as they were written. */
export function checkWriter(dialect: Dialect, { head, body }: Exchanged): void {
  const mark = '"é\n日';
  for (const frame of frames(dialect, head, [body])) {
    expect(dialect.writer(head).edit(frame, [...frame.deltas])).toBe(frame);
    if (!frame.deltas.some((delta) => "text" in delta)) continue;
    const changed = marked(dialect, head, frame, mark);
    expect(changed.deltas.map(textOf)).toEqual(frame.deltas.map((delta) => marking(textOf(delta), mark)));
    const back = dialect.writer(head).edit(changed, frame.deltas);
    expect(jsonOf(back.bytes)).toEqual(jsonOf(frame.bytes));
  }
}

const textOf = (delta: Delta) => ("text" in delta ? delta.text : undefined);
const marking = (text: string | undefined, mark: string) => (text === undefined ? undefined : text + mark);

/** The JSON of a frame: a body, a line, or an event's one line of data. */
function jsonOf(bytes: Buffer): JsonValue {
  return JSON.parse(bytes.toString().replace(/^(event: .*\r?\n)?data: /, ""));
}

/** Cut off anywhere before `end` it is never taken for whole. */
export function checkCutOff(dialect: Dialect, { name, head, body }: Exchanged, end: number): void {
  for (let place = 0; place < end; place += Math.ceil(end / 200)) {
    const said = read(dialect, head, [body.subarray(0, place)]);
    if (!("kind" in said)) throw new Error(`${name}: whole at ${place} of ${end}`);
    expect(["upstream_truncated", "upstream_malformed"]).toContain(said.code);
  }
}

/** Unedited a request is written as it came; under another name only that name differs. */
export function checkRequest(dialect: Dialect, request: JsonValue, head: RequestHead): void {
  const body = Buffer.from(JSON.stringify(request));
  const call = dialect.readCall(body, head);
  if (call.kind === "refusal") throw new Error(call.message);
  expect(dialect.writeCall(call, head, call.model).body).toBe(body);
  const renamed = JSON.parse(dialect.writeCall(call, head, "other").body.toString());
  expect({ ...renamed, model: undefined }).toEqual({ ...Object(request), model: undefined });
}

export function lastUsage(deltas: readonly Delta[]): Usage | undefined {
  return deltas.flatMap((delta) => (delta.kind === "usage" ? [delta.usage] : [])).at(-1);
}

// Owns what has to hold of a stream that is ended early, wherever it is cut. Knows dialects by their contract
// only.

import assert from "node:assert/strict";
import type { AnswerHead, Dialect } from "../../../core/contracts/dialect.ts";
import { type Delta, type Frame, noUsage, type Usage } from "../../../core/contracts/frame.ts";
import { bytesOf, deltasOf, frames, read } from "./answers.ts";
import { type Payload, payloadOf } from "./payloads.ts";
import type { Exchanged } from "./recorded-checks.ts";

/** Says what is wrong with a whole stream as its vendor's clients read it; nothing where it is well. */
export type Grammar = (payloads: readonly Payload[], bytes: readonly Buffer[]) => void;

/** As many cuts of one stream, at most. */
const cutsMax = 60;

export const usage: Usage = { ...noUsage, inputTokens: 31, outputTokens: 7 };

/** Cut after any of its frames and ended here, it reads as whole, and says what it said before the cut. */
export function checkEndings(dialect: Dialect, exchanged: Exchanged, grammar: Grammar): number {
  const all = frames(dialect, exchanged.head, [exchanged.body]);
  const step = Math.ceil(all.length / cutsMax);
  let ended = 0;
  for (let cut = 0; cut <= all.length; cut += step) {
    try {
      if (checkEnding(dialect, exchanged.head, { released: all.slice(0, cut), grammar })) ended++;
    } catch (error) {
      throw new Error(`${exchanged.name}, cut after ${cut} of ${all.length}`, { cause: error });
    }
  }
  return ended;
}

interface Cut {
  readonly released: readonly Frame[];
  readonly grammar: Grammar;
}

function checkEnding(dialect: Dialect, head: AnswerHead, { released, grammar }: Cut): boolean {
  const writer = dialect.writer(head);
  for (const frame of released) writer.note?.(frame);
  const end = writer.end("length", usage);
  const before = deltasOf(released);
  if (end.length === 0) {
    assert.ok(!before.some(isSaid), "something was said, and cannot be ended");
    return false;
  }
  const bytes = bytesOf([...released, ...end]);
  if (bytesOf(end).length === 0) {
    assert.ok(!("kind" in read(dialect, head, [bytesOf(released)])), "taken for whole");
    return false;
  }
  const whole = read(dialect, head, [bytes]);
  if ("kind" in whole) throw new Error(whole.code);
  assert.deepEqual(deltasOf(whole).slice(0, before.length), before, "other words before");
  grammar(
    whole.map((frame) => payloadOf(frame.bytes, head)),
    whole.map((frame) => frame.bytes),
  );
  const after = deltasOf(whole)
    .slice(before.length)
    .filter((delta) => !isRepeated(delta));
  assert.deepEqual(after.map(counted), deltasOf(end), "reads otherwise than it says");
  checkEnds(before, deltasOf(end));
  return true;
}

/** Every choice that was spoken on has an end, and ours only where it had none. */
function checkEnds(before: readonly Delta[], after: readonly Delta[]): void {
  const spoken = new Set(before.flatMap((delta) => ("channel" in delta ? [choiceOf(delta.channel)] : [])));
  const [ended, ours] = [before, after].map(endedIn) as [string[], string[]];
  for (const choice of spoken)
    assert.ok(ended.includes(choice) || ours.includes(choice), `no end of ${choice}`);
  for (const choice of ours) assert.ok(!ended.includes(choice), `another end of ${choice}`);
  assert.equal(new Set(ours).size, ours.length);
  assert.ok(after.every((delta) => delta.kind !== "end" || delta.stop === "length"));
}

function endedIn(deltas: readonly Delta[]): string[] {
  return deltas.flatMap((delta) => (delta.kind === "end" ? [choiceOf(delta.channel)] : []));
}

function choiceOf(channel: string): string {
  return channel.split("/")[0] ?? "";
}

/** Thoughts and searches may have been counted before: what is said later adds to them. */
function counted(delta: Delta): Delta {
  if (delta.kind !== "usage") return delta;
  return { ...delta, usage: { ...delta.usage, reasoningTokens: 0, webSearches: 0 } };
}

/** What was said before, once more as a whole; log probabilities are never said for the first time here. */
function isRepeated(delta: Delta): boolean {
  return delta.kind === "logprobs" || ("mode" in delta && delta.mode === "snapshot");
}

function isSaid(delta: Delta): boolean {
  return delta.kind !== "usage" && delta.kind !== "error";
}

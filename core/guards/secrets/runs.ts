// Owns finding long runs of characters fast: in prose there are none, and most texts are prose. Knows no
// secret.

import { isBreak } from "./characters.ts";

/** The shortest token of a form, in characters that stand together. */
export const runMin = 20;

export interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * Four characters are looked at in one step, on a copy of the text as bytes: a run of 20 without white space
 * holds four such steps in a row. What the copy cannot tell (other signs that break a run, characters beyond
 * Latin-1) the text itself is asked for.
 */
const scratch = Buffer.allocUnsafeSlow(65_536);
const steps = new Int32Array(scratch.buffer);
const stepSize = 4;
const stepsOfRun = runMin / stepSize - 1;
const overlap = runMin + stepSize;
const none: readonly Run[] = [];

/** All of at least that length between two places, in order. */
export function findRuns(text: string, from: number, to: number): readonly Run[] {
  if (to - from < runMin) return none;
  let found: Run[] | undefined;
  let last = from;
  for (let at = from; at < to; at += scratch.length - overlap) {
    const isAll = at === 0 && to === text.length;
    const part = isAll && to <= scratch.length ? text : text.slice(at, Math.min(to, at + scratch.length));
    const count = scratch.write(part, 0, part.length, "latin1") >> 2;
    for (let step = stepsOfRun - 1; step < count; step += stepsOfRun) {
      if (!isSolid(steps[step] ?? 0) || !isLong(step, count)) continue;
      const place = Math.max(at + step * stepSize, last);
      const start = startOf(text, place, last);
      const end = endOfSolid(text, place, to);
      found ??= [];
      addRuns(found, { text, start, end });
      last = end;
      step = Math.max(step, Math.floor((end - at) / stepSize / stepsOfRun) * stepsOfRun - 1);
    }
    if (at + scratch.length >= to) break;
  }
  return found ?? none;
}

/** None of its four bytes is white space or a control character. */
const isSolid = (step: number): boolean => (((step - 0x21212121) | 0) & ~step & 0x80808080) === 0;

/** With its neighbours, as many as a run holds. */
function isLong(step: number, count: number): boolean {
  let first = step;
  while (first > 0 && step - first < stepsOfRun && isSolid(steps[first - 1] ?? 0)) first -= 1;
  let last = step;
  while (last + 1 < count && last - first + 1 < stepsOfRun && isSolid(steps[last + 1] ?? 0)) last += 1;
  return last - first + 1 >= stepsOfRun;
}

function startOf(text: string, from: number, bound: number): number {
  let at = from;
  while (at > bound && text.charCodeAt(at - 1) > 32) at -= 1;
  return at;
}

function endOfSolid(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) > 32) at += 1;
  return at;
}

/** The runs of a stretch without white space: other signs may break it. */
function addRuns(found: Run[], { text, start, end }: { text: string; start: number; end: number }): void {
  let from = start;
  while (from + runMin <= end) {
    let at = from + runMin - 1;
    while (at >= from && !isBreak(text.charCodeAt(at))) at -= 1;
    if (at >= from) {
      from = at + 1;
      continue;
    }
    let to = from + runMin;
    while (to < end && !isBreak(text.charCodeAt(to))) to += 1;
    found.push({ start: from, end: to });
    from = to;
  }
}

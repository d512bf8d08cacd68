// Owns reading a text with a guard for tests: whole, in pieces, against the clock. Knows no detector.

import fc from "fast-check";
import { expect } from "vitest";
import type {
  Detector,
  Finding,
  Guard,
  GuardMeans,
  TextSource,
  Unable,
} from "../../../core/contracts/guard.ts";
import type { JsonObject } from "../../../core/contracts/json.ts";

export const source: TextSource = { stage: "llm.request", role: "user", kind: "text" };
export const answer: TextSource = { stage: "llm.answer", role: "assistant", kind: "text" };
const means: GuardMeans = { directory: "/", environment: {} };

export const guardOf = (detector: Detector, config: JsonObject = {}): Guard => detector.create(config, means);

/** All findings of a text that is pushed in these pieces; what the contract asks of each is checked. */
export function readPieces(guard: Guard, pieces: readonly string[], from: TextSource = source): Finding[] {
  const scanner = guard.scan(from);
  if (scanner === undefined) return [];
  const all: Finding[] = [];
  let decided = 0;
  let pushed = 0;
  for (const piece of pieces) {
    const scan = scanner.push(piece);
    pushed += piece.length;
    for (const finding of scan.findings) expect(finding.start).toBeGreaterThanOrEqual(decided);
    expect(scan.decided).toBeGreaterThanOrEqual(decided);
    expect(scan.decided).toBeLessThanOrEqual(pushed);
    decided = scan.decided;
    all.push(...scan.findings);
  }
  const last = scanner.end();
  if (isLater(last) || isUnable(last)) throw new Error("it does not decide at once");
  for (const finding of last) if (finding.end > 0) expect(finding.start).toBeGreaterThanOrEqual(decided);
  return sortFindings([...all, ...last]);
}

const isLater = (last: unknown): last is Promise<unknown> => last instanceof Promise;
const isUnable = (last: readonly Finding[] | Unable): last is Unable => "kind" in last;

export const readAll = (guard: Guard, text: string, from?: TextSource): Finding[] =>
  readPieces(guard, [text], from);

export const sortFindings = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort(
    (one, other) => one.start - other.start || one.end - other.end || (one.type < other.type ? -1 : 1),
  );

/** `type: what it covers`, in order. */
export const told = (guard: Guard, text: string, from?: TextSource): string[] =>
  readAll(guard, text, from).map(({ type, start, end }) => `${type}: ${text.slice(start, end)}`);

/** However a text is cut, the findings are the same. */
export function expectCutsAlike(
  guard: Guard,
  text: string,
  cuts: readonly number[],
  from?: TextSource,
): void {
  const places = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const pieces = places.slice(1).map((end, at) => text.slice(places[at], end));
  expect(readPieces(guard, pieces, from)).toEqual(readAll(guard, text, from));
}

/** One unit at a time, too. */
export function expectUnitsAlike(guard: Guard, text: string, from?: TextSource): void {
  expect(readPieces(guard, text.split(""), from)).toEqual(readAll(guard, text, from));
}

/** Texts out of such parts, in any order, with any gaps, and places to cut them at. */
export const textsOf = (parts: readonly string[]): fc.Arbitrary<[string, number[]]> =>
  fc.tuple(
    fc
      .array(fc.tuple(fc.constantFrom(...parts), fc.constantFrom("", " ", "\n", ", ", '"', ".")), {
        maxLength: 14,
      })
      .map((words) => words.flat().join("")),
    fc.array(fc.nat(4_000), { maxLength: 12 }),
  );

/** Milliseconds for a text pushed in pieces of that size. */
export function timeOf(guard: Guard, text: string, size = 8_192): number {
  const scanner = guard.scan(source);
  const begun = performance.now();
  for (let at = 0; at < text.length; at += size) scanner?.push(text.slice(at, at + size));
  scanner?.end();
  return performance.now() - begun;
}

/**
 * Ten times the text takes no more than thirty times as long; were it the square, a hundred. Of three tries,
 * as others work on the same machine.
 */
export function expectLinear(guard: Guard, unit: string, lengthMax = 1_000_000): void {
  const short = unit.repeat(Math.ceil(lengthMax / 10 / unit.length));
  const long = unit.repeat(Math.ceil(lengthMax / unit.length));
  timeOf(guard, short);
  const isLinear = () => timeOf(guard, long) < 30 * Math.max(timeOf(guard, short), 8);
  expect(isLinear() || isLinear() || isLinear(), JSON.stringify(unit.slice(0, 40))).toBe(true);
}

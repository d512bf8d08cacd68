// Owns compiling the policy's own patterns by RE2, which throws, and how long their matches can be. Knows no
// text.

import { RE2JS, RE2Set } from "re2js";

export interface PatternSource {
  readonly regex: string;
  /** `i`, `m` and `s`, in any order. */
  readonly flags: string;
}

export interface CompiledPattern {
  readonly re2: RE2JS;
  /** The same where the text goes on: its end is nowhere. */
  readonly inner: RE2JS;
  /** UTF-16 units that a match can have; infinite where something repeats without bound. */
  readonly lengthMax: number;
}

/** Of a program; a pattern this large is a list of words, and belongs into one. */
const programMax = 20_000;

const ops = { alt: 1, altMatch: 2, capture: 3, emptyWidth: 4, fail: 5, match: 6, nop: 7 } as const;
const endOfText = 8;

interface Instruction {
  op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: Int32Array;
}

const withFlags = ({ regex, flags }: PatternSource): string => (flags === "" ? regex : `(?${flags})${regex}`);

/** What is wrong with it, where it cannot be had. */
export function compilePattern(source: PatternSource): CompiledPattern | string {
  try {
    const re2 = RE2JS.compile(withFlags(source));
    if (re2.programSize() > programMax) return "is too large";
    if (re2.test("")) return "matches an empty text";
    const { inst, start } = programOf(re2);
    return { re2, inner: withoutEnd(re2, source), lengthMax: longestFrom(inst, start) };
  } catch (error) {
    return error instanceof Error ? error.message : "cannot be compiled";
  }
}

const programOf = (re2: RE2JS) =>
  re2.re2().prog as unknown as { readonly inst: readonly Instruction[]; readonly start: number };

/** In a part of a text the part's end would be taken for the text's. */
function withoutEnd(re2: RE2JS, source: PatternSource): RE2JS {
  const asksEnd = ({ op, arg }: Instruction): boolean => op === ops.emptyWidth && (arg & endOfText) !== 0;
  if (!programOf(re2).inst.some(asksEnd)) return re2;
  const inner = RE2JS.compile(withFlags(source));
  for (const instruction of programOf(inner).inst) if (asksEnd(instruction)) instruction.op = ops.fail;
  // Made of the program before it was changed.
  Object.assign(inner.re2(), { onepass: null });
  return inner;
}

/** All of them in one automaton: tells which ones match anywhere in a text, in one pass. */
export function compileSet(sources: readonly PatternSource[]): (text: string) => readonly number[] {
  const set = new RE2Set();
  for (const source of sources) set.add(withFlags(source));
  set.compile();
  return (text) => set.match(text);
}

/** The longest way through the program; a way that comes back to itself has no end. */
function longestFrom(inst: readonly Instruction[], start: number): number {
  const known = new Map<number, number>();
  const pathNow = new Set<number>();
  const stack = [start];
  while (stack.length > 0) {
    const at = stack.at(-1) ?? 0;
    if (known.has(at)) {
      stack.pop();
      continue;
    }
    pathNow.add(at);
    const next = nextOf(inst[at]).filter((to) => !known.has(to));
    if (next.some((to) => pathNow.has(to))) return Number.POSITIVE_INFINITY;
    if (next.length > 0) {
      stack.push(...next.slice(0, 1));
      continue;
    }
    const lengths = nextOf(inst[at]).map((to) => known.get(to) ?? 0);
    known.set(at, Math.max(0, ...lengths) + unitsOf(inst[at]));
    pathNow.delete(at);
    stack.pop();
  }
  return known.get(start) ?? 0;
}

function nextOf(instruction: Instruction | undefined): readonly number[] {
  if (instruction === undefined) return [];
  const { op, out, arg } = instruction;
  if (op === ops.fail || op === ops.match) return [];
  return op === ops.alt || op === ops.altMatch ? [out, arg] : [out];
}

/** Characters beyond the first plane take two. */
function unitsOf(instruction: Instruction | undefined): number {
  if (instruction === undefined || instruction.op <= ops.nop) return 0;
  const { runes } = instruction;
  const last = runes.length === 0 ? 0x10ffff : (runes.at(-1) ?? 0);
  return last > 0xffff ? 2 : 1;
}

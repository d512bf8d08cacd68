// Owns making a pattern ready to be matched in linear time: the one user of the engine, which throws. Knows
// no schema.

import { RE2JS } from "re2js";
import { type Translated, translatePattern, type Untranslatable } from "./translate.ts";

export interface Pattern {
  readonly kind: "pattern";
  readonly weight: number;
  test(text: string): boolean;
}

/** Signs times the pattern's weight: past it a text does not match, as the time grows with both. */
const stepsMax = 10_000_000;

/** One sign, so often, from start to end: the most frequent way to say how long a text may be. */
const counted = /^\^(\.|\[(?:[^\]\\]|\\.)+\]|\\[dwsDWS]|\\[pP]\{[^}]*\})\{(\d+)(?:(,)(\d*))?\}\$$/u;

export function compilePattern(pattern: string): Pattern | Untranslatable {
  const [, sign, least, comma, most] = counted.exec(pattern) ?? [];
  if (sign === undefined) return compileAny(pattern);
  const to = comma === undefined ? least : most;
  const [from, till] = [Number(least), to === "" ? Number.POSITIVE_INFINITY : Number(to)];
  const every = compileAny(`^${sign}*$`);
  if (every.kind === "untranslatable" || till < from) return compileAny(pattern);
  return { ...every, test: (subject) => isBetween(subject, from, till) && every.test(subject) };
}

/** In code points. */
function isBetween(text: string, from: number, till: number): boolean {
  if (text.length < from || text.length > till * 2) return false;
  let count = 0;
  for (const _ of text) count += 1;
  return count >= from && count <= till;
}

function compileAny(pattern: string): Pattern | Untranslatable {
  const translated = translatePattern(pattern);
  return translated.kind === "untranslatable" ? translated : ready(translated);
}

/** Where each place has to be tried: the time is the square of it. Longer texts do not match. */
const triedCharsMax = 512;

function ready(translated: Translated): Pattern | Untranslatable {
  const { text, conditions, isAnywhere, weight } = translated;
  try {
    const compiled = RE2JS.compile(text);
    const others = conditions.map((each) => ({ ahead: RE2JS.compile(each.text), isMet: each.isMet }));
    const holds = (subject: string): boolean =>
      subject.length * weight <= stepsMax &&
      compiled.test(subject) &&
      others.every(({ ahead, isMet }) => ahead.test(subject) === isMet);
    const test = isAnywhere ? (subject: string) => holdsSomewhere(subject, holds) : holds;
    return { kind: "pattern", weight, test };
  } catch (error) {
    return { kind: "untranslatable", because: error instanceof Error ? error.message : "is none" };
  }
}

function holdsSomewhere(subject: string, holds: (rest: string) => boolean): boolean {
  if (subject.length > triedCharsMax) return false;
  for (let at = 0; at <= subject.length; at += (subject.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
    if (holds(subject.slice(at))) return true;
  }
  return false;
}

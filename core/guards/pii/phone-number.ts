// Owns how a phone number is written: its groups, the signs between them, its plus sign and extension. Knows
// no plan and no word.

import { type Groups, isInRow, leftEdge } from "./groups.ts";
import type { Sight } from "./match.ts";
import { isAlnum } from "./signs.ts";

/** A candidate: its digits, the lengths of its groups, the signs between them. */
export interface PhoneNumber {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  readonly lengths: readonly number[];
  readonly gaps: readonly string[];
  readonly isInternational: boolean;
  /** One sign between two groups, the same one all through behind the first: as numbers are printed. */
  readonly isTidy: boolean;
}

export const digitsMax = 15;
const digitsMin = 5;
/** `00` before the country. */
const prefixUnits = 2;
/** In the midst of a row of longer ones a number may start. */
const rowUnitsMax = 4;
const gapsAllowed = new Set(["_", "-", ".", "/", ")", "(", ")-", "(_", ")(", "-(", ").", ")/", "/("]);
const extension = / ?(?:ext(?:ension|n)?\.?|x|#|доб\.?|int\.) ?\d{1,6}/iy;
const extensionUnitsMax = 12;
const endsInExtension = /^(\d{2,})x\d{1,6}$/i;

export function readNumber(sight: Sight): PhoneNumber | "wait" | undefined {
  const { text, groups } = sight;
  if (groups.kindOf(0) === "a") return undefined;
  if (groups.digits < digitsMin || isInRow(text, groups, rowUnitsMax)) return undefined;
  const start = startOf(text, groups.startOf(0), sight.floor);
  if (start === undefined) return undefined;
  let count = 0;
  let total = 0;
  for (; count < groups.count && groups.kindOf(count) === "d"; count++) {
    if (count > 0 && !isJoined(groups, count)) break;
    total += groups.lengthOf(count);
  }
  if (groups.isOpen && count >= groups.count - 1) return "wait";
  const tail = readTail(text, groups, count);
  if (tail !== undefined) return numberOf(groups, { start, count: count + 1, text, tail });
  const first = firstOfTwo(groups, count);
  if (first < count) {
    total = 0;
    for (count = 0; count < first; count++) total += groups.lengthOf(count);
  }
  while (count > 1 && total > digitsMax + prefixUnits && groups.gapOf(count - 1) === "_")
    total -= groups.lengthOf(--count);
  if (total < digitsMin || total > digitsMax + prefixUnits) return undefined;
  const end = groups.endOf(count - 1);
  if (!sight.isLast && text.length < end + extensionUnitsMax) return "wait";
  extension.lastIndex = end;
  const found = extension.exec(text)?.[0].length ?? 0;
  return numberOf(groups, { start, count, text, tail: { end: end + found, digits: undefined } });
}

/** Where it starts with its plus sign and parenthesis; undefined: it is the middle of something. */
function startOf(text: string, start: number, floor: number): number | undefined {
  let at = start;
  const before = text.charAt(start - 1);
  if (before === "+" || before === "(") at--;
  if (at < start && text.charAt(at - 1) === (before === "+" ? "(" : "+")) at--;
  if (at < floor) at = start;
  const left = text.charCodeAt(at - 1);
  if (at < start && before === "+" && at > 0 && isAlnum(left)) return undefined;
  const edge = leftEdge(text, at);
  return edge === "tied" || text.charAt(at - 1) === "$" ? undefined : at;
}

interface Tail {
  readonly end: number;
  /** Of the last group, without its extension. */
  readonly digits: string | undefined;
}

/** `2851x818`: the last group holds its extension. */
function readTail(text: string, groups: Groups, count: number): Tail | undefined {
  if (groups.kindOf(count) !== "x" || (count > 0 && !isJoined(groups, count))) return undefined;
  const found = endsInExtension.exec(text.slice(groups.startOf(count), groups.endOf(count)));
  return found === null ? undefined : { end: groups.endOf(count), digits: found[1] };
}

/** Two numbers with a blank between them, each with other signs inside: the first one's groups. */
function firstOfTwo(groups: Groups, count: number): number {
  let total = 0;
  let isJoined = false;
  for (let at = 0; at < count; at++) {
    const gap = groups.gapOf(at);
    if (at > 0 && gap === "_" && isJoined && total >= 7) return at;
    if (at > 0 && (gap === "-" || gap === ".")) isJoined = true;
    total += groups.lengthOf(at);
  }
  return count;
}

interface Cut {
  readonly start: number;
  readonly count: number;
  readonly text: string;
  readonly tail: Tail;
}

function numberOf(groups: Groups, { start, count, text, tail }: Cut): PhoneNumber {
  let digits = "";
  const lengths: number[] = [];
  const isInternational = text.slice(start, groups.startOf(0)).includes("+");
  for (let at = 0; at < count; at++) {
    const isLast = at === count - 1;
    const group = (isLast ? tail.digits : undefined) ?? text.slice(groups.startOf(at), groups.endOf(at));
    const isTrunk = isInternational && group === "0" && groups.gapOf(at).includes("(");
    if (!isTrunk) digits += group;
    lengths.push(group.length);
  }
  const gaps = lengths.slice(1).map((_, at) => groups.gapOf(at + 1));
  const isOpened = text[start] === "(";
  const isClosed = gaps.some((gap) => gap.includes(")"));
  const isTidy = isOpened === isClosed && areTidy(groups, gaps);
  const from = isOpened && !isClosed ? start + 1 : start;
  return { start: from, end: tail.end, digits, lengths, gaps, isInternational, isTidy };
}

/** Where the signs before were single ones, several are between two things. */
function isJoined(groups: Groups, at: number): boolean {
  const gap = groups.gapOf(at);
  if (!gapsAllowed.has(gap)) return false;
  return at < 2 || gap.includes("(") || gap.includes(")") || unitsOf(groups, at) <= unitsOf(groups, 1);
}

const unitsOf = (groups: Groups, at: number) =>
  groups.gapOf(at).length > 1 ? 3 : groups.startOf(at) - groups.endOf(at - 1);

function areTidy(groups: Groups, gaps: readonly string[]): boolean {
  const rest = gaps.slice(1);
  if (rest.some((gap) => gap !== rest[0] || gap === "(" || gap === ")")) return false;
  if (gaps[0] !== rest[0] && (gaps[0] === "." || rest[0] === ".") && rest.length > 0 && gaps[0] !== ")")
    return false;
  return gaps.every((gap, at) => gap.includes(")") || groups.startOf(at + 1) - groups.endOf(at) === 1);
}

// Owns phone numbers: international ones anywhere, national ones where words near them or the plan of a
// region speak for them. Knows no other kind.

import { type Groups, isInRow, leftEdge, rightEdge } from "./groups.ts";
import { faint, type Match, type Sight, type Verdict } from "./match.ts";
import type { PhonePlans } from "./phone-plans.ts";
import { isAlnum } from "./signs.ts";
import { kind } from "./words.ts";

export interface PhoneSettings {
  readonly plans: PhonePlans;
  readonly regions: readonly string[];
  /** Whether the settings name the regions: their numbers are expected. */
  readonly areExpected: boolean;
}

/** A candidate: its groups' lengths, its digits. */
interface Number {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  readonly lengths: readonly number[];
  readonly gaps: readonly string[];
  readonly isInternational: boolean;
}

const digitsMin = 5;
const plausibleMin = 6;
/** In the midst of a row of longer ones a number may start. */
const rowUnitsMax = 4;
/** `555-0132 (office)`, `555-0132 – mobile`. */
const behindUnitsMax = 3;
const digitsMax = 15;
const gapsAllowed = new Set(["_", "-", ".", "/", ")", "(", ")-", "(_", ")(", "-(", ").", ")/", "/("]);
const extension = / ?(?:ext(?:ension|n)?\.?|x|#|доб\.?|int\.) ?\d{1,6}/iy;
const endsInExtension = /^(\d{2,})x\d{1,6}$/i;

export function phone({ plans, regions, areExpected }: PhoneSettings): (sight: Sight) => Verdict {
  const isNational = plans.isNational(regions);
  return (sight) => {
    const number = readNumber(sight);
    if (number === "wait" || number === undefined) return number;
    const edge = rightEdge(sight.text, number.end, sight.isLast);
    if (edge === "wait") return "wait";
    if (edge === "tied" || isOfOtherForm(number)) return undefined;
    const score = number.isInternational
      ? scoreInternational(sight, number, plans)
      : scoreNational(sight, number, { plans, isNational, areExpected });
    if (score === "wait") return "wait";
    return score === 0 ? undefined : asMatch(number, score);
  };
}

const asMatch = ({ start, end }: Number, score: number): Match => ({
  type: "phone",
  start,
  end,
  score,
  method: "pattern",
});

function readNumber(sight: Sight): Number | "wait" | undefined {
  const { text, groups } = sight;
  if (groups.kindOf(0) === "a") return undefined;
  if (groups.digits < digitsMin || isInRow(text, groups, rowUnitsMax)) return undefined;
  const start = startOf(text, groups.startOf(0), sight.floor);
  if (start === undefined) return undefined;
  let count = 0;
  let total = 0;
  for (; count < groups.count && groups.kindOf(count) === "d"; count++) {
    if (count > 0 && !gapsAllowed.has(groups.gapOf(count))) break;
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
  while (count > 1 && total > digitsMax + 2 && groups.gapOf(count - 1) === "_")
    total -= groups.lengthOf(--count);
  if (total < digitsMin || total > digitsMax + 2) return undefined;
  const end = groups.endOf(count - 1);
  if (!sight.isLast && text.length < end + 12) return "wait";
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
  if (groups.kindOf(count) !== "x" || (count > 0 && !gapsAllowed.has(groups.gapOf(count)))) return undefined;
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

function numberOf(groups: Groups, { start, count, text, tail }: Cut): Number {
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
  const isClosed = text[start] !== "(" || gaps.some((gap) => gap.includes(")"));
  return { start: isClosed ? start : start + 1, end: tail.end, digits, lengths, gaps, isInternational };
}

/** Dates, spans of years, fractions, addresses of machines. */
function isOfOtherForm({ lengths, gaps, digits, isInternational }: Number): boolean {
  // `(290.454` in a table; zeros and ones.
  if (gaps.some((gap, at) => gap.includes("(") && !gaps.slice(at + 1).some((other) => other.includes(")"))))
    return true;
  if (isInternational) return false;
  if (/^[01]+$/.test(digits)) return true;
  const shape = lengths.join("-");
  const isOneSign = gaps.every((gap) => gap === gaps[0]);
  if (/^(?:4-[12]-[12]|[12]-[12]-4)$/.test(shape) && isOneSign) return true;
  if (shape === "4-4" && /^(?:1[89]|20)\d\d(?:1[89]|20)/.test(digits)) return true;
  if (lengths.length === 2 && gaps[0] === "." && shape !== "3-4") return true;
  return lengths.length === 4 && gaps.every((gap) => gap === ".") && lengths.every((length) => length <= 3);
}

function scoreInternational(sight: Sight, { digits, lengths, start }: Number, plans: PhonePlans): number {
  const standing = plans.international(digits);
  if (standing === "valid") return 0.95;
  if (digits.length < 8 || digits.length > digitsMax) return 0;
  if (lengths.length >= 3 || (standing === "possible" && lengths.length > 1)) return 0.6;
  const { kinds } = sight.nearby.before(start);
  return (kinds & (kind.phone | kind.phoneHint)) === 0 ? faint : 0.6;
}

interface Standing {
  readonly plans: PhonePlans;
  readonly areExpected: boolean;
  isNational(digits: string): boolean;
}

function scoreNational(
  sight: Sight,
  number: Number,
  { plans, isNational, areExpected }: Standing,
): number | "wait" {
  const isShort = areExpected && number.lengths.length === 1 && number.digits.length < 7;
  if (!isPlausible(number) && !(isShort && isNational(number.digits))) return 0;
  const before = sight.nearby.before(number.start).kinds;
  if ((before & kind.phone) !== 0) return 0.8;
  const after = sight.nearby.after(number.end);
  if (after.isWait) return "wait";
  if ((after.kinds & (kind.phone | kind.phoneBehind)) !== 0 && after.distance <= behindUnitsMax) return 0.8;
  if ((before & kind.other) !== 0) return 0;
  const isDialled = /^(?:00|011)/.test(number.digits);
  if (isDialled && plans.international(number.digits.replace(/^(?:00|011)/, "")) === "valid") return 0.7;
  const isHinted = (before & kind.phoneHint) !== 0;
  if (isHinted && isGrouped(number)) return 0.6;
  const isTrunk = number.digits.startsWith("0") && !isDialled && number.digits.length > 8;
  if (number.lengths.length === 1) {
    if (!isTrunk || !isNational(number.digits)) return faint;
    return isHinted ? 0.6 : areExpected ? 0.5 : faint;
  }
  if (isListed(sight.text, number.start) || leftEdge(sight.text, number.start) !== "free") return faint;
  return scoreAlone(number, { isNational, areExpected });
}

function isPlausible({ digits, lengths }: Number): boolean {
  if (digits.length < plausibleMin || digits.length > digitsMax || lengths.length > 7) return false;
  const [first = 0] = lengths;
  if (lengths.length === 1) return first >= 7 && first <= 13;
  const max = lengths.length === 2 ? 9 : 7;
  return lengths.every((length) => length <= max) && lengths.filter((length) => length === 1).length <= 2;
}

const isGrouped = ({ digits, lengths }: Number) =>
  lengths.length > 2 || (lengths.length === 2 && digits.length >= 7);

/** One of a row of numbers with commas between them. */
const isListed = (text: string, start: number) => /\d, ?$/.test(text.slice(Math.max(0, start - 3), start));

/** Nothing near it speaks for a phone number: its form has to. */
function scoreAlone(
  { lengths, gaps, digits }: Number,
  { isNational, areExpected }: Pick<Standing, "isNational" | "areExpected">,
): number {
  if (digits.length < 8) return faint;
  const isSigned = gaps.some((gap) => gap !== "_");
  const shape = lengths.join("-");
  const isNorthAmerican = /^(?:1-)?3-3-4$/.test(shape) && isSigned && gaps.every((gap) => gap !== "/");
  const isValid = isNational(digits);
  if (isValid && isNorthAmerican) return 0.7;
  if (isNorthAmerican && gaps[gaps.length - 1] === "-" && /^1?[2-9]/.test(digits)) return 0.5;
  if (!isValid || isCounting(lengths, digits)) return faint;
  // `25.1.8937393` is a version.
  if (lengths.some((length, index) => length === 1 && index > 0)) return faint;
  return isSigned || digits.startsWith("0") || (areExpected && lengths.length > 2) ? 0.55 : faint;
}

/** `01 02 03 04 05`. */
function isCounting(lengths: readonly number[], digits: string): boolean {
  let at = 0;
  const values: number[] = [];
  for (const length of lengths) {
    values.push(Number.parseInt(digits.slice(at, at + length), 10));
    at += length;
  }
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  return (
    values.length > 2 &&
    values.every((value, index) => index === 0 || value - (values[index - 1] ?? 0) === step)
  );
}

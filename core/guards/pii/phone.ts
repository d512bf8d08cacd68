// Owns phone numbers: international ones anywhere, national ones where words near them or the plan of a
// region speak for them. Knows no other kind.

import { leftEdge, rightEdge } from "./groups.ts";
import { faint, type Match, type Sight, type Verdict } from "./match.ts";
import { digitsMax, type PhoneNumber, readNumber } from "./phone-number.ts";
import type { PhonePlans } from "./phone-plans.ts";
import { kind } from "./words.ts";

export interface PhoneSettings {
  readonly plans: PhonePlans;
  readonly regions: readonly string[];
  /** Whether the settings name the regions: their numbers are expected. */
  readonly areExpected: boolean;
}

const plausibleMin = 6;
const aloneMin = 9;
/** `555-0132 (office)`, `555-0132 – mobile`. */
const behindUnitsMax = 3;

export function phone({ plans, regions, areExpected }: PhoneSettings): (sight: Sight) => Verdict {
  const isNational = plans.isNational(regions);
  return (sight) => {
    const number = readNumber(sight);
    if (number === "wait" || number === undefined) return number;
    const edge = rightEdge(sight.text, number.end, sight);
    if (edge === "wait") return "wait";
    if (edge === "tied" || isOfOtherForm(number)) return undefined;
    const score = number.isInternational
      ? scoreInternational(sight, number, plans)
      : scoreNational(sight, number, { plans, isNational, areExpected });
    if (score === "wait") return "wait";
    return score === 0 ? undefined : asMatch(number, score);
  };
}

const asMatch = ({ start, end }: PhoneNumber, score: number): Match => ({
  type: "phone",
  start,
  end,
  score,
  method: "pattern",
});

/** Dates, spans of years, fractions, addresses of machines. */
function isOfOtherForm({ lengths, gaps, digits, isInternational }: PhoneNumber): boolean {
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

function scoreInternational(
  sight: Sight,
  { digits, lengths, start }: PhoneNumber,
  plans: PhonePlans,
): number {
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
  number: PhoneNumber,
  { plans, isNational, areExpected }: Standing,
): number | "wait" {
  const isShort = areExpected && number.lengths.length === 1 && number.digits.length < 7;
  if (!isPlausible(number) && !(isShort && isNational(number.digits))) return 0;
  const before = sight.nearby.before(number.start);
  if ((before.kinds & kind.phone) !== 0) return 0.8;
  const after = sight.nearby.after(number.end);
  if (after.isWait) return "wait";
  if ((after.kinds & (kind.phone | kind.phoneBehind)) !== 0 && after.distance <= behindUnitsMax) return 0.8;
  if ((before.kinds & kind.other) !== 0) return 0;
  const isDialled = /^(?:00|011)/.test(number.digits);
  if (isDialled && plans.international(number.digits.replace(/^(?:00|011)/, "")) === "valid") return 0.7;
  const isHinted = (before.kinds & kind.phoneHint) !== 0;
  if (isHinted && isGrouped(number)) return 0.6;
  // "My number is", and nothing says of what.
  if (before.kinds === kind.number && before.rules.length === 0 && isLong(number)) {
    return plans.isAnywhere(number.digits) && !isCounting(number.lengths, number.digits) ? 0.5 : faint;
  }
  const isTrunk = number.digits.startsWith("0") && !isDialled && number.digits.length > 8;
  if (number.lengths.length === 1) {
    if (!isTrunk || !isNational(number.digits)) return faint;
    return isHinted ? 0.6 : areExpected ? 0.5 : faint;
  }
  if (!number.isTidy || isListed(sight.text, number.start) || leftEdge(sight.text, number.start) !== "free")
    return faint;
  return scoreAlone(number, { isNational, areExpected });
}

function isPlausible({ digits, lengths }: PhoneNumber): boolean {
  if (digits.length < plausibleMin || digits.length > digitsMax || lengths.length > 7) return false;
  const [first = 0] = lengths;
  if (lengths.length === 1) return first >= 7 && first <= 13;
  const max = lengths.length === 2 ? 9 : 7;
  return lengths.every((length) => length <= max) && lengths.filter((length) => length === 1).length <= 2;
}

const isGrouped = ({ digits, lengths, isTidy }: PhoneNumber) =>
  isTidy && (lengths.length > 2 || (lengths.length === 2 && digits.length >= 7));

/** In three groups, or dialled with a zero: pages are in two. */
const isLong = (number: PhoneNumber) =>
  isGrouped(number) && (number.lengths.length > 2 || number.digits.startsWith("0"));

/** One of a row of numbers with commas or blanks between them. */
const isListed = (text: string, start: number) =>
  /\d(?:,| |, )$/.test(text.slice(Math.max(0, start - 3), start));

/** Nothing near it speaks for a phone number: its form has to. */
function scoreAlone(
  { lengths, gaps, digits }: PhoneNumber,
  { isNational, areExpected }: Pick<Standing, "isNational" | "areExpected">,
): number {
  if (digits.length < aloneMin) return faint;
  const shape = lengths.join("-");
  const isSigned = gaps.some((gap) => gap !== "_");
  const isNorthAmerican = /^(?:1-)?3-3-4$/.test(shape) && isSigned && !gaps.includes("/");
  const isValid = isNational(digits);
  if (isNorthAmerican && isValid) return 0.7;
  if (isNorthAmerican && gaps.at(-1) === "-" && /^1?[2-9]/.test(digits)) return 0.5;
  if (!isValid || isCounting(lengths, digits)) return faint;
  return digits.startsWith("0") || (areExpected && lengths.length > 2) ? 0.55 : faint;
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

// Owns numbers of payment cards: an issuer's range, a length it gives out, Luhn. Knows no other kind.

import { isLuhn } from "./checksums.ts";
import { type Edge, type Groups, isRowBefore, leftEdge, rightEdge } from "./groups.ts";
import { faint, type Sight, type Verdict } from "./match.ts";
import { isDigit } from "./signs.ts";
import { kind } from "./words.ts";

const digitsMin = 12;
const digitsMax = 19;
const gapUnitsMax = 3;

/** First digits from, to, and the lengths given out; the longest beginning comes first. */
type Range = readonly [first: string, last: string, lengths: readonly number[]];

const to = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** ISO/IEC 7812: what the networks publish of their ranges. */
const ranges: readonly Range[] = [
  // Visa
  ["4", "4", [13, 16, 19]],
  // Mastercard
  ["51", "55", [16]],
  ["2221", "2720", [16]],
  // American Express
  ["34", "34", [15]],
  ["37", "37", [15]],
  // Diners Club
  ["300", "305", to(14, 19)],
  ["3095", "3095", to(14, 19)],
  ["36", "36", to(14, 19)],
  ["38", "39", to(14, 19)],
  // Discover
  ["6011", "6011", to(16, 19)],
  ["644", "649", to(16, 19)],
  ["65", "65", to(16, 19)],
  // JCB
  ["3528", "3589", to(16, 19)],
  ["1800", "1800", [15]],
  ["2131", "2131", [15]],
  // UnionPay, RuPay
  ["62", "62", to(16, 19)],
  ["60", "60", [16]],
  ["81", "82", to(16, 19)],
  ["508", "508", [16]],
  // Maestro and its kin
  ["50", "50", to(12, 19)],
  ["56", "58", to(12, 19)],
  ["6304", "6304", to(12, 19)],
  ["639", "639", to(12, 19)],
  ["67", "67", to(12, 19)],
  ["0604", "0604", to(12, 19)],
  // Mir, InterPayment, InstaPayment, Troy, Humo, Uzcard, Verve, UATP
  ["2200", "2204", to(16, 19)],
  ["636", "638", to(16, 19)],
  ["9792", "9792", [16]],
  ["9860", "9860", [16]],
  ["8600", "8600", [16]],
  ["506", "507", [16, 18, 19]],
  ["1", "1", [15]],
];

const isIssued = (digits: string) =>
  ranges.some(([first, last, lengths]) => {
    const beginning = digits.slice(0, first.length);
    return beginning >= first && beginning <= last && lengths.includes(digits.length);
  });

export function creditCard(sight: Sight): Verdict {
  const { text, groups } = sight;
  if (groups.kindOf(0) !== "d" || groups.digits < digitsMin) return undefined;
  if (groups.lengthOf(0) < digitsMin && isRowBefore(text, groups.startOf(0), groups.lengthOf(0)))
    return undefined;
  const found = readCard(text, groups);
  if (found === "open") return "wait";
  if (found === undefined) return undefined;
  const start = groups.startOf(0);
  if (groups.isOpen && found.isAtEnd) return "wait";
  const left = leftEdge(text, start);
  const right = rightEdge(text, found.end, sight);
  if (right === "wait") return "wait";
  if (left === "tied" || right === "tied") return undefined;
  const { digits } = found;
  if (!isLuhn(digits) || /^(\d)\1+$/.test(digits)) return undefined;
  const isNamed = (sight.nearby.before(start).kinds & kind.card) !== 0;
  // Networks grow: what is called a card is one, in a range that is not known here as well.
  if (!isIssued(digits)) {
    return isNamed
      ? { type: "credit_card", start, end: found.end, score: 0.7, method: "checksum" }
      : undefined;
  }
  const score = isNamed ? 0.99 : scoreAlone(sight, found, left);
  return { type: "credit_card", start, end: found.end, score, method: "checksum" };
}

/** Few cards are so short or long or begin so: without a word near them such numbers are others'. */
function scoreAlone(sight: Sight, { digits, end }: Card, left: Edge): number {
  const start = sight.groups.startOf(0);
  if (digits.length < 14 || /^[01]/.test(digits)) return faint;
  const isInGroups = end - start > digits.length;
  const isAll = sight.base + start === 0 && sight.isLast && end === sight.text.length;
  if (digits.length > 16 && !isInGroups && !isAll) return faint;
  return digits.length === 16 && left === "free" ? 0.9 : 0.7;
}

interface Card {
  readonly end: number;
  readonly digits: string;
  readonly isAtEnd: boolean;
}

/** As many groups as make a card, the same sign between all of them; `open`: more of it may follow. */
function readCard(text: string, groups: Groups): Card | "open" | undefined {
  let total = groups.lengthOf(0);
  if (total >= digitsMin && total <= digitsMax) {
    return isFollowed(groups, 1, 1) ? undefined : cardOf(text, groups, 1);
  }
  if (total > 6) return undefined;
  const gap = groups.gapOf(1);
  let count = 1;
  while (count < groups.count && groups.kindOf(count) === "d" && groups.gapOf(count) === gap) {
    if (groups.startOf(count) - groups.endOf(count - 1) > gapUnitsMax) break;
    if (total + groups.lengthOf(count) > digitsMax) break;
    total += groups.lengthOf(count++);
  }
  if (groups.isOpen && count >= groups.count - 1) return "open";
  if (total < digitsMin || !isCardShape(groups, count) || isFollowed(groups, count, groups.lengthOf(0))) {
    return undefined;
  }
  return cardOf(text, groups, count);
}

/** Groups of one length with a shorter last one, or as American Express and Diners print them. */
function isCardShape(groups: Groups, count: number): boolean {
  const first = groups.lengthOf(0);
  const shape = groups.lengthOf(1);
  if (count === 3 && first === 4 && shape === 6) return groups.lengthOf(2) === 5 || groups.lengthOf(2) === 4;
  if (first === 6 && count === 2) return true;
  for (let at = 1; at < count - 1; at++) if (groups.lengthOf(at) !== first) return false;
  return groups.lengthOf(count - 1) <= first;
}

/** The row of like groups goes on: a table. */
function isFollowed(groups: Groups, count: number, length: number): boolean {
  if (count >= groups.count || groups.kindOf(count) !== "d") return false;
  if (count === 1) return groups.gapOf(count) !== "_" && groups.gapOf(count) !== "/";
  return groups.gapOf(count) === groups.gapOf(1) && groups.lengthOf(count) >= length;
}

function cardOf(text: string, groups: Groups, count: number): Card {
  const end = groups.endOf(count - 1);
  let digits = "";
  for (let at = groups.startOf(0); at < end; at++) if (isDigit(text.charCodeAt(at))) digits += text[at];
  return { end, digits, isAtEnd: count === groups.count };
}

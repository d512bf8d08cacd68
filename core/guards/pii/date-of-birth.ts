// Owns dates of birth: a whole date beside a word that says so. Knows no other date.

import { type Groups, leftEdge } from "./groups.ts";
import type { Match, Sight, Verdict } from "./match.ts";
import { isWordSign } from "./signs.ts";
import { kind } from "./words.ts";

/** Beginnings of the months' names in the languages most written, in lower case. */
const monthNames = `jan feb mar apr may jun jul aug sep oct nov dec mär mai mei okt dez maj ene abr ago
  dic janv fév avr juin juil août déc gen mag giu lug set ott fev out gennaio янв фев мар апр мая май
  июн июл авг сен окт ноя дек`;
export const monthStarts: ReadonlySet<string> = new Set(
  monthNames.split(/\s+/).map((name) => name.slice(0, 3)),
);
export const monthUnitsMax = 12;

const year = "(?:1[89]|20)\\d\\d";
const month = "(?:0?[1-9]|1[0-2])";
const day = "(?:0?[1-9]|[12]\\d|3[01])";
const name = "(\\p{L}{3,12})\\.?";
const of = "(?: de| of)?";

const compiled = (written: readonly string[]) =>
  written.map((form) => new RegExp(`${form}(?![\\p{L}\\d])`, "uy"));
/** Digits and single signs. */
const numericForms = compiled([
  `${year}([-/.])${month}\\1${day}`,
  `${day}([-/.])${month}\\1(?:${year}|\\d\\d)`,
  `${month}([-/.])${day}\\1(?:${year}|\\d\\d)`,
  `${day} ${month} ${year}`,
  `${year}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])`,
]);
const namedForms = compiled([
  `${day}(?:st|nd|rd|th|er|º|\\.)?[ -]?${of} ?${name},?${of}[ -]${year}`,
  `${year} ?年 ?${month} ?月 ?${day} ?日`,
  `${year}년 ?${month}월 ?${day}일`,
]);
/** Behind the month's name: `12, 1990`. */
const dayAndYear = new RegExp(`${day}(?:st|nd|rd|th)?,?[ -]${year}(?!\\d)`, "uy");
export const dateUnitsMax = 36;

/** At a group that starts with a digit. Words behind a date are heard where it has digits alone. */
export function dateOfBirth(sight: Sight): Verdict {
  const { text, groups, isLast, nearby } = sight;
  const first = groups.startOf(0);
  if (!isDateLike(sight)) return undefined;
  const month = monthBefore(text, first, sight.floor);
  const isNamed = (nearby.before(month ?? first).kinds & kind.birth) !== 0;
  if (!isLast && (isNamed ? text.length < first + dateUnitsMax : groups.isOpen)) return "wait";
  if (isNamed) {
    const date = readNamed(text, first, month) ?? readNumeric(text, first);
    return date === undefined || leftEdge(text, date.start) === "tied" ? undefined : asMatch(date, 0.8);
  }
  const date = readNumeric(text, first);
  if (date === undefined || leftEdge(text, date.start) === "tied") return undefined;
  const after = nearby.after(date.end);
  if (after.isWait) return "wait";
  return asMatch(date, (after.kinds & kind.birth) !== 0 ? 0.7 : 0.1);
}

/** Its first group and what follows it allow for a date. */
function isDateLike(sight: Sight): boolean {
  const { groups, text } = sight;
  const length = groups.lengthOf(0);
  if (groups.kindOf(0) === "a") return false;
  if (length === 8)
    return text.startsWith("19", groups.startOf(0)) || text.startsWith("20", groups.startOf(0));
  if (length > 4) return false;
  if (groups.isOpen) return true;
  return ("-/._".includes(groups.gapOf(1)) && hasDateLengths(groups)) || mayBeDate(sight);
}

/** `1.2.1990`, `01-02-90`, `1990-01-02`. */
function hasDateLengths(groups: Groups): boolean {
  const first = groups.lengthOf(0);
  const last = groups.lengthOf(2);
  if (groups.count < 3 || groups.lengthOf(1) > 2) return false;
  if (first === 4) return last <= 2;
  return first <= 2 && (last === 4 || (last === 2 && groups.gapOf(1) !== "_"));
}

/** A month's name stands before or behind the first group; cheap, it is asked for every small number. */
export function mayBeDate({ text, groups, floor }: Sight): boolean {
  const first = groups.startOf(0);
  const end = groups.endOf(0);
  if (end - first > 4 || groups.kindOf(0) === "a") return false;
  if (text[end] === "年" || text[end] === "년") return true;
  if (Number.isNaN(text.charCodeAt(end))) return true;
  const isDay = end - first <= 2 || groups.kindOf(0) === "x";
  return isDay && (opensMonth(text, end) || monthBefore(text, first, floor) !== undefined);
}

const behindDay = /(?:st|nd|rd|th|er|º|\.)?[ -]?(?: ?de| ?of)? ?(\p{L}{3})/uy;

function opensMonth(text: string, end: number): boolean {
  const sign = text[end];
  if (sign !== " " && sign !== "-" && sign !== "." && !isWordSign(text.charCodeAt(end))) return false;
  behindDay.lastIndex = end;
  const name = behindDay.exec(text)?.[1];
  return name === undefined ? text.length - end < 12 : monthStarts.has(name.toLowerCase());
}

interface Place {
  readonly start: number;
  readonly end: number;
}

const asMatch = ({ start, end }: Place, score: number): Match => ({
  type: "date_of_birth",
  start,
  end,
  score,
  method: "pattern",
});

const readNumeric = (text: string, first: number) => readForms(numericForms, text, first);

function readNamed(text: string, first: number, month: number | undefined): Place | undefined {
  const end = month === undefined ? undefined : endOfForm(dayAndYear, text, first);
  if (month !== undefined && end !== undefined) return { start: month, end };
  return readForms(namedForms, text, first);
}

function readForms(forms: readonly RegExp[], text: string, first: number): Place | undefined {
  for (const form of forms) {
    const end = endOfForm(form, text, first);
    if (end !== undefined) return { start: first, end };
  }
  return undefined;
}

function endOfForm(form: RegExp, text: string, at: number): number | undefined {
  form.lastIndex = at;
  const found = form.exec(text);
  if (found === null) return undefined;
  const named = found.slice(1).find((part) => part !== undefined && /\p{L}/u.test(part));
  if (named !== undefined && !monthStarts.has(named.toLowerCase().slice(0, 3))) return undefined;
  return at + found[0].length;
}

/** Where the month's name right before `at` starts. */
export function monthBefore(text: string, at: number, floor: number): number | undefined {
  if (text[at - 1] !== " " && text[at - 1] !== "-") return undefined;
  let end = at - 1;
  if (text[end - 1] === ".") end--;
  let start = end;
  const min = Math.max(floor, end - monthUnitsMax);
  while (start > min && isWordSign(text.charCodeAt(start - 1))) start--;
  return monthStarts.has(text.slice(start, start + 3).toLowerCase()) && end - start >= 3 ? start : undefined;
}

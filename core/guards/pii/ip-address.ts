// Owns IP addresses, both versions, with their prefix length. Knows no other kind.

import { faint, type Match, type Sight, type Verdict } from "./match.ts";
import { isAlphabetic, isDigit, isHex } from "./signs.ts";
import { kind } from "./words.ts";

const v6UnitsMax = 45;
const zoneUnitsMax = 16;

const asMatch = (start: number, end: number, score: number): Match => ({
  type: "ip_address",
  start,
  end,
  score,
  method: "pattern",
});

/** At a group that starts with a digit. */
export function ipAddress(sight: Sight): Verdict {
  const { groups } = sight;
  const gap = groups.gapOf(1);
  if (groups.count === 1 && !groups.isOpen && sight.text[groups.endOf(0)] !== ":") return undefined;
  if (gap === "." && groups.kindOf(0) === "d") return v4(sight, groups.startOf(0));
  return v6(sight, groups.startOf(0));
}

/** Four octets and the place behind them; `cut`: the text ends in them. */
function readOctets(
  text: string,
  start: number,
): { readonly end: number; readonly values: number[] } | "cut" | undefined {
  const values: number[] = [];
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && at >= text.length) return "cut";
    if (octet > 0 && text[at++] !== ".") return undefined;
    const first = at;
    while (at - first < 4 && isDigit(text.charCodeAt(at))) at++;
    if (at >= text.length && (octet < 3 || at === first)) return "cut";
    const value = Number.parseInt(text.slice(first, at), 10);
    if (at === first || at - first > 3 || value > 255 || (text[first] === "0" && at - first > 1))
      return undefined;
    values.push(value);
  }
  return { end: at, values };
}

/** A prefix length and a sign behind it. */
const tailUnitsMax = 6;

function v4(sight: Sight, start: number): Verdict {
  const { text, isLast } = sight;
  if (isTiedLeft(text, start - 1)) return undefined;
  const octets = readOctets(text, start);
  if (octets === "cut") return isLast ? undefined : "wait";
  if (octets !== undefined && !isLast && text.length < octets.end + tailUnitsMax) return "wait";
  if (octets === undefined || !isClear(text, octets.end)) return undefined;
  const end = withPrefix(text, octets.end, 32);
  return asMatch(start, end, scoreV4(sight, start, octets.values));
}

/** Nothing of a longer number or a name stands against it. */
function isTiedLeft(text: string, before: number): boolean {
  const left = text.charCodeAt(before);
  if (left === 0x2e || left === 0x2d || left === 0x5f || isDigit(left) || isAlphabetic(left)) return true;
  return left === 0x2f && isAlphabetic(text.charCodeAt(before - 1));
}

function isClear(text: string, end: number): boolean {
  const right = text.charCodeAt(end);
  if (right === 0x2e || right === 0x2d) {
    const next = text.charCodeAt(end + 1);
    return !isDigit(next) && (right === 0x2e || !isAlphabetic(next));
  }
  return right !== 0x5f && !isDigit(right) && !isAlphabetic(right);
}

/** With `/24` where that is a length there is. */
function withPrefix(text: string, end: number, max: number): number {
  if (text[end] !== "/") return end;
  let at = end + 1;
  while (at - end <= 4 && isDigit(text.charCodeAt(at))) at++;
  const length = at - end - 1;
  if (length === 0 || length > 3 || Number.parseInt(text.slice(end + 1, at), 10) > max) return end;
  return at;
}

function scoreV4(sight: Sight, start: number, values: readonly number[]): number {
  const { kinds } = sight.nearby.before(start);
  const isNamed = (kinds & kind.ip) !== 0;
  if ((kinds & kind.version) !== 0 && !isNamed) return faint;
  const [first = 0, second = 0] = values;
  // A machine itself, all of them, everybody: nobody's.
  if (first === 0 || first === 127 || first === 255) return faint;
  const isPrivate =
    first === 10 ||
    (first === 172 && second >> 4 === 1) ||
    (first === 192 && second === 168) ||
    isLinkLocal(values);
  if (isNamed) return isPrivate ? 0.7 : 0.95;
  // `1.2.3.4` is as likely a version; 192.168.0.1 is in every manual.
  const isSmall = values.every((value) => value < 10) && new Set(values).size > 2;
  return isPrivate || isSmall ? faint : 0.8;
}

const isLinkLocal = ([first, second]: readonly number[]) => first === 169 && second === 254;

/** From the colon: the address may have started before it. */
export function ipFromColon(sight: Sight, colon: number): Verdict {
  const { text } = sight;
  let start = colon;
  while (start > sight.floor && colon - start < 5 && isHex(text.charCodeAt(start - 1))) start--;
  if (start === colon && text[colon + 1] !== ":" && text[colon + 1] !== undefined) return undefined;
  return v6(sight, start);
}

function v6(sight: Sight, start: number): Verdict {
  const { text, isLast } = sight;
  const left = text.charCodeAt(start - 1);
  if (isDigit(left) || isAlphabetic(left) || left === 0x3a || left === 0x2e || left === 0x5f)
    return undefined;
  const read = readV6(text, start);
  if (read.isCut && !isLast) return "wait";
  if (read.end === -1) return undefined;
  const max = read.end + (text[read.end] === "%" ? zoneUnitsMax : 0) + tailUnitsMax;
  if (!isLast && text.length < max) return "wait";
  const end = withPrefix(text, withZone(text, read.end), 128);
  const right = text.charCodeAt(end);
  if (isDigit(right) || isAlphabetic(right) || right === 0x3a || right === 0x5f) return undefined;
  if (right === 0x2e && isDigit(text.charCodeAt(end + 1))) return undefined;
  return asMatch(start, end, scoreV6(sight, start, read));
}

interface V6 {
  /** -1: it is none. */
  readonly end: number;
  /** The text ended in it. */
  readonly isCut: boolean;
  readonly groups: number;
  readonly longest: number;
  readonly hasDigit: boolean;
  readonly isShortened: boolean;
}

function readV6(text: string, start: number): V6 {
  let at = start;
  let groups = 0;
  let longest = 0;
  let hasDigit = false;
  let isShortened = false;
  let isCut = false;
  const made = (end: number): V6 => {
    isCut ||= at >= text.length - 1;
    return { end, isCut, groups, longest, hasDigit, isShortened };
  };
  while (at - start <= v6UnitsMax) {
    if (text.startsWith("::", at)) {
      if (isShortened) return made(-1);
      isShortened = true;
      at += 2;
    } else if (at > start && text[at] === ":" && isHex(text.charCodeAt(at + 1))) at++;
    else if (at > start) break;
    const first = at;
    while (at - first <= 4 && isHex(text.charCodeAt(at))) at++;
    const length = at - first;
    if (length > 4) return made(-1);
    if (length === 0) {
      if (isShortened && text.startsWith("::", at - 2)) break;
      return made(-1);
    }
    const octets = text[at] === "." ? readOctets(text, first) : undefined;
    isCut = octets === "cut";
    if (octets !== undefined && octets !== "cut") {
      at = octets.end;
      groups += 2;
      hasDigit = true;
      longest = 4;
      break;
    }
    groups++;
    longest = Math.max(longest, length);
    hasDigit ||= /\d/.test(text.slice(first, at));
  }
  const isWhole = isShortened ? groups <= 7 : groups === 8;
  return made(isWhole ? at : -1);
}

function withZone(text: string, end: number): number {
  if (text[end] !== "%") return end;
  const zone = /^%[a-z0-9.]{1,15}(?![a-z0-9])/i.exec(text.slice(end, end + zoneUnitsMax + 1));
  return zone === null ? end : end + zone[0].length;
}

function scoreV6(sight: Sight, start: number, { groups, longest, hasDigit }: V6): number {
  const isNamed = (sight.nearby.before(start).kinds & kind.ip) !== 0;
  // `::` and `::1` are the machine itself, and slices in programs; `std::dec` is a name.
  if (groups <= 1 && longest < 4) return isNamed && groups === 1 && longest > 1 ? 0.6 : faint;
  const isPlain = hasDigit && longest >= 3 && groups >= 2;
  if (isNamed) return 0.95;
  return isPlain && (groups > 2 || longest === 4) ? 0.8 : faint;
}

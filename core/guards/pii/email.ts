// Owns e-mail addresses, plain and disguised: `name [at] domain [dot] com`, `name%40domain.com`. Knows no
// other kind.

import { isLocalSign, localUnitsMax } from "./at-signs.ts";
import type { Match, Sight, Verdict } from "./match.ts";
import { isAlnum, isAlphabetic, isDigit, isUnspaced, isWordSign } from "./signs.ts";

/** RFC 5321, 4.5.3.1. */
const domainUnitsMax = 253;
const labelUnitsMax = 63;

/** Names of files after a scale or a version, as `icon@2x.png`. */
const fileEndings = new Set(
  `png jpg jpeg gif svg webp avif bmp ico pdf js mjs cjs jsx tsx ts json html htm css scss xml yaml yml
    txt csv log exe dll zip gz tgz tar bin cpp java class conf cfg ini toml lock wasm mp4 mp3 wav ttf
    woff`.split(/\s+/),
);

export type Disguise = "none" | "bracketed" | "spoken";

/** A sign of the ideographic scripts amid letters: garbled text has them inside addresses. */
const isAmid = (text: string, at: number) =>
  isWordSign(text.charCodeAt(at)) &&
  isUnspaced(text.charCodeAt(at)) &&
  isAlphabetic(text.charCodeAt(at - 1)) &&
  isAlphabetic(text.charCodeAt(at + 1));

/** Where the local part that ends at `end` starts; -1: there is none, or one too long. */
export function localStart(text: string, end: number, floor: number): number {
  const min = Math.max(floor, end - localUnitsMax);
  let at = end;
  while (at > min && (isLocalSign(text.charCodeAt(at - 1)) || isAmid(text, at - 1))) at--;
  if (at > floor && at === min && isLocalSign(text.charCodeAt(at - 1))) return -1;
  if (at === end && text[end - 1] === '"') return quotedStart(text, end, min);
  const local = text.slice(at, end);
  const doubled = local.lastIndexOf("..");
  if (doubled !== -1) at += doubled + 2;
  if (text[at - 1] === "\\" && /[nrtbf]/.test(text.charAt(at))) at++;
  const escapes = /^(?:%[0-9a-f]{2})+(?=.)/i.exec(text.slice(at, end));
  if (escapes !== null) at += escapes[0].length;
  while (at < end && !isAlnum(text.charCodeAt(at)) && text[at] !== "_") at++;
  return at < end && text[end - 1] !== "." ? at : -1;
}

/** `"name"@…`. */
function quotedStart(text: string, end: number, min: number): number {
  let at = end - 1;
  while (at > min && isLocalSign(text.charCodeAt(at - 1))) at--;
  return at < end - 1 && text[at - 1] === '"' ? at - 1 : -1;
}

interface Domain {
  readonly end: number;
  readonly isDisguised: boolean;
}

/** A dot as it is written; sticky. */
const dots: Readonly<Record<Disguise, RegExp>> = {
  none: /\./y,
  bracketed: /\.| ?[[({<] ?(?:\.|dot|punkt|punto|point|ponto|tochka) ?[\])}>] ?/iy,
  spoken:
    /\.| ?[[({<] ?(?:\.|dot|punkt|punto|point|ponto|tochka) ?[\])}>] ?| (?:dot|punkt|punto|point|ponto) /iy,
};
const dotUnitsMax = 12;

/** The longest domain that starts here. */
export function readDomain(sight: Sight, start: number, disguise: Disguise): Domain | "wait" | undefined {
  const { text, isLast } = sight;
  const dot = dots[disguise];
  let at = start;
  let found: Domain | undefined;
  let isDisguised = false;
  for (let labels = 1; at - start < domainUnitsMax; labels++) {
    const end = labelEnd(text, at);
    if (!isLast && isOpenLabel(text, at)) return "wait";
    if (end === -1) return found;
    if (labels > 1) {
      const top = topLevelUnits(text.slice(at, end));
      if (top > 0 && (disguise !== "spoken" || !isDisguised || mayEndSpoken(text.slice(at, at + top))))
        found = { end: at + top, isDisguised };
    }
    if (!isLast && text.length < end + dotUnitsMax && mayBeDot(text, end, disguise)) return "wait";
    dot.lastIndex = end;
    const sign = dot.exec(text)?.[0];
    if (sign === undefined) return found;
    isDisguised ||= sign !== ".";
    at = end + sign.length;
  }
  return found;
}

/** What stands there may become a dot with what follows. */
function mayBeDot(text: string, at: number, disguise: Disguise): boolean {
  const sign = text.charAt(at) === " " && disguise !== "none" ? text.charAt(at + 1) : text.charAt(at);
  if (sign === "" || sign === ".") return true;
  return disguise !== "none" && ("[({<".includes(sign) || (disguise === "spoken" && "dDpP".includes(sign)));
}

/** The text ends in the label. */
function isOpenLabel(text: string, start: number): boolean {
  const max = Math.min(text.length, start + labelUnitsMax + 1);
  let at = start;
  while (at < max && (isAlnum(text.charCodeAt(at)) || text[at] === "-" || isUnspaced(text.charCodeAt(at))))
    at++;
  return at === text.length;
}

function labelEnd(text: string, start: number): number {
  let at = start;
  const max = start + labelUnitsMax;
  for (; at <= max; at++) {
    const code = text.charCodeAt(at);
    if (!isAlnum(code) && code !== 0x2d && !isAmid(text, at)) break;
  }
  while (at > start && text[at - 1] === "-") at--;
  return at === start || at > max || text[start] === "-" ? -1 : at;
}

/** Behind a spoken dot a word of the sentence would pass for a domain. */
const spokenEnds =
  /^(?:com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|xyz|online|site|store|cloud|[a-z]{2})$/i;
const wordsOfTwo = new Set(
  "am an as at be by do go he if in is it me my no of oh ok on or pm so to up us we".split(" "),
);
const mayEndSpoken = (label: string) =>
  spokenEnds.test(label) && (label === "us" || label === "me" || !wordsOfTwo.has(label.toLowerCase()));

/** As much of a label as can be a top level domain; 0: nothing. */
function topLevelUnits(label: string): number {
  if (/^xn--/i.test(label)) return label.length;
  const hyphen = label.indexOf("-");
  const top = hyphen === -1 ? label : label.slice(0, hyphen);
  if (top.length < 2 || top.length > 24) return 0;
  for (let at = 0; at < top.length; at++) if (!isAlphabetic(top.charCodeAt(at))) return 0;
  return fileEndings.has(top.toLowerCase()) ? 0 : top.length;
}

/** `at` and `end` bound what stands for the at sign. */
export function emailAround(
  sight: Sight,
  { at, end }: { at: number; end: number },
  disguise: Disguise,
): Verdict {
  const { text } = sight;
  const start = localStart(text, at, sight.floor);
  if (start === -1) return undefined;
  const domain = readDomain(sight, end, disguise);
  if (domain === undefined || domain === "wait") return domain;
  if (text[domain.end] === ":" && text.slice(start, at) === "git") return undefined;
  const isPlain = end - at === 1 && !domain.isDisguised;
  return asMatch(start, domain.end, isPlain ? 0.95 : disguise === "spoken" ? 0.6 : 0.8);
}

const asMatch = (start: number, end: number, score: number): Match => ({
  type: "email",
  start,
  end,
  score,
  method: "pattern",
});

const bracketedAt = /[[({<] ?(?:at|@|arroba|ät) ?[\])}>] ?/iy;
const bracketedAtUnitsMax = 13;

/** From the bracket on: `name [at] domain`. */
export function disguisedEmail(sight: Sight, bracket: number, disguise: Disguise): Verdict {
  const { text } = sight;
  const next = text.charAt(bracket + 1);
  if (next !== "" && !"aAäÄ@ ".includes(next)) return undefined;
  if (!sight.isLast && text.length < bracket + bracketedAtUnitsMax) return "wait";
  bracketedAt.lastIndex = bracket;
  const sign = bracketedAt.exec(text)?.[0];
  if (sign === undefined) return undefined;
  const at = text[bracket - 1] === " " ? bracket - 1 : bracket;
  return emailAround(sight, { at, end: bracket + sign.length }, disguise);
}

/** In a URL, in HTML, in JSON: what stands before the digits, the digits, what follows. */
const encodedAts = [
  ["%", "40", ""],
  ["&#", "64", ";"],
  ["&#x", "40", ";"],
  ["\\u", "0040", ""],
] as const;

/** Around the run of digits that ends at `last`: `name%40domain`. */
export function encodedEmail(sight: Sight, last: number, disguise: Disguise): Verdict {
  const { text } = sight;
  let first = last;
  while (last - first < 4 && isDigit(text.charCodeAt(first - 1))) first--;
  if (!"%#xXu".includes(text.charAt(first - 1) || " ")) return undefined;
  for (const [before, digits, after] of encodedAts) {
    const at = first - before.length;
    const sign = before + digits + after;
    if (text.slice(at, at + sign.length).toLowerCase() !== sign) continue;
    return emailAround(sight, { at, end: at + sign.length }, disguise);
  }
  return undefined;
}

const spokenAts = [" at ", " arroba "];
export const spokenUnitsMax = localUnitsMax + labelUnitsMax + 12;

/** From the blank before `dot`: `name at domain dot com`. */
export function spokenEmail(sight: Sight, dot: number): Verdict {
  const { text, floor } = sight;
  let label = dot;
  while (label > floor && dot - label < labelUnitsMax && isLabelSign(text.charCodeAt(label - 1))) label--;
  if (label === dot) return undefined;
  const lower = text.slice(Math.max(floor, label - 8), label).toLowerCase();
  const sign = spokenAts.find((words) => lower.endsWith(words));
  if (sign === undefined) return undefined;
  const verdict = emailAround(sight, { at: label - sign.length, end: label }, "spoken");
  return verdict === undefined || verdict === "wait" || verdict.end > dot ? verdict : undefined;
}

const isLabelSign = (code: number) => isAlnum(code) || code === 0x2d;

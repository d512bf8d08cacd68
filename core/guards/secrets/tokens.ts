// Owns finding tokens by their form, and unknown ones by the words before them, in long runs of characters.
// Knows no vendor's form.

import { type Found, found, type Known } from "./candidate.ts";
import { isAlnum, isQuote, isSpace } from "./characters.ts";
import { compileForm, type Form, Measured, matchForm } from "./form.ts";
import { cloudForms } from "./forms-cloud.ts";
import { codeForms } from "./forms-code.ts";
import { serviceForms } from "./forms-services.ts";
import { readName } from "./names.ts";
import { runMin } from "./runs.ts";
import { isToken, judgeValue } from "./values.ts";

/** No token is longer; a longer one is told cut. */
export const tokenMax = 16_384;
const wordsBefore = 40;
const unknownMax = 512;

const forms: readonly Form[] = [...cloudForms, ...codeForms, ...serviceForms].map(compileForm);
export const formTypes: readonly string[] = [...new Set(forms.map(({ type }) => type))];

/**
 * By the first two characters of their marks, or the only one; and whether any mark begins with a character.
 */
const byStart = new Map<number, readonly Form[]>();
const begins = new Uint8Array(128);
/** Whether marks begin with two characters, a bit for both together: most pairs begin none. */
const pairs = new Int32Array((128 * 128) / 32);
for (const form of forms) {
  const key = keyOf(form.mark, 0, form.mark.length);
  byStart.set(key, [...(byStart.get(key) ?? []), form]);
  const first = form.mark.charCodeAt(0);
  begins[first] = form.mark.length === 1 ? 2 : 1;
  const isAll = form.mark.length === 1;
  for (let second = 0; second < 128; second += 1) {
    const pair = first * 128 + second;
    if (isAll || second === form.mark.charCodeAt(1))
      pairs[pair >>> 5] = (pairs[pair >>> 5] ?? 0) | (1 << (pair & 31));
  }
}

/** Whether a mark may begin there: a shorter one where what follows is not ASCII. */
function mayBegin(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  if (first > 127) return false;
  if (!(second < 128)) return begins[first] !== 0;
  const pair = first * 128 + second;
  return (((pairs[pair >>> 5] ?? 0) >>> (pair & 31)) & 1) !== 0;
}

function keyOf(text: string, at: number, length: number): number {
  return text.charCodeAt(at) * 65_536 + (length === 1 ? 0 : text.charCodeAt(at + 1));
}

/** `text` is only read below `to`; `from` stands in a run that ends at `end` or beyond. */
export function findForms(
  { text, to }: Pick<Known, "text" | "to">,
  { from, end }: { from: number; end: number },
): Found[] {
  const all: Found[] = [];
  let measured: Measured | undefined;
  let last = 0;
  for (let at = from; at < end; at += 1) {
    if (!mayBegin(text, at) || at < last) continue;
    const length = begins[text.charCodeAt(at)] ?? 0;
    const candidates = byStart.get(keyOf(text, at, 3 - length));
    if (candidates === undefined) continue;
    measured ??= new Measured();
    for (const form of candidates) {
      const place = { text, at, to: Math.min(to, at + tokenMax), measured };
      const match = matchForm(form, place);
      if (match === undefined || match.start < last || isMisplaced(text, form, match.start)) continue;
      all.push(found(form.type, match, 0.95));
      last = match.end;
      break;
    }
  }
  return all;
}

/** `Basic` takes a user and a password, no JWT: nobody lets one in by it. */
const isMisplaced = (text: string, { type }: Form, start: number): boolean =>
  type === "jwt" && /\bbasic $/i.test(text.slice(Math.max(0, start - 8), start));

/**
 * A run of characters that no form fits, behind words that say it is a secret: `Bearer X`, `the API key is
 * X`, `("API_KEY", "X")`. Behind `:`, `=` and `>` it is an assignment.
 */
export function lookAtRun(text: string, start: number, end: number): Found | undefined {
  if (end - start > unknownMax) return undefined;
  const from = start + skip(text, start, end);
  const to = end - stopsBefore(text, end);
  const value = text.slice(from, to);
  if (value.length < runMin || isAddress.test(value)) return undefined;
  const words = phraseBefore(text, start);
  if (words === undefined || !isToken(value)) return undefined;
  if (bearer.test(words)) return found("authorization_header", { start: from, end: to }, 0.65);
  const name = readName(words);
  const judged = name === undefined ? undefined : judgeValue(name, { text: value, isQuoted: true });
  return judged === undefined ? undefined : found(judged.type, { start: from, end: to }, judged.score - 0.1);
}

/** A host and a path, with or without a scheme. */
const isAddress = /:\/\/|^[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\//;

/** Signs before the first letter or digit. */
function skip(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && !isAlnum(text.charCodeAt(at)) && text.charCodeAt(at) !== 95) at += 1;
  return at - start;
}

/** Full stops and the like behind the last one. */
function stopsBefore(text: string, end: number): number {
  let at = end;
  while (at > 0 && ".:!?*\\".includes(text.charAt(at - 1))) at -= 1;
  return end - at;
}

/**
 * The words on the same line, without `is` and quotes; undefined where an assignment or an option is told.
 */
function phraseBefore(text: string, at: number): string | undefined {
  let end = at;
  while (end > 0 && at - end < 6 && isBetween(text.charCodeAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && end - start < wordsBefore && isPhrase(text.charCodeAt(start - 1))) start -= 1;
  if (start === end) return undefined;
  const words = text.slice(start, end);
  if (option.test(words)) return undefined;
  const sign = text.slice(Math.max(0, start - 4), start);
  return bearer.test(words) && words.length < 10 && assigns.test(sign)
    ? undefined
    : words.replace(isWord, "");
}

const option = /(?:^|\s)--?[\w-]+$/;
const bearer = /\bbearer$/i;
const assigns = /[:=>]["'`\\ ]*$/;
const isWord = / (?:is|was|are|as|of)$/i;

/** Letters, digits, `_`, `-`, `.`, space. */
const isPhrase = (code: number): boolean =>
  isAlnum(code) || code === 95 || code === 45 || code === 46 || code === 32;

/** Space, quote, backslash, comma, opening bracket. */
const isBetween = (code: number): boolean =>
  (isSpace(code) && code !== 10) || isQuote(code) || code === 92 || code === 44 || code === 40;

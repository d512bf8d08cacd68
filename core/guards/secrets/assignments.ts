// Owns secrets that are told by the name before them: fields, variables, headers, options, XML elements.
// Knows no vendor's form.

import { found, type Known, type Look, pending } from "./candidate.ts";
import { isAlnum, isBreak, isQuote, isSpace } from "./characters.ts";
import { readName } from "./names.ts";
import { isPlaceholder } from "./placeholders.ts";
import { isToken, judgeValue } from "./values.ts";

const gapMax = 10;
export const valueMax = 512;
const nameMax = 64;
const valueMin = 8;
const schemeMin = 4;
const parameterMax = 40;

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

/** What stands behind a `:`, `=` or `>`. */
export function lookBehindSign(known: Known, at: number): Look {
  const { text } = known;
  const span = readValue(known, at + 1);
  if (span === undefined || "kind" in span) return span;
  if (span.end - span.start < schemeMin) return undefined;
  const value = text.slice(span.start, span.end);
  if (isScheme(value)) return lookBehindScheme(known, { at, scheme: span });
  if (value === "service_account") return lookAtAccount(text, at, span);
  if (value.length < valueMin || /^[A-Za-z]+$/.test(value)) return undefined;
  return judge(known, span, text.charCodeAt(at) === 62 ? elementBefore(text, at) : nameBefore(text, at));
}

/** `--password X`, `-ClientSecret 'X'`. */
export function lookAtOption(known: Known, at: number): Look {
  const { text, to, isEnd } = known;
  if (at > 0 && !isBreak(text.charCodeAt(at - 1))) return undefined;
  const from = text.charCodeAt(at + 1) === 45 ? at + 2 : at + 1;
  let end = from;
  while (end < to && end - from < nameMax && isNameCharacter(text.charCodeAt(end))) end += 1;
  if (end >= to) return isEnd || end - from >= nameMax ? undefined : pending(end);
  if (end - from < 2 || !isSpace(text.charCodeAt(end)) || text.charCodeAt(from) === 45) return undefined;
  const name = text.slice(from, end);
  if (readName(name) === undefined) return undefined;
  const span = readValue(known, end);
  if (span === undefined || "kind" in span) return span;
  return text.charCodeAt(span.start) === 45 ? undefined : judge(known, span, name);
}

function judge({ text }: Known, span: Span, name: string): Look {
  const read = name === "" ? undefined : readName(name);
  if (read === undefined) return undefined;
  const value = { text: text.slice(span.start, span.end), isQuoted: span.isQuoted };
  const judged = judgeValue(read, value);
  // In a call the argument without quotes is a variable.
  const isArgument = !span.isQuoted && text.charCodeAt(span.end) === 41 && judged?.type !== "password";
  return judged === undefined || isArgument ? undefined : found(judged.type, span, judged.score);
}

const isScheme = (value: string): boolean =>
  value.length <= 9 && /^(?:bearer|basic|token|apikey|api-token|geniekey|ssws)$/i.test(value);

/** `Authorization: Bearer X`, whatever the header is called. */
function lookBehindScheme(known: Known, { at, scheme }: { at: number; scheme: Span }): Look {
  const { text, to, isEnd } = known;
  let start = scheme.end;
  while (start < to && start - scheme.end < 4 && isSpace(text.charCodeAt(start))) start += 1;
  if (start >= to) return isEnd ? undefined : pending(start);
  if (start === scheme.end) return undefined;
  const span = readRun(known, start, { isQuoted: false, quote: 0 });
  if (span === undefined || "kind" in span) return span;
  const value = text.slice(span.start, span.end);
  if (value.length < valueMin || isPlaceholder(value)) return undefined;
  const isBasic = /^basic$/i.test(text.slice(scheme.start, scheme.end));
  const isHeader = readName(nameBefore(text, at))?.kind === "authorization";
  const isSecret = isBasic
    ? isLogin(value)
    : isToken(value) || (isHeader && /\d/.test(value) && value.length >= 16);
  return isSecret ? found("authorization_header", span, isHeader ? 0.9 : 0.8) : undefined;
}

/** The user and the password in base64, as `Basic` takes them. */
function isLogin(value: string): boolean {
  if (!/^[A-Za-z0-9+/]{8,}={0,3}$/.test(value)) return false;
  return isToken(value) || Buffer.from(value, "base64").toString("latin1").includes(":");
}

/** As Google's console writes the file of a service account; the key in it is found by itself. */
function lookAtAccount(text: string, at: number, span: Span): Look {
  const isFile = at >= 6 && text.startsWith('"type": "service_account"', at - 6);
  return isFile ? found("gcp_service_account", span, 0.7) : undefined;
}

/** The value that begins behind spaces and quotes. */
function readValue(known: Known, from: number): Span | Look {
  const { text, to, isEnd } = known;
  let at = from;
  let quote = 0;
  while (at < to && at - from <= gapMax) {
    const code = text.charCodeAt(at);
    if (isQuote(code)) quote = code;
    else if (isSpace(code)) quote = 0;
    else if (code !== 61 && code !== 62 && code !== 58 && !isEscapedQuote(text, at)) break;
    at += 1;
  }
  if (at - from > gapMax) return undefined;
  if (at >= to) return isEnd ? undefined : pending(to);
  return readRun(known, at, { isQuoted: quote !== 0, quote });
}

/** Up to the quote it began with; without one up to what no bare value holds. */
function readRun(
  known: Known,
  start: number,
  { isQuoted, quote }: { isQuoted: boolean; quote: number },
): Span | Look {
  const { text, to, isEnd } = known;
  const end = isQuoted ? endOfQuoted(known, start, quote) : endOfBare(known, start);
  if (end - start > valueMax || end === start) return undefined;
  if (end >= to && !isEnd) return pending(start);
  if (isQuoted && end < to && isSpace(text.charCodeAt(end))) return undefined;
  const last = isQuoted ? end : withoutStop(text, start, end);
  // What ends in dots goes on elsewhere.
  return end - last > 1 ? undefined : { start, end: last, isQuoted };
}

/** A value without quotes, up to what no such value holds. */
export const readBareValue = (known: Known, start: number): Span | Look =>
  readRun(known, start, { isQuoted: false, quote: 0 });

function endOfQuoted({ text, to }: Known, start: number, quote: number): number {
  let end = start;
  for (; end < to && end - start <= valueMax; end += 1) {
    const code = text.charCodeAt(end);
    if (code === quote || code <= 32 || code > 126 || (code === 92 && isEscaped(text, end))) break;
  }
  return end;
}

function endOfBare({ text, to, bare }: Known, start: number): number {
  if (start >= bare.start && start < bare.end) return bare.end;
  let end = start;
  for (; end < to; end += 1) {
    const code = text.charCodeAt(end);
    if (
      isBreak(code) ||
      code === 124 ||
      (code === 38 && isParameter(text, end, to)) ||
      (code === 92 && isEscaped(text, end))
    )
      break;
  }
  bare.start = start;
  bare.end = end;
  return end;
}

/** `&name=`: the value before it ends there. */
function isParameter(text: string, at: number, to: number): boolean {
  let end = at + 1;
  while (end < to && end - at < parameterMax && isNameCharacter(text.charCodeAt(end))) end += 1;
  return end > at + 1 && end < to && text.charCodeAt(end) === 61;
}

const isEscapedQuote = (text: string, at: number): boolean =>
  text.charCodeAt(at) === 92 && isQuote(text.charCodeAt(at + 1));

/** A quote or a line's end that the text shows escaped. */
function isEscaped(text: string, at: number): boolean {
  const code = text.charCodeAt(at + 1);
  return isQuote(code) || code === 110 || code === 114;
}

/** The full stop or comma behind a value belongs to the sentence. */
function withoutStop(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && (text.charCodeAt(at - 1) === 46 || text.charCodeAt(at - 1) === 58)) at -= 1;
  return at;
}

const isNameCharacter = (code: number): boolean => isAlnum(code) || code === 95 || code === 45 || code === 46;

/** The name that ends before the sign; words of a line may be part of it. */
function nameBefore(text: string, at: number): string {
  let end = at;
  while (end > 0 && at - end < 4 && isClosing(text.charCodeAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && end - start < nameMax) {
    const code = text.charCodeAt(start - 1);
    if (!isNameCharacter(code) && code !== 32 && code !== 40 && code !== 41) break;
    start -= 1;
  }
  return text.slice(start, end);
}

/** Space, quote, backslash, bracket. */
const isClosing = (code: number): boolean =>
  code === 32 || code === 9 || isQuote(code) || code === 92 || code === 93 || code === 41;

/** The name of the element that the `>` opens. */
function elementBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < nameMax && isNameCharacter(text.charCodeAt(start - 1))) start -= 1;
  return text.charCodeAt(start - 1) === 60 ? text.slice(start, at) : "";
}

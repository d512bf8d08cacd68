// Owns telling that a text differs from one read before only in some of its strings and numbers. Knows no
// format.

import { isUtf8 } from "node:buffer";
import { parseJson } from "./json-adapter.ts";
import { backslash, closeBrace, closeBracket, endOfString, quote } from "./scan.ts";
import type { Span } from "./splice.ts";

/** A string of the text that may be another, its quotes included; or a count, in digits. */
export interface Slot extends Span {
  /** Which of the found ones it is; `undefined`: it has to be of its kind, nobody reads it. */
  readonly index: number | undefined;
}

interface Gap {
  /** From the gap before up to a count, or up to and with a string's opening quote, byte for byte. */
  readonly before: string;
  readonly index: number | undefined;
  readonly isCount: boolean;
}

/** More may not be held in a double. */
const digitsMax = 15;
const [zero, nine] = [0x30, 0x39];
const space = 0x20;

/**
 * A streamed answer repeats itself: chunk after chunk, only a word is new. Where a text was read strictly,
 * another that has the same bytes but for what stands in string values, and for counts, is as well-formed,
 * has the same names, and says the same but for those: it needs no second reading. Compared as Latin-1,
 * natively.
 */
export class Template {
  readonly #gaps: readonly Gap[];
  readonly #after: string;
  /** Without its padding, where it is nothing but ends: Anthropic pads each event anew. */
  readonly #afterUnpadded: string | undefined;

  /** `slots` are in the order of the text, which was read strictly. */
  constructor(text: Buffer, slots: readonly Slot[]) {
    let from = 0;
    this.#gaps = slots.map(({ start, end, index }) => {
      const isCount = text[start] !== quote;
      const before = text.toString("latin1", from, isCount ? start : start + 1);
      from = isCount ? end : end - 1;
      return { before, index, isCount };
    });
    this.#after = text.toString("latin1", from);
    this.#afterUnpadded = /^"[\]} \r\n]*$/.test(this.#after) ? unpadded(this.#after) : undefined;
  }

  /**
   * The strings, none of them empty, and the digits of counts, by their slots' index; `undefined`: the text
   * has to be read like any other.
   */
  match(bytes: Buffer): readonly string[] | undefined {
    const text = bytes.toString("latin1");
    const found: string[] = [];
    let at = 0;
    for (const { before, index, isCount } of this.#gaps) {
      const begin = at + before.length;
      if (text.slice(at, begin) !== before) return undefined;
      if (isCount) {
        at = endOfCount(text, begin);
        if (at === -1) return undefined;
        if (index !== undefined) found[index] = text.slice(begin, at);
        continue;
      }
      at = endOfPlain(text, begin);
      let string: string | undefined;
      if (text.charCodeAt(at) === quote) string = index === undefined ? "" : text.slice(begin, at);
      else {
        at = endOfString(bytes, begin, bytes.length);
        string = at === -1 || !isUtf8(bytes) ? undefined : unescaped(bytes, begin, at);
      }
      if (string === undefined) return undefined;
      if (index === undefined) continue;
      if (string === "") return undefined;
      found[index] = string;
    }
    const isSame = text.length === at + this.#after.length && text.endsWith(this.#after);
    return isSame || endsAlike(text, at, this.#afterUnpadded) ? found : undefined;
  }
}

/** Between ends of values a space means nothing; none of them stands in a string. */
function unpadded(ends: string): string {
  return ends.replace(/([\]}]) +(?=[\]}])/g, "$1");
}

/** Whether the text has these ends from `from` on, with spaces between them or not. */
function endsAlike(text: string, from: number, ends: string | undefined): boolean {
  if (ends === undefined) return false;
  let at = from;
  for (let index = 0; index < ends.length; index++) {
    const isBetween = isEnd(ends.charCodeAt(index - 1)) && isEnd(ends.charCodeAt(index));
    while (isBetween && text.charCodeAt(at) === space) at++;
    if (text.charCodeAt(at++) !== ends.charCodeAt(index)) return false;
  }
  return at === text.length;
}

function isEnd(code: number): boolean {
  return code === closeBrace || code === closeBracket;
}

/** Behind the digits; -1 where there is no count. What follows is compared in any case. */
function endOfCount(text: string, begin: number): number {
  let at = begin;
  while (text.charCodeAt(at) >= zero && text.charCodeAt(at) <= nine) at++;
  const digits = at - begin;
  const hasLeadingZero = digits > 1 && text.charCodeAt(begin) === zero;
  return digits === 0 || digits > digitsMax || hasLeadingZero ? -1 : at;
}

/** Where the first character stands that ends a string or needs a closer look. */
function endOfPlain(text: string, begin: number): number {
  let at = begin;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote || code === backslash || code < 0x20 || code > 0x7e) break;
  }
  return at;
}

function unescaped(bytes: Buffer, begin: number, end: number): string | undefined {
  const string = parseJson(`"${bytes.toString("utf8", begin, end)}"`);
  return typeof string === "string" ? string : undefined;
}

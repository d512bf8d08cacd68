// Owns telling that a text differs from one read before only in some of its strings and numbers. Knows no
// format.

import { isUtf8 } from "node:buffer";
import { parseJson } from "./json-adapter.ts";
import { endOfString } from "./json-members.ts";
import { backslash, closeBrace, closeBracket, quote } from "./scan.ts";
import type { Span } from "./splice.ts";

/** A string of the text that may be another, its quotes included; or a count, in digits. */
export interface Slot extends Span {
  /** Which of the found ones it is; `undefined`: it has to be of its kind, nobody reads it. */
  readonly index: number | undefined;
}

/** The strings, none of them empty, and the counts, by their slots' index. */
export type Found = readonly (string | number)[];

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
  /** Where the last match has ended. */
  end = 0;
  readonly #gaps: readonly Gap[];
  readonly #foundCount: number;
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
    this.#foundCount = slots.filter(({ index }) => index !== undefined).length;
    this.#after = text.toString("latin1", from);
    this.#afterUnpadded = /^"[\]} \r\n]*$/.test(this.#after) ? unpadded(this.#after) : undefined;
  }

  /** Of the text that every match begins with. */
  get fixedBytes(): number {
    return this.#gaps[0]?.before.length ?? 0;
  }

  /** As `matchText` does, where the match is all there is. */
  match(bytes: Buffer): Found | undefined {
    const text = bytes.toString("latin1");
    const found = this.matchText(text, 0);
    return found !== undefined && this.end === text.length ? found : undefined;
  }

  /**
   * `undefined`: the text, which is Latin-1, has to be read like any other. Less than none for `from`: so
   * many of the first bytes are known to be a match's, and are not there.
   */
  matchText(text: string, from: number): Found | undefined {
    const found = new Array<string | number>(this.#foundCount);
    let at = from;
    for (const { before, index, isCount } of this.#gaps) {
      const begin = at + before.length;
      const isSame = at < 0 ? text.slice(0, begin) === before.slice(-at) : text.slice(at, begin) === before;
      if (!isSame) return undefined;
      at = isCount ? endOfCount(text, begin) : endOfPlain(text, begin);
      if (isCount) {
        if (at === -1) return undefined;
        if (index !== undefined) found[index] = countIn(text, begin, at);
        continue;
      }
      let string: string | undefined;
      if (text.charCodeAt(at) === quote) string = index === undefined ? "" : text.slice(begin, at);
      else {
        at = endOfString(text, at);
        string = at === -1 ? undefined : unescaped(text.slice(begin, at));
      }
      if (string === undefined) return undefined;
      if (index === undefined) continue;
      if (string === "") return undefined;
      found[index] = string;
    }
    this.end = this.#endFrom(text, at);
    return this.end === -1 ? undefined : found;
  }

  #endFrom(text: string, at: number): number {
    const end = at + this.#after.length;
    if (text.slice(at, end) === this.#after) return end;
    return this.#afterUnpadded === undefined ? -1 : endAlike(text, at, this.#afterUnpadded);
  }
}

/** Between ends of values a space means nothing; none of them stands in a string. */
function unpadded(ends: string): string {
  return ends.replace(/([\]}]) +(?=[\]}])/g, "$1");
}

/** Behind these ends, with spaces between them or not; -1 where others stand. */
function endAlike(text: string, from: number, ends: string): number {
  let at = from;
  for (let index = 0; index < ends.length; index++) {
    const isBetween = isEnd(ends.charCodeAt(index - 1)) && isEnd(ends.charCodeAt(index));
    while (isBetween && text.charCodeAt(at) === space) at++;
    if (text.charCodeAt(at++) !== ends.charCodeAt(index)) return -1;
  }
  return at;
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

function countIn(text: string, begin: number, end: number): number {
  let count = 0;
  for (let at = begin; at < end; at++) count = count * 10 + text.charCodeAt(at) - zero;
  return count;
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

/** `latin1`: what stands between a string's quotes. */
function unescaped(latin1: string): string | undefined {
  const bytes = Buffer.from(latin1, "latin1");
  if (!isUtf8(bytes)) return undefined;
  const string = parseJson(`"${bytes.toString()}"`);
  return typeof string === "string" ? string : undefined;
}

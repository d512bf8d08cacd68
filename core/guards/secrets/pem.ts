// Owns private keys in PEM, in lines, in one line, or with their line ends escaped. Knows no other secret.

import { varietyOf } from "../../text/randomness.ts";
import { charsets, endOf, isQuote, isSpace } from "./characters.ts";

export const pemWord = "BEGIN";
export const pemMark = `-----${pemWord}`;
const headMax = 100;
const headerMax = 400;
const head = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;

/** RSA of 16,384 bits takes 13,000 characters. */
const bodyMax = 32_768;
/** Below, it is an example: the smallest keys, on elliptic curves, take as many. */
const keyCharactersMin = 64;
const varietyMin = 16;
/** Of a line within the body: OpenSSH writes 70, PGP and OpenSSL 64. One that is shorter is the last. */
const lineMin = 48;
const footMax = 80;
const base64 = charsets.p ?? 0;
const headerName = charsets.m ?? 0;

/** Where the first line of a private key ends; −1: it is another; undefined: more must be known. */
export function endOfHead(text: string, at: number, { isEnd }: { isEnd: boolean }): number | undefined {
  head.lastIndex = at;
  const match = head.exec(text);
  if (match !== null) return at + match[0].length;
  return isEnd || text.length - at >= headMax ? -1 : undefined;
}

export interface PemEnd {
  readonly isKey: boolean;
  /** Behind what belongs to it. */
  readonly end: number;
}

/** Reads on behind the first line, each character once; places are the whole text's. */
export class PemBody {
  readonly start: number;
  readonly headEnd: number;
  #at: number;
  /** Of the word that begins at `#at`, as much is known to be base64. */
  #seen = 0;
  #end: number;
  #characters = 0;
  #isLastLine = false;

  constructor(start: number, headEnd: number) {
    this.start = start;
    this.headEnd = headEnd;
    this.#at = headEnd;
    this.#end = headEnd;
  }

  /** `offset`: the place of the text's first character. Undefined: more must be known. */
  read(text: string, offset: number, { isEnd }: { isEnd: boolean }): PemEnd | undefined {
    for (;;) {
      const at = skipGaps(text, this.#at - offset, { isEnd });
      if (at + offset !== this.#at) this.#seen = 0;
      this.#at = at + offset;
      if (this.#at - this.start > bodyMax) return this.#finish(text, offset);
      if (text.length - at < 5 && !isEnd) return undefined;
      if (text.startsWith("-----", at)) return this.#foot(text, offset, { isEnd });
      const end = endOf(text, at + this.#seen, { to: Math.min(text.length, at + bodyMax), set: base64 });
      this.#seen = end - at;
      if (end >= text.length && !isEnd && end - at < bodyMax) return undefined;
      const header = this.#characters === 0 ? endOfHeader(text, at, { isEnd }) : -1;
      if (header === undefined) return undefined;
      if (header >= 0) {
        this.#at = header + offset;
        continue;
      }
      if (end === at || !this.#take(end - at, text.charCodeAt(at), end + offset))
        return this.#finish(text, offset);
    }
  }

  /** Whether the word is a line of the body. */
  #take(length: number, first: number, end: number): boolean {
    const isChecksum = first === 61 && length === 5;
    if (this.#isLastLine && !isChecksum) return false;
    this.#isLastLine = length < lineMin;
    this.#characters += length;
    this.#at = end;
    this.#end = end;
    this.#seen = 0;
    return true;
  }

  #foot(text: string, offset: number, { isEnd }: { isEnd: boolean }): PemEnd | undefined {
    const at = this.#at - offset;
    const isComplete = isEnd || text.length - at >= footMax;
    if (!text.startsWith("-----END", at)) return isComplete ? this.#finish(text, offset) : undefined;
    const close = text.indexOf("-----", at + 8);
    if (close < 0 || close - at > footMax) return isComplete ? this.#finish(text, offset) : undefined;
    this.#end = close + 5 + offset;
    return this.#finish(text, offset);
  }

  #finish(text: string, offset: number): PemEnd {
    const body = text.slice(this.start - offset, this.#end - offset);
    const isKey = this.#characters >= keyCharactersMin && varietyOf(body.slice(0, 2_000)) >= varietyMin + 12;
    return { isKey, end: this.#end };
  }
}

/** White space, quotes, escapes, signs that join strings or quote lines. */
function skipGaps(text: string, from: number, { isEnd }: { isEnd: boolean }): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) {
      if (at + 1 >= text.length && !isEnd) break;
      if (isEscape(text.charCodeAt(at + 1))) at += 1;
    } else if (!isSpace(code) && !isQuote(code) && code !== 44 && code !== 62) {
      if (code !== 43 || !isGapAfter(text.charCodeAt(at + 1))) break;
    }
  }
  return Math.min(at, text.length);
}

/** `n`, `r`, `t`. */
const isEscape = (code: number): boolean => code === 110 || code === 114 || code === 116;
const isGapAfter = (code: number): boolean => isSpace(code) || isQuote(code);

/** Behind a line such as `DEK-Info: …`; −1: it is none; undefined: more must be known. */
function endOfHeader(text: string, at: number, { isEnd }: { isEnd: boolean }): number | undefined {
  const name = endOf(text, at, { to: Math.min(text.length, at + headMax), set: headerName });
  if (name >= text.length && !isEnd && name - at < headMax) return undefined;
  if (text.charCodeAt(name) !== 58 || name === at) return -1;
  const line = text.slice(at, at + headerMax);
  const ends = [line.indexOf("\n") + 1, line.indexOf("\\n") + 2].filter((end, index) => end > index);
  if (ends.length > 0) return at + Math.min(...ends);
  return isEnd || line.length === headerMax ? -1 : undefined;
}

// Owns how the text of a JSON value is read: with its escapes undone, and cut so that it stays JSON. Knows
// no guard.

import type { Cut } from "./cuts.ts";
import type { TextView } from "./view.ts";

/** One unit of what is read stands for more than one of what is written. */
interface Escape {
  /** Units of the read text. */
  readonly read: number;
  /** Units of the written text, from its backslash on, and behind it. */
  readonly start: number;
  readonly end: number;
}

/** What a string says, without its quotes; or a number or a word. Units of the read text. */
interface Token {
  readonly start: number;
  end: number;
  readonly isString: boolean;
}

const escaped: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const bare = /[^\s{}[\]:,"]/;
const unicodeLength = 6;

/** Text that is no JSON is read all the same: nobody else will take it for JSON. */
export class JsonView implements TextView {
  #read = 0;
  #written = 0;
  /** An escape whose end has not come. */
  #partial = "";
  #isInString = false;
  /** Of the last escape that was forgotten. */
  #ahead = 0;
  #token: Token | undefined = undefined;
  #escapes: Escape[] = [];
  #tokens: Token[] = [];

  read(piece: string): string {
    let text = "";
    let at = 0;
    while (at < piece.length) {
      const unit = piece.charAt(at);
      if (this.#partial !== "") {
        at += 1;
        text += this.#unescape(unit);
        continue;
      }
      if (this.#isInString) {
        const end = endOfPlain(piece, at);
        if (end > at) {
          this.#advance(end - at);
          text += piece.slice(at, end);
          at = end;
          continue;
        }
      }
      at += 1;
      if (this.#isInString && unit === "\\") this.#partial = unit;
      else text += this.#step(unit);
    }
    return text;
  }

  cut({ start, end, replacement }: Cut): readonly Cut[] | undefined {
    if (end > this.#read) return undefined;
    const cuts: Cut[] = [];
    for (const token of this.#tokens) {
      if (token.end <= start || token.start >= end) continue;
      const said = cuts.length === 0 ? JSON.stringify(replacement) : '""';
      cuts.push(
        token.isString
          ? {
              start: this.written(Math.max(start, token.start)),
              end: this.written(Math.min(end, token.end)),
              replacement: said.slice(1, -1),
            }
          : { start: this.written(token.start), end: this.written(token.end), replacement: said },
      );
    }
    return cuts.length === 0 ? undefined : cuts;
  }

  /** Up to where the unit begins. */
  written(read: number): number {
    if (read >= this.#read) return this.#written;
    for (let at = this.#escapes.length - 1; at >= 0; at -= 1) {
      const one = this.#escapes[at] as Escape;
      if (one.read < read) return read + aheadAfter(one);
      if (one.read === read) return one.start;
    }
    return read + this.#ahead;
  }

  forget(read: number): void {
    const stays = this.#escapes.findIndex((one) => one.read >= read);
    const gone = stays === -1 ? this.#escapes.splice(0) : this.#escapes.splice(0, stays);
    const last = gone.at(-1);
    if (last !== undefined) this.#ahead = aheadAfter(last);
    const first = this.#tokens.findIndex((token) => token.end > read || token === this.#token);
    this.#tokens.splice(0, first === -1 ? this.#tokens.length : first);
  }

  #step(unit: string): string {
    if (unit === '"') this.#quote();
    else if (!this.#isInString) this.#bare(unit);
    this.#written += 1;
    this.#read += 1;
    if (this.#token !== undefined && unit !== '"') this.#token.end = this.#read;
    return unit;
  }

  /** The quote itself belongs to no token. */
  #quote(): void {
    this.#isInString = !this.#isInString;
    this.#token = undefined;
    if (this.#isInString) this.#open(this.#read + 1);
  }

  #bare(unit: string): void {
    if (!bare.test(unit)) this.#token = undefined;
    else if (this.#token === undefined) this.#open(this.#read);
  }

  #open(start: number): void {
    this.#token = { start, end: start, isString: this.#isInString };
    this.#tokens.push(this.#token);
  }

  #advance(units: number): void {
    this.#read += units;
    this.#written += units;
    if (this.#token !== undefined) this.#token.end = this.#read;
  }

  #unescape(unit: string): string {
    this.#partial += unit;
    const partial = this.#partial;
    if (partial.charAt(1) === "u" && partial.length < unicodeLength) return "";
    this.#partial = "";
    const start = this.#written;
    this.#written += partial.length;
    this.#escapes.push({ read: this.#read, start, end: this.#written });
    this.#read += 1;
    if (this.#token !== undefined) this.#token.end = this.#read;
    if (partial.length < unicodeLength) return escaped[unit] ?? unit;
    const code = Number.parseInt(partial.slice(2), 16);
    return Number.isNaN(code) ? "\uFFFD" : String.fromCharCode(code);
  }
}

/** By how many units the written text is longer than the read one, behind it. */
function aheadAfter({ read, end }: Escape): number {
  return end - (read + 1);
}

/** Up to the next quote or backslash. */
function endOfPlain(piece: string, from: number): number {
  for (let at = from; at < piece.length; at += 1) {
    const unit = piece.charCodeAt(at);
    if (unit === 0x22 || unit === 0x5c) return at;
  }
  return piece.length;
}

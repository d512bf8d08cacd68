// Owns how the text of a JSON value is read: with its escapes undone, and cut so that it stays JSON. Knows
// no guard.

import type { Cut } from "./cuts.ts";
import { InnerEscapes, type ReadUnit, unescaped } from "./json-escapes.ts";
import { JsonPlace } from "./json-place.ts";
import type { TextView } from "./view.ts";

/** Units of what is read that stand for another number of units of what is written. */
interface Shift {
  /** Units of the read text, and behind the last of them. */
  readonly read: number;
  readonly readEnd: number;
  /** Units of the written text, from an escape's backslash on, and behind it; a gap is written nowhere. */
  readonly start: number;
  readonly end: number;
}

/** What a string says, without its quotes; or a number or a word. Units of the read text. */
interface Token {
  readonly start: number;
  end: number;
  readonly kind: "name" | "text" | "bare";
}

const bare = /[^\s{}[\]:,"]/;

/** Text that is no JSON is read all the same: nobody else will take it for JSON. */
export class JsonView implements TextView {
  #read = 0;
  #written = 0;
  /** An escape whose end has not come. */
  #partial = "";
  #isInString = false;
  readonly #inner = new InnerEscapes();
  /** By how many units what is written is longer than what is read, behind the last shift forgotten. */
  #ahead = 0;
  #token: Token | undefined = undefined;
  readonly #place = new JsonPlace();
  #namesCut = 0;
  /** Both in their order. */
  #shifts: Shift[] = [];
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
      if (this.#isInString && this.#inner.isPlain) {
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

  gap(units: number): void {
    const [read, start] = [this.#read, this.#written];
    this.#read += units;
    this.#shifts.push({ read, readEnd: this.#read, start, end: start });
    if (this.#token !== undefined) this.#token.end = this.#read;
  }

  cut({ start, end, replacement }: Cut): readonly Cut[] | undefined {
    if (end > this.#read) return undefined;
    const cuts: Cut[] = [];
    const first = firstWhere(this.#tokens, (token) => token.end > start);
    for (let at = first; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at] as Token;
      if (token.start >= end) break;
      const said = cuts.length === 0 ? this.#inPlaceOf(token, replacement) : this.#inPlaceOf(token, "");
      const [from, to] = token.kind === "bare" ? [token.start, token.end] : [start, end];
      cuts.push({
        start: this.written(Math.max(from, token.start)),
        end: this.written(Math.min(to, token.end)),
        replacement: said,
      });
    }
    return cuts.length === 0 ? undefined : cuts;
  }

  /** Up to where the unit begins. */
  written(read: number): number {
    if (read >= this.#read) return this.#written;
    const next = firstWhere(this.#shifts, (shift) => shift.read > read);
    const last = this.#shifts[next - 1];
    if (last === undefined) return read + this.#ahead;
    return read < last.readEnd ? last.start : read + aheadAfter(last);
  }

  forget(read: number): void {
    const stays = firstWhere(this.#shifts, (shift) => shift.readEnd > read);
    const last = this.#shifts[stays - 1];
    if (last !== undefined) this.#ahead = aheadAfter(last);
    if (stays > 0) this.#shifts.splice(0, stays);
    const first = firstWhere(this.#tokens, (token) => token.end > read || token === this.#token);
    if (first > 0) this.#tokens.splice(0, first);
  }

  /** Two names that lose what they say must not become one. */
  #inPlaceOf({ kind }: Token, replacement: string): string {
    const json = JSON.stringify(replacement);
    if (kind === "bare") return json;
    const said = json.slice(1, -1);
    if (kind === "text") return said;
    this.#namesCut += 1;
    return this.#namesCut === 1 ? said : `${said}_${this.#namesCut}`;
  }

  #step(unit: string): string {
    if (unit === '"') return this.#quote();
    if (this.#isInString) return this.#say(this.#inner.take(unit, 1));
    this.#bare(unit);
    this.#advance(1);
    return unit;
  }

  /** The quote itself belongs to no token. */
  #quote(): string {
    let rest = "";
    for (const unit of this.#inner.close()) rest += this.#say(unit);
    this.#isInString = !this.#isInString;
    this.#token = undefined;
    if (this.#isInString) {
      this.#inner.open();
      this.#open(this.#read + 1, this.#place.isName ? "name" : "text");
    }
    this.#written += 1;
    this.#read += 1;
    return `${rest}"`;
  }

  #bare(unit: string): void {
    this.#place.step(unit);
    if (!bare.test(unit)) this.#token = undefined;
    else if (this.#token === undefined) this.#open(this.#read, "bare");
  }

  #open(start: number, kind: Token["kind"]): void {
    this.#token = { start, end: start, kind };
    this.#tokens.push(this.#token);
  }

  #advance(units: number): void {
    this.#read += units;
    this.#written += units;
    if (this.#token !== undefined) this.#token.end = this.#read;
  }

  #unescape(unit: string): string {
    this.#partial += unit;
    const { length } = this.#partial;
    const read = unescaped(this.#partial);
    if (read === undefined) return "";
    this.#partial = "";
    return this.#say(this.#inner.take(read, length));
  }

  /** A unit of a string. */
  #say(said: ReadUnit | undefined): string {
    if (said === undefined) return "";
    const [read, start] = [this.#read, this.#written];
    this.#advance(1);
    if (said.written > 1) {
      this.#written = start + said.written;
      this.#shifts.push({ read, readEnd: this.#read, start, end: this.#written });
    }
    return said.unit;
  }
}

function aheadAfter({ readEnd, end }: Shift): number {
  return end - readEnd;
}

/** `holds` of none up to some place in the list, and of all from there on. */
function firstWhere<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Up to the next quote or backslash. */
function endOfPlain(piece: string, from: number): number {
  for (let at = from; at < piece.length; at += 1) {
    const unit = piece.charCodeAt(at);
    if (unit === 0x22 || unit === 0x5c) return at;
  }
  return piece.length;
}

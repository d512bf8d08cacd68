// Owns reading an ECMA-262 pattern sign by sign into RE2's words. Knows no engine.

import { anyInLine, anything, classInside, nothing, propertyInside } from "./classes.ts";

/** Above it the engine needs tenths of a second to get ready. */
export const weightMax = 5_000;
/** RE2's own bound for one repeat. */
const repeatsMax = 1_000;
const depthMax = 64;

export const lookingAround = "looks around in the middle, which takes more than linear time";

export interface Condition {
  readonly text: string;
  readonly isMet: boolean;
}

export interface Piece {
  readonly text: string;
  readonly weight: number;
}
const empty: Piece = { text: "", weight: 0 };

/** One reading of a pattern, from its first sign to its last. */
export class Translation {
  /** Why it cannot be said; the first reason found. */
  because: string | undefined = undefined;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  /** Lookaheads at the start, behind a `^` or not: each is a pattern of its own, and the rest is another. */
  conditions(): readonly (Condition & Piece)[] {
    const found: (Condition & Piece)[] = [];
    if (!/^\^?\(\?[=!]/.test(this.#text)) return found;
    this.#take("^");
    for (let ahead = this.#ahead(); ahead !== undefined; ahead = this.#ahead()) found.push(ahead);
    return found;
  }

  #ahead(): (Condition & Piece) | undefined {
    const [opening] = /^\(\?[=!]/.exec(this.rest.slice(0, 3)) ?? [];
    if (opening === undefined) return undefined;
    this.#at += opening.length;
    const { text, weight } = this.alternatives(1);
    if (!this.#take(")")) this.#fail("has a ( that is not closed");
    if (this.#isQuantifier()) this.#fail(lookingAround);
    return { text: `\\A(?:${text})`, weight, isMet: opening.endsWith("=") };
  }

  alternatives(depth: number): Piece {
    if (depth > depthMax) return this.#fail("is nested too deep");
    const parts = [this.sequence(depth)];
    while (this.#take("|")) parts.push(this.sequence(depth));
    return {
      text: parts.map(({ text }) => text).join("|"),
      weight: parts.reduce((sum, { weight }) => sum + weight + 1, 0),
    };
  }

  sequence(depth: number): Piece {
    let text = "";
    let weight = 0;
    while (!this.isAtEnd && this.because === undefined && !/[|)]/.test(this.#peek())) {
      const term = this.#term(depth);
      text += term.text;
      weight += term.weight;
    }
    return { text, weight };
  }

  #term(depth: number): Piece {
    const sign = this.#next();
    if (sign === "^" || sign === "$") return this.#unrepeated(sign === "^" ? "\\A" : "\\z");
    if (sign === "\\" && /[bB]/.test(this.#peek())) return this.#unrepeated(`\\${this.#next()}`);
    if (sign === "(") return this.#group(depth);
    return this.#repeated(this.#atom(sign));
  }

  #unrepeated(text: string): Piece {
    if (this.#isQuantifier()) return this.#fail("repeats what is no character");
    return { text, weight: 1 };
  }

  #atom(sign: string): Piece {
    switch (sign) {
      case ".":
        return { text: anyInLine, weight: 1 };
      case "[":
        return { text: this.#class(), weight: 1 };
      case "*":
      case "+":
      case "?":
        return this.#fail(`has a ${sign} that repeats nothing`);
      case "\\":
        return { text: this.#escape(), weight: 1 };
      default:
        return { text: literal(sign), weight: 1 };
    }
  }

  #group(depth: number): Piece {
    if (this.#take("?")) {
      const rest = this.#text.slice(this.#at);
      if (/^<?[=!]/.test(rest)) return this.#fail(lookingAround);
      const [opening] = /^(?::|<[\p{ID_Start}$_][\p{ID_Continue}$]*>)/u.exec(rest) ?? [];
      if (opening === undefined) return this.#fail("has a group of a kind that nobody knows");
      this.#at += opening.length;
    }
    const inner = this.alternatives(depth + 1);
    if (!this.#take(")")) return this.#fail("has a ( that is not closed");
    return this.#repeated({ text: `(?:${inner.text})`, weight: inner.weight });
  }

  #isQuantifier(): boolean {
    return /^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(this.#text.slice(this.#at, this.#at + 24));
  }

  #repeated(atom: Piece): Piece {
    const rest = this.#text.slice(this.#at, this.#at + 32);
    const [all, sign, least, comma, most] = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(rest) ?? [];
    if (all === undefined) return atom;
    this.#at += all.length;
    if (this.#isQuantifier()) return this.#fail("repeats a repeat");
    if (sign !== undefined) return { text: atom.text + sign, weight: atom.weight + 1 };
    const from = Number(least);
    const to = comma === undefined ? from : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    if (to < from) return this.#fail("repeats from more to less");
    const times = Number.isFinite(to) ? to : from + 1;
    if (times * atom.weight > weightMax) return this.#fail("repeats too much");
    return { text: repeat(atom.text, from, to), weight: times * atom.weight + 1 };
  }

  /** Behind a backslash, outside of a class. */
  #escape(): string {
    const letter = this.#next();
    const inside = classInside(letter) ?? this.#property(letter);
    if (inside !== undefined) return `[${inside}]`;
    if (/[1-9k]/.test(letter)) return this.#fail("refers back, which takes more than linear time").text;
    return codeText(this.#code(letter));
  }

  /** `\p{…}` and `\P{…}`. */
  #property(letter: string): string | undefined {
    if (letter !== "p" && letter !== "P") return undefined;
    const [all, property = ""] = /^\{([A-Za-z0-9_=]+)\}/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += all?.length ?? 0;
    const inside = propertyInside(property);
    if (inside === undefined) return this.#fail(`names a property that is not known: ${property}`).text;
    if (letter === "p") return inside;
    return /^\\p\{\w+\}$/.test(inside) ? `\\P${inside.slice(2)}` : this.#fail("negates a wide property").text;
  }

  /** The one character an escape stands for. */
  #code(letter: string): number {
    const rest = this.#text.slice(this.#at);
    const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
    const control = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
    if (control !== undefined) return control;
    if (letter === "0" && !/^\d/.test(rest)) return 0;
    const form = letter === "c" ? /^([A-Za-z])/ : letter === "x" ? /^([0-9A-Fa-f]{2})/ : unicode;
    if (/[cxu]/.test(letter)) {
      const [all, first = "", second, braced] = form.exec(rest) ?? [];
      if (all === undefined) return this.#failCode(letter);
      this.#at += all.length;
      if (letter === "c") return first.charCodeAt(0) % 32;
      const code = Number.parseInt(braced ?? first, 16);
      const pair = second === undefined ? code : pairOf(code, Number.parseInt(second, 16));
      return pair <= 0x10ffff ? pair : this.#failCode(letter);
    }
    return /^[A-Za-z0-9]?$/.test(letter) ? this.#failCode(letter) : Number(letter.codePointAt(0));
  }

  #failCode(letter: string): number {
    this.#fail(`has a backslash before ${letter === "" ? "its end" : letter}, which says nothing`);
    return 0;
  }

  #class(): string {
    const isNegated = this.#take("^");
    let inside = "";
    while (!this.#take("]")) {
      if (this.isAtEnd) return this.#fail("has a [ that is not closed").text;
      inside += this.#range();
      if (this.because !== undefined) return "";
    }
    if (inside === "") return isNegated ? anything : nothing;
    return isNegated ? `[^${inside}]` : `[${inside}]`;
  }

  #range(): string {
    const from = this.#member();
    const isRange =
      this.#peek() === "-" && this.#text[this.#at + 1] !== "]" && this.#at + 1 < this.#text.length;
    if (typeof from === "string" || !isRange) return typeof from === "string" ? from : codeText(from);
    this.#at += 1;
    const to = this.#member();
    if (typeof to === "string") return `${codeText(from)}\\-${to}`;
    if (to < from) return this.#fail("has a range from more to less").text;
    return `${codeText(from)}-${codeText(to)}`;
  }

  /** A character, or a set of them. */
  #member(): number | string {
    const sign = this.#next();
    if (sign !== "\\") return Number(sign.codePointAt(0));
    const letter = this.#next();
    if (letter === "b") return 8;
    return classInside(letter) ?? this.#property(letter) ?? this.#code(letter);
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return "";
    const sign = String.fromCodePoint(code);
    this.#at += sign.length;
    return sign;
  }

  #take(sign: string): boolean {
    if (this.#peek() !== sign) return false;
    this.#at += 1;
    return true;
  }

  #fail(because: string): Piece {
    this.because ??= because;
    this.#at = this.#text.length;
    return empty;
  }
}

const unicode = /^(?:([0-9A-Fa-f]{4})(?:\\u([Dd][C-Fc-f][0-9A-Fa-f]{2}))?|\{([0-9A-Fa-f]+)\})/;

function pairOf(high: number, low: number): number {
  return high >= 0xd800 && high < 0xdc00 ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : high;
}

function codeText(code: number): string {
  return `\\x{${code.toString(16)}}`;
}

function literal(sign: string): string {
  return /^[A-Za-z0-9]$/.test(sign) ? sign : codeText(Number(sign.codePointAt(0)));
}

/** RE2 takes a repeat of so many at most, so a longer one is written as several. */
function repeat(atom: string, from: number, to: number): string {
  if (from <= repeatsMax && (!Number.isFinite(to) || to <= repeatsMax)) {
    return `${atom}{${from},${Number.isFinite(to) ? to : ""}}`;
  }
  const must = chunks(from).map((count) => `${atom}{${count}}`);
  const may = Number.isFinite(to) ? chunks(to - from).map((count) => `${atom}{0,${count}}`) : [`${atom}*`];
  return `(?:${[...must, ...may].join("")})`;
}

function chunks(count: number): readonly number[] {
  const whole = Array.from({ length: Math.floor(count / repeatsMax) }, () => repeatsMax);
  return count % repeatsMax === 0 ? whole : [...whole, count % repeatsMax];
}

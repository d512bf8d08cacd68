// Owns finding patterns in a text that comes in pieces: the same matches, however it is cut. Knows no
// policy.

import type { RE2JS } from "re2js";

export interface Pattern {
  readonly type: string;
  readonly score: number;
  readonly re2: RE2JS;
  /** The same where the text goes on. */
  readonly inner: RE2JS;
  /** UTF-16 units; a longer match is told cut. */
  readonly lengthMax: number;
}

export interface Match {
  readonly pattern: Pattern;
  readonly start: number;
  readonly end: number;
}

/** What stands before a match is asked for: a character, which may be two units. */
const before = 2;
const stepMax = 4_096;
const stepMin = 64;

export class PatternScanner {
  readonly #patterns: readonly Pattern[];
  /** Tells which of them match somewhere, in one pass over a text. */
  readonly #matching: (text: string) => readonly number[];
  #text = "";
  #offset = 0;
  #isEnded = false;
  /** Where the next match of each may begin. */
  readonly #from: number[];
  readonly #reach: number;

  constructor(patterns: readonly Pattern[], matching: (text: string) => readonly number[]) {
    this.#patterns = patterns;
    this.#matching = matching;
    this.#from = patterns.map(() => 0);
    this.#reach = Math.max(0, ...patterns.map(({ lengthMax }) => lengthMax)) + 1;
  }

  /** No match that is told later begins before. */
  get decided(): number {
    return this.#patterns.length === 0
      ? this.#offset + this.#text.length
      : this.#offset + Math.min(...this.#from);
  }

  push(text: string): Match[] {
    if (this.#patterns.length === 0) {
      this.#offset += text.length;
      return [];
    }
    this.#text += text;
    const matches = this.#read({ isEnd: false });
    const drop = Math.max(0, Math.min(...this.#from) - before);
    if (drop > 0) {
      this.#text = this.#text.slice(drop);
      this.#offset += drop;
      for (const [at, from] of this.#from.entries()) this.#from[at] = from - drop;
    }
    return matches;
  }

  end(): Match[] {
    return this.#patterns.length === 0 ? [] : this.#read({ isEnd: true });
  }

  #read({ isEnd }: { isEnd: boolean }): Match[] {
    const matches: Match[] = [];
    const { length } = this.#text;
    for (let begin = Math.min(...this.#from); begin < length; ) {
      const to = Math.min(length, begin + stepMax + this.#reach);
      const isLast = to === length;
      const matching = new Set(this.#matching(this.#text.slice(Math.max(0, begin - before), to)));
      for (const [index, pattern] of this.#patterns.entries()) {
        const from = this.#from[index] ?? 0;
        const limit = Math.max(from, to - pattern.lengthMax - 1);
        const next = matching.has(index) ? this.#find(pattern, { from, limit }, matches) : limit;
        this.#from[index] = Math.max(next, limit);
      }
      if (isLast) break;
      begin = Math.max(begin + 1, Math.min(...this.#from));
    }
    return isEnd ? [...matches, ...this.#readTail()] : matches;
  }

  /** What begins so near the end that it may reach it. */
  #readTail(): Match[] {
    const begin = Math.max(0, Math.min(...this.#from) - before);
    const matching = new Set(this.#matching(this.#text.slice(begin)));
    const matches: Match[] = [];
    this.#isEnded = true;
    for (const [index, pattern] of this.#patterns.entries()) {
      const stretch = { from: this.#from[index] ?? 0, limit: this.#text.length };
      if (matching.has(index)) this.#find(pattern, stretch, matches);
    }
    return matches;
  }

  /** All matches that begin in a stretch; where the next may begin. */
  #find(pattern: Pattern, { from, limit }: { from: number; limit: number }, matches: Match[]): number {
    let at = from;
    while (at < limit) {
      const to = Math.min(this.#text.length, at + 4 * pattern.lengthMax + stepMin);
      const start = this.#next(pattern, at, to);
      if (start < 0) {
        if (to === this.#text.length) return limit;
        at = Math.max(at + 1, to - pattern.lengthMax - 1);
        continue;
      }
      if (start >= limit) return limit;
      const end = this.#endOf(pattern, start);
      if (end > start) {
        matches.push(this.#match(pattern, start, end));
        at = end;
        continue;
      }
      // One more unit than a match may have is looked at: what ends there is a match as well, told cut.
      at = Math.max(start + 1, this.#firstEnd(pattern, start, to) - pattern.lengthMax - 1);
    }
    return at;
  }

  #match(pattern: Pattern, start: number, end: number): Match {
    return { pattern, start: this.#offset + start, end: this.#offset + end };
  }

  /** For a stretch up to there. */
  #engine({ re2, inner }: Pattern, to: number): RE2JS {
    return this.#isEnded && to >= this.#text.length ? re2 : inner;
  }

  #next(pattern: Pattern, at: number, to: number): number {
    const shift = Math.max(0, at - before);
    const slice = this.#text.slice(shift, to);
    const engine = this.#engine(pattern, to);
    if (!engine.test(slice)) return -1;
    const matcher = engine.matcher(slice);
    return matcher.find(at - shift) ? matcher.start() + shift : -1;
  }

  /**
   * Where the match ends that begins there, by so much of the text alone as a match can have, and the
   * character behind it; −1: none does. What reaches beyond is cut.
   */
  #endOf(pattern: Pattern, start: number): number {
    const shift = Math.max(0, start - before);
    const to = start + pattern.lengthMax + 1;
    const matcher = this.#engine(pattern, to).matcher(this.#text.slice(shift, to));
    if (!matcher.find(start - shift) || matcher.start() + shift !== start) return -1;
    return Math.min(matcher.end() + shift, start + pattern.lengthMax);
  }

  /**
   * The first place where any match ends, of those that begin at a place or behind it: halving, as a test is
   * fast.
   */
  #firstEnd({ inner, lengthMax }: Pattern, start: number, to: number): number {
    const shift = Math.max(0, start - before);
    let [none, some] = [Math.min(to, start + lengthMax), to];
    while (some - none > 1) {
      const middle = (none + some) >> 1;
      if (inner.test(this.#text.slice(shift, middle))) some = middle;
      else none = middle;
    }
    return some;
  }
}

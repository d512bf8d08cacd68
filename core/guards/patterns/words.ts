// Owns finding words of a list in a text that comes in pieces, by one automaton (Aho and Corasick) for all. Knows no
// policy.

const units = 65_536;
/** Small letters of a text's units, so that places stay; what would take two units stays itself. */
const small = new Uint16Array(units);
/** 0: no part of a word. 1: a letter or digit. 2: of a script that writes no spaces. */
const kinds = new Uint8Array(units);

function fillTables(): void {
  if (kinds[65] !== 0) return;
  for (let code = 0; code < units; code += 1) {
    const character = String.fromCharCode(code);
    const lower = /\s/.test(character) ? " " : character.toLowerCase();
    small[code] = lower.length === 1 ? lower.charCodeAt(0) : code;
    if (
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}]/u.test(character)
    ) {
      kinds[code] = 2;
    } else if (/[\p{L}\p{N}\p{M}_]/u.test(character)) kinds[code] = 1;
  }
}

const smallOf = (text: string): number[] =>
  Array.from({ length: text.length }, (_, at) => small[text.charCodeAt(at)] ?? 0);

export interface WordMatch {
  readonly start: number;
  readonly end: number;
}

/** The automaton of a list; shared by all texts. */
export class WordList {
  /** Of a unit, which of the characters of all words it is; 0: of none. */
  readonly classes = new Uint16Array(units);
  readonly classCount: number;
  /** State and class → state. */
  readonly next: Int32Array;
  /** Of a state, how many units of a word are read. */
  readonly depths: Int32Array;
  /** Of a state, the lengths of the words that end there. */
  readonly ends: readonly number[][];
  readonly longest: number;

  constructor(words: readonly string[]) {
    fillTables();
    const spelled = words.map((word) => smallOf(word.trim())).filter(({ length }) => length > 0);
    const alphabet = [...new Set(spelled.flat())];
    for (const [at, code] of alphabet.entries()) this.classes[code] = at + 1;
    for (let code = 0; code < units; code += 1) this.classes[code] ||= this.classes[small[code] ?? 0] ?? 0;
    this.classCount = alphabet.length + 1;
    this.longest = Math.max(0, ...spelled.map(({ length }) => length));
    const size = spelled.reduce((sum, { length }) => sum + length, 1);
    this.next = new Int32Array(size * this.classCount);
    this.depths = new Int32Array(size);
    this.ends = Array.from({ length: size }, () => []);
    this.#spell(spelled);
    this.#link();
  }

  #spell(words: readonly (readonly number[])[]): void {
    let count = 1;
    for (const word of words) {
      let state = 0;
      for (const code of word) {
        const edge = state * this.classCount + (this.classes[code] ?? 0);
        if (this.next[edge] === 0) {
          this.next[edge] = count;
          this.depths[count] = (this.depths[state] ?? 0) + 1;
          count += 1;
        }
        state = this.next[edge] ?? 0;
      }
      if (this.ends[state]?.length === 0) this.ends[state]?.push(word.length);
    }
  }

  /** Where a word does not go on, the longest one that has begun within it does. */
  #link(): void {
    const fails = new Int32Array(this.depths.length);
    const queue = Array.from(this.next.subarray(0, this.classCount)).filter((state) => state > 0);
    for (const state of queue) {
      const fail = fails[state] ?? 0;
      this.ends[state]?.push(...(this.ends[fail] ?? []));
      for (let at = 0; at < this.classCount; at += 1) {
        const edge = state * this.classCount + at;
        const child = this.next[edge] ?? 0;
        const other = this.next[fail * this.classCount + at] ?? 0;
        if (child === 0) this.next[edge] = other;
        else {
          fails[child] = other;
          queue.push(child);
        }
      }
    }
  }
}

/** Within a word there is no border; scripts without spaces have one everywhere. */
const isBorder = (left: number, right: number): boolean => kinds[left] !== 1 || kinds[right] !== 1;

/** Reads one text. */
export class WordScanner {
  readonly #list: WordList;
  /** As much of what was read as a word and what stands before it take. */
  #tail = "";
  #pushed = 0;
  #state = 0;
  /** Words that are whole if none goes on behind them. */
  #waiting: WordMatch[] = [];

  constructor(list: WordList) {
    this.#list = list;
  }

  /** No match that is told later begins before. */
  get decided(): number {
    const begun = this.#pushed - (this.#list.depths[this.#state] ?? 0);
    return Math.min(begun, ...this.#waiting.map(({ start }) => start));
  }

  push(pushed: string): WordMatch[] {
    const { classes, classCount, next, ends, longest } = this.#list;
    const matches: WordMatch[] = [];
    if (longest === 0) {
      this.#pushed += pushed.length;
      return matches;
    }
    const text = this.#tail + pushed;
    const offset = this.#pushed - this.#tail.length;
    let state = this.#state;
    for (let at = this.#tail.length; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (this.#waiting.length > 0) {
        if (isBorder(text.charCodeAt(at - 1), code)) matches.push(...this.#waiting);
        this.#waiting = [];
      }
      state = next[state * classCount + (classes[code] ?? 0)] ?? 0;
      for (const length of ends[state] ?? []) {
        const start = at + 1 - length;
        const isWhole = start === 0 || isBorder(text.charCodeAt(start - 1), text.charCodeAt(start));
        if (isWhole) this.#waiting.push({ start: start + offset, end: at + 1 + offset });
      }
    }
    this.#state = state;
    this.#pushed += pushed.length;
    this.#tail = text.slice(-(longest + 1));
    return matches;
  }

  end(): readonly WordMatch[] {
    return this.#waiting;
  }
}

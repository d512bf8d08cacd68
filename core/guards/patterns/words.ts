// Owns finding words of a list in a text that comes in pieces, in one pass for all. Knows no policy.

import { Automaton } from "../../text/automaton.ts";

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

/** A list, shared by all texts. */
export class WordList {
  /** Of a unit, which of the characters of all words it is; 0: of none. */
  readonly classes = new Uint16Array(units);
  readonly automaton: Automaton;
  readonly lengths: readonly number[];
  readonly longest: number;

  constructor(words: readonly string[]) {
    fillTables();
    const lowered = new Set(words.map((word) => String.fromCharCode(...smallOf(word.trim()))));
    const spelled = [...lowered].filter((word) => word !== "").map(smallOf);
    const alphabet = [...new Set(spelled.flat())];
    for (const [at, code] of alphabet.entries()) this.classes[code] = at + 1;
    for (let code = 0; code < units; code += 1) this.classes[code] ||= this.classes[small[code] ?? 0] ?? 0;
    const symbols = spelled.map((word) => word.map((code) => this.classes[code] ?? 0));
    this.automaton = new Automaton(symbols, alphabet.length + 1);
    this.lengths = spelled.map(({ length }) => length);
    this.longest = Math.max(0, ...this.lengths);
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
    const begun = this.#pushed - this.#list.automaton.depth(this.#state);
    return Math.min(begun, ...this.#waiting.map(({ start }) => start));
  }

  push(pushed: string): WordMatch[] {
    const { classes, automaton, lengths, longest } = this.#list;
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
      state = automaton.step(state, classes[code] ?? 0);
      if (!automaton.hasEnd(state)) continue;
      for (const word of automaton.ends(state)) {
        const start = at + 1 - (lengths[word] ?? 0);
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

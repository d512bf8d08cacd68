// Owns one quick look over a text for all who look for something in it: where words stand that somebody asked
// for, where numbers, signs and long runs. Knows no reader and what none of it means.

import { keyUnits, type ListName, listNames, shortsMin, textMax } from "./sieve-layout.ts";
import {
  countPlaces,
  isRunnable,
  kindsOfSigns,
  lastLongEnd,
  places,
  runSieve,
  seenKinds,
  textBytes,
  wantWord,
  wordsSinceLong,
} from "./sieve-memory.ts";

const shortUnits = 3;

/** Some sets of signs, a bit each. */
export const sign = {
  /** May stand for a letter of a word. */
  leet: 1,
  escape: 2,
  /** What stands before it may be the name of what follows. */
  naming: 4,
  dash: 8,
  at: 16,
  opening: 32,
  apostrophe: 64,
  /** Seldom seen: whoever meets it reads with more care. */
  odd: 128,
} as const;

const mark = (written: string, kind: number): void => {
  for (const one of written) {
    const code = one.charCodeAt(0);
    kindsOfSigns[code] = (kindsOfSigns[code] as number) | kind;
  }
};
mark("!$+@|", sign.leet);
mark("%&\\", sign.escape);
mark(":=>", sign.naming);
mark("-", sign.dash);
mark("@", sign.at);
mark("[({<", sign.opening);
mark("'", sign.apostrophe);
mark("\u007f\u00a0\u00ad\u00b5\u00aa\u00ba\u00b2\u00b3\u00b9\u00bc\u00bd\u00be", sign.odd);
for (let code = 0x80; code < 0xa0; code++) kindsOfSigns[code] = sign.odd;

/**
 * From now on words are told of that begin as one of these do, or are as short as it is: of three letters on,
 * in lower case, without marks. Others may be told of as well.
 */
export function want(words: Iterable<string>): void {
  for (const word of words) {
    const letters = word.slice(0, keyUnits);
    if (letters.length >= shortUnits && /^[a-z]+$/.test(letters)) wantWord(letters);
  }
}

/** Beyond Latin-1, and yet no more than signs that Latin-1 has others for. */
const alike: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
  "…": "·",
  "•": "·",
  "€": "¤",
};
const wide = /[\u0100-\uffff]/;
const wideSigns = /[\u0100-\uffff]/g;
/** Any other. */
const strange =
  /[\u0100-\u2012\u2015-\u2017\u201a\u201b\u201e-\u2021\u2023-\u2025\u2027-\u20ab\u20ad-\uffff]/;

/** Places, in order. */
export interface Places {
  readonly at: Uint16Array;
  readonly count: number;
}

const counts = new Int32Array(listNames.length);

class List implements Places {
  readonly at: Uint16Array;
  readonly #index: number;

  constructor(name: ListName) {
    this.#index = listNames.indexOf(name);
    this.at = places[name];
  }

  get count(): number {
    return counts[this.#index] as number;
  }

  add(place: number): void {
    this.at[this.count] = place;
    counts[this.#index] = this.count + 1;
  }
}

/** What was seen in the text that was looked at last, place by place of `bytes`. */
export class Sieve {
  /** The text, and zeros behind it. */
  readonly bytes = textBytes;
  text = "";
  /** It is too long, or in a script that is not read here: nothing is said of it. */
  isUnread = true;
  /** Whether it has signs beyond Latin-1: others stand for them in `bytes`. */
  isWide = false;
  /** Words that may be wanted ones. */
  readonly words = new List("words");
  /** Words as long as several. */
  readonly joined = new List("joined");
  /** In turns: where for long there are but short words, and where that ends. */
  readonly shorts = new List("shorts");
  /** First digits. */
  readonly numbers = new List("numbers");
  /** A letter in front of a digit, or the other way round. */
  readonly mixed = new List("mixed");
  /** Signs of some kind. */
  readonly signs = new List("signs");
  /** Where a run without white space begins, of `runUnitsMin` units or more. */
  readonly runs = new List("runs");
  /** Of all its signs. */
  kinds = 0;

  read(text: string): this {
    if (text !== "" && text === this.text) return this;
    this.isUnread = !isRunnable || text.length > textMax;
    this.text = this.isUnread ? "" : text;
    if (this.isUnread) return this;
    this.isWide = wide.test(text);
    this.isUnread = this.isWide && strange.test(text);
    if (!this.isUnread)
      this.#sift(this.isWide ? text.replace(wideSigns, (unit) => alike[unit] ?? "·") : text);
    return this;
  }

  #sift(latin: string): void {
    runSieve(latin);
    countPlaces(counts);
    this.kinds = seenKinds();
    const { shorts } = this;
    if (wordsSinceLong() < shortsMin) return;
    shorts.add(lastLongEnd());
    shorts.add(latin.length);
  }
}

const sieve = new Sieve();

/** What is seen in a text stands until another one is looked at: it is read at once. */
export function sift(text: string): Sieve {
  return sieve.read(text);
}

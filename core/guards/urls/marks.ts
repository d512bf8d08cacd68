// Owns finding what may begin a URL or the markup around one, fast: in prose there is little of it. Knows
// no policy.

import type { Known } from "./link.ts";

/** What is looked for, as native search is far faster for single signs than any pattern. */
const needles = ["![", "](", "]:", "<", ":", "(", "www.", "WWW.", "Www."] as const;
export type Mark = (typeof needles)[number];

const nowhere = Number.MAX_SAFE_INTEGER;
const letter = /[a-z/]/i;
const slashes = /^[/\\]{2}/;
const css = /(?:^|[^a-z0-9])url$/i;
/** Schemes that need no slashes. */
const bareSchemes = /(?:^|[^a-z0-9+.-])(?:javascript|vbscript|data|blob|file)$/i;

export interface Found {
  readonly mark: Mark;
  readonly at: number;
  /** What follows decides, and is not known. */
  readonly isOpen: boolean;
}

/** Finds them one behind the other; each stretch is searched once for each sign. */
export class Marks {
  readonly #known: Known;
  readonly #next: number[];

  constructor(known: Known) {
    this.#known = known;
    this.#next = needles.map(() => -1);
  }

  next(from: number): Found | undefined {
    for (let begin = from; ; ) {
      let first = 0;
      for (let index = 0; index < needles.length; index += 1) {
        if ((this.#next[index] ?? 0) < begin) this.#next[index] = this.#find(needles[index] ?? "", begin);
        if ((this.#next[index] ?? nowhere) < (this.#next[first] ?? nowhere)) first = index;
      }
      const at = this.#next[first] ?? nowhere;
      const mark = needles[first];
      if (at === nowhere || mark === undefined) return undefined;
      const isOne = this.#isMark(mark, at);
      if (isOne !== false) return { mark, at, isOpen: isOne === undefined };
      begin = at + 1;
    }
  }

  #find(needle: string, from: number): number {
    const at = this.#known.text.indexOf(needle, from);
    return at < 0 ? nowhere : at;
  }

  /** Undefined: it is not known yet. */
  #isMark(mark: Mark, at: number): boolean | undefined {
    const { text, isEnd } = this.#known;
    if (mark === "<")
      return at + 1 < text.length ? letter.test(text.charAt(at + 1)) : isEnd ? false : undefined;
    if (mark === "(") return css.test(text.slice(Math.max(0, at - 4), at));
    if (mark === ":") {
      if (bareSchemes.test(text.slice(Math.max(0, at - 11), at))) return true;
      if (slashes.test(text.slice(at + 1, at + 3))) return true;
      return at + 3 > text.length && !isEnd && /^[/\\]?$/.test(text.slice(at + 1)) ? undefined : false;
    }
    if (!mark.toLowerCase().startsWith("w")) return true;
    return at === 0 || !/[a-z0-9_]/i.test(text.charAt(at - 1));
  }
}

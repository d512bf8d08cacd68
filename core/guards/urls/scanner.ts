// Owns reading one text for URLs, piece by piece. Knows no policy.

import type { Finding, Scan, Scanner } from "../../contracts/guard.ts";
import { type Link, open } from "./link.ts";
import { Marks } from "./marks.ts";
import { lineMax, readPlace } from "./places.ts";

/** What a link comes to; undefined: it may stay. */
export type Verdict = (link: Link) => { readonly type: string; readonly score: number } | undefined;

/** The longest mark, and what stands before one that belongs to its URL. */
const markMax = 24;
const anything = /[\s\S]/;

export class UrlScanner implements Scanner {
  readonly #verdict: Verdict;
  #text = "";
  #offset = 0;
  /** From here on marks are looked for. */
  #from = 0;
  /** Nothing before is told any more. */
  #decided = 0;
  /** A place that nothing yet closes waits for one of these. */
  #waits: RegExp | undefined;
  #readTo = 0;

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  push(text: string): Scan {
    this.#text += text;
    const isWaiting = this.#waits?.test(text) === false && this.#text.length - this.#readTo < stepMin;
    const findings = isWaiting ? [] : this.#read({ isEnd: false });
    const scan = { findings, decided: this.#offset + this.#decided };
    const drop = Math.min(this.#decided, this.#from - lineMax);
    if (drop > 0) {
      this.#text = this.#text.slice(drop);
      this.#offset += drop;
      this.#from -= drop;
      this.#decided -= drop;
      this.#readTo -= drop;
    }
    return scan;
  }

  end(): readonly Finding[] {
    return this.#read({ isEnd: true });
  }

  #read({ isEnd }: { isEnd: boolean }): Finding[] {
    const findings: Finding[] = [];
    const text = this.#text;
    this.#waits = undefined;
    this.#readTo = text.length;
    const known = { text, isEnd };
    const marks = new Marks(known);
    for (let found = marks.next(this.#from); found !== undefined; found = marks.next(this.#from)) {
      const { at, mark } = found;
      const place = found.isOpen ? open(anything) : readPlace(known, at, mark);
      if (place.kind === "open") {
        this.#waits = place.waits;
        this.#from = at;
        this.#decided = Math.max(this.#decided, startOfWord(text, at));
        return findings;
      }
      for (const link of place.links) {
        const judged = this.#verdict(link);
        if (judged === undefined) continue;
        const { start, end } = link;
        findings.push({ ...judged, start: start + this.#offset, end: end + this.#offset, method: "pattern" });
      }
      this.#from = place.next;
    }
    const next = isEnd ? text.length : Math.max(this.#from, startOfWord(text, text.length));
    this.#decided = Math.max(this.#decided, next);
    this.#from = Math.max(this.#from, next);
    return findings;
  }
}

/** Read again after so much, as nothing is waited for longer than it may be. */
const stepMin = 2_048;

/** Where the last word begins, if it may still become a scheme or a mark. */
function startOfWord(text: string, to: number): number {
  let at = to;
  while (at > 0 && to - at < markMax && isWord(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Letters, digits, and signs of marks and schemes. */
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  [33, 43, 45, 46, 47, 58, 60, 91, 92, 93].includes(code);

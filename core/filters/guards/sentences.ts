// Owns the reach of what was found out to the sentences it stands in. Knows no guard.

import type { Async } from "../../contracts/frame.ts";
import type { Finding, Scan, Scanner, Unable } from "../../contracts/guard.ts";

/** A sentence without an end is cut here, so that a stream is not held for ever. */
const sentenceUnitsMax = 2_000;
const ender = /[.!?。！？\n]+["'”’)\]]*(?=\s|$)|[。！？\n]/g;

/** What is found reaches from the first to the last unit of its sentences. */
export class SentenceScanner implements Scanner {
  readonly #scanner: Scanner;
  /** From the last boundary that was decided on. */
  #text = "";
  #from = 0;
  /** Ends of sentences, ascending. */
  #ends: number[] = [];
  #pending: Finding[] = [];
  #decided = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  push(text: string): Scan {
    const { findings, decided } = this.#scanner.push(text);
    this.#text += text;
    this.#decided = decided;
    this.#pending.push(...findings);
    this.#findEnds();
    return this.#settle();
  }

  end(): Async<readonly Finding[] | Unable> {
    const last = this.#scanner.end();
    return last instanceof Promise ? last.then((findings) => this.#finish(findings)) : this.#finish(last);
  }

  #finish(last: readonly Finding[] | Unable): readonly Finding[] | Unable {
    if ("kind" in last) return last;
    this.#pending.push(...last);
    const length = this.#from + this.#text.length;
    this.#ends.push(length);
    this.#decided = length;
    return this.#settle().findings;
  }

  /** A mark at the very end of what came may be amid a number or an abbreviation: the next push tells. */
  #findEnds(): void {
    const done = this.#ends.at(-1) ?? this.#from;
    const rest = this.#text.slice(done - this.#from);
    let last = done;
    for (const match of rest.matchAll(ender)) {
      const end = done + match.index + match[0].length;
      if (end < this.#from + this.#text.length) last = end;
      else break;
      this.#ends.push(end);
    }
    const length = this.#from + this.#text.length;
    while (length - last > sentenceUnitsMax) {
      last += sentenceUnitsMax;
      this.#ends.push(last);
    }
  }

  #settle(): Scan {
    const settled: Finding[] = [];
    const boundary = this.#ends.findLast((end) => end <= this.#decided) ?? this.#from;
    const waiting: Finding[] = [];
    for (const finding of this.#pending) {
      const end = this.#ends.find((at) => at >= finding.end);
      if (end === undefined) waiting.push(finding);
      else settled.push({ ...finding, start: this.#startOf(finding.start), end });
    }
    this.#pending = waiting;
    const first = waiting.reduce((least, { start }) => Math.min(least, this.#startOf(start)), boundary);
    this.#text = this.#text.slice(first - this.#from);
    this.#ends = this.#ends.filter((end) => end > first);
    this.#from = first;
    return { findings: settled, decided: first };
  }

  #startOf(unit: number): number {
    return Math.max(this.#from, this.#ends.findLast((end) => end <= unit) ?? this.#from);
  }
}

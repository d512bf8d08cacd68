// Owns the reach of what was found out to the sentences it stands in. Knows no guard.

import type { Async } from "../../contracts/frame.ts";
import type { Finding, Scan, Scanner, Unable } from "../../contracts/guard.ts";

/** A sentence without an end is cut here, so that a stream is not held for ever. */
const sentenceUnitsMax = 2_000;

/** They end a sentence where space follows: a point may stand in a number or a name. */
const weakEnders: ReadonlySet<string> = new Set([".", "!", "?"]);
const strongEnders: ReadonlySet<string> = new Set(["。", "！", "？", "\n"]);
/** What belongs to the sentence that ends before it. */
const closers: ReadonlySet<string> = new Set(["'", "”", "’", ")", "]"]);
const space = /\s/;

/** `json`: no sentence goes on past the string it stands in. */
export type SentencesIn = "prose" | "json";

/** Where sentences end, unit by unit. */
class SentenceEnds {
  /** Ascending; those behind which nothing waits are dropped. */
  readonly ends: number[] = [];
  readonly #isQuoteAnEnd: boolean;
  #length = 0;
  #last = 0;
  /** What came just now. */
  #after: "words" | "weak" | "strong" = "words";

  constructor(form: SentencesIn) {
    this.#isQuoteAnEnd = form === "json";
  }

  get length(): number {
    return this.#length;
  }

  push(text: string): void {
    for (const unit of text.split("")) this.#step(unit);
  }

  /** The first one from a unit on; undefined while it has not come. */
  from(unit: number): number | undefined {
    return this.ends[this.#countBefore(unit)];
  }

  /** The last one up to a unit. */
  upTo(unit: number): number | undefined {
    return this.ends[this.#countBefore(unit + 1) - 1];
  }

  forget(unit: number): void {
    const gone = this.#countBefore(unit + 1);
    if (gone > 0) this.ends.splice(0, gone);
  }

  close(): void {
    if (this.ends.at(-1) !== this.#length) this.ends.push(this.#length);
  }

  #step(unit: string): void {
    if (strongEnders.has(unit)) this.#after = "strong";
    else if (weakEnders.has(unit)) this.#after = this.#after === "strong" ? "strong" : "weak";
    else if (this.#isQuoteAnEnd && unit === '"') this.#end();
    else if (this.#after !== "words" && !closers.has(unit)) {
      if (this.#after === "strong" || space.test(unit)) this.#end();
      this.#after = "words";
    }
    this.#length += 1;
    if (this.#isQuoteAnEnd && unit === '"') this.#end();
    else if (this.#length - this.#last >= sentenceUnitsMax) this.#end();
  }

  #end(): void {
    this.#after = "words";
    if (this.#length === this.#last) return;
    this.#last = this.#length;
    this.ends.push(this.#length);
  }

  /** How many stand before a unit. */
  #countBefore(unit: number): number {
    let [low, high] = [0, this.ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ends[middle] as number) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What is found reaches from the first to the last unit of its sentences. */
export class SentenceScanner implements Scanner {
  readonly #scanner: Scanner;
  readonly #sentences: SentenceEnds;
  /** From the last end on that was decided on. */
  #from = 0;
  #pending: Finding[] = [];
  #decided = 0;

  constructor(scanner: Scanner, form: SentencesIn = "prose") {
    this.#scanner = scanner;
    this.#sentences = new SentenceEnds(form);
  }

  push(text: string): Scan {
    const { findings, decided } = this.#scanner.push(text);
    this.#sentences.push(text);
    this.#decided = decided;
    if (findings.length > 0) this.#pending.push(...findings);
    return this.#settle();
  }

  end(): Async<readonly Finding[] | Unable> {
    const last = this.#scanner.end();
    return last instanceof Promise ? last.then((findings) => this.#finish(findings)) : this.#finish(last);
  }

  #finish(last: readonly Finding[] | Unable): readonly Finding[] | Unable {
    if ("kind" in last) return last;
    const { length } = this.#sentences;
    const open = [...this.#pending, ...last];
    this.#pending = open.map((finding) => ({ ...finding, end: Math.min(finding.end, length) }));
    this.#sentences.close();
    this.#decided = length;
    return this.#settle().findings;
  }

  #settle(): Scan {
    const settled: Finding[] = [];
    const waiting: Finding[] = [];
    for (const finding of this.#pending) {
      const end = finding.end === 0 ? 0 : this.#sentences.from(finding.end);
      if (end === undefined) waiting.push(finding);
      else settled.push(end === 0 ? finding : { ...finding, start: this.#startOf(finding.start), end });
    }
    this.#pending = waiting;
    let first = this.#startOf(this.#decided);
    for (const { start } of waiting) first = Math.min(first, this.#startOf(start));
    this.#sentences.forget(first);
    this.#from = first;
    return { findings: settled, decided: first };
  }

  #startOf(unit: number): number {
    return Math.max(this.#from, this.#sentences.upTo(unit) ?? this.#from);
  }
}

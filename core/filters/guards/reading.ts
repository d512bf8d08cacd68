// Owns one examiner's place in a text: where what it finds stands, and how far it has decided. Knows no cut.

import type { Async } from "../../contracts/frame.ts";
import type { Finding, Scan } from "../../contracts/guard.ts";
import type { Examiner } from "./examiner.ts";

/** An examiner that reads the whole of a text. */
export class Reading {
  readonly examiner: Examiner;
  /** Units of the text that no later finding reaches into. */
  read = 0;

  constructor(examiner: Examiner) {
    this.examiner = examiner;
  }

  /** Units that may be released, for all that this one has to say of them. */
  get decided(): number {
    return this.examiner.isLate ? Number.MAX_SAFE_INTEGER : this.read;
  }

  push(text: string): readonly Finding[] {
    const { findings, decided } = this.examiner.scanner.push(text);
    this.read = decided;
    return findings;
  }

  end(): ReturnType<Examiner["scanner"]["end"]> {
    return this.examiner.scanner.end();
  }
}

/**
 * Reads over a gap as if there were none. What stands on one side of it alone is found by those that read
 * the whole.
 */
export class Bridge {
  readonly examiner: Examiner;
  /** Units of the text: where this begins to read, where the gap begins, and where it ends. */
  readonly #from: number;
  readonly #start: number;
  readonly #end: number;
  /** All of it: a bridge is left soon. */
  #text: string;
  #decided = 0;

  constructor(examiner: Examiner, tail: string, gap: { readonly start: number; readonly end: number }) {
    this.examiner = examiner;
    this.#from = gap.start - tail.length;
    this.#start = gap.start;
    this.#end = gap.end;
    this.#text = tail;
    this.#decided = examiner.scanner.push(tail).decided;
  }

  /** Nothing that it may still find begins before the gap. */
  get isOver(): boolean {
    return this.#decided >= this.#start - this.#from;
  }

  /** While it may find something nothing behind the gap is decided. */
  get decided(): number {
    return this.isOver ? Number.MAX_SAFE_INTEGER : this.#end;
  }

  push(text: string): readonly Finding[] {
    this.#text += text;
    const scan: Scan = this.examiner.scanner.push(text);
    this.#decided = scan.decided;
    return scan.findings.filter((finding) => this.#isOver(finding));
  }

  end(): Async<readonly Finding[]> {
    const last = this.examiner.scanner.end();
    const heard = (said: Awaited<typeof last>): readonly Finding[] =>
      "kind" in said ? [] : said.filter((finding) => this.#isOver(finding));
    return last instanceof Promise ? last.then(heard) : heard(last);
  }

  /** What was found, without the gap. */
  textOf({ start, end }: Finding): string {
    return this.#text.slice(start, end);
  }

  /** By its place in the whole text. */
  place(finding: Finding): Finding {
    const [start, end] = [this.#from + finding.start, this.#end + finding.end - (this.#start - this.#from)];
    return { ...finding, start, end };
  }

  /** What has no end is found by those that read the whole. */
  #isOver({ start, end }: Finding): boolean {
    const gap = this.#start - this.#from;
    return start < gap && end > gap && end <= this.#text.length;
  }
}

export function leastDecided(readings: readonly (Reading | Bridge)[]): number {
  let least = Number.MAX_SAFE_INTEGER;
  for (const { decided } of readings) least = Math.min(least, decided);
  return least;
}

/** Where the first finding may begin that somebody still tells of; who reads all of it is not waited for. */
export function leastUnheard(readings: readonly Reading[]): number {
  let least = Number.MAX_SAFE_INTEGER;
  for (const { examiner, decided, read } of readings) {
    least = Math.min(least, examiner.isWhole && examiner.isLate ? decided : read);
  }
  return least;
}

/** By those that decide as they read; `end`: behind all that was read. */
export function leastFlowing(readings: readonly Reading[], end: number): number {
  let least = end;
  for (const { examiner, decided } of readings) {
    if (!examiner.isWhole && !examiner.isLate) least = Math.min(least, decided);
  }
  return least;
}

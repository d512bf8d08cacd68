// Owns the runs of letters, digits and signs that an encoding may be written in. Knows no encoding.

/** Shorter ones are words. */
const runMin = 20;
/** A longer one is told in parts of so many units, whole groups of four. */
const runMax = 4_096;

export type TellRun = (text: string, start: number, end: number) => void;

export class EncodedRuns {
  readonly #tell: TellRun;
  #start = 0;
  /** What earlier pushes held of the run. */
  #head = "";

  constructor(tell: TellRun) {
    this.#tell = tell;
  }

  /** Infinity where none is open at `at`. */
  startAt(at: number): number {
    return at > this.#start ? this.#start : Number.POSITIVE_INFINITY;
  }

  /** The unit at `at` of `text`, which begins at `from` in the whole, is in no run. */
  end(text: string, at: number, from: number) {
    const length = from + at - this.#start;
    if (length >= runMin) {
      const run = this.#head + text.slice(Math.max(0, this.#start - from), at);
      for (let part = 0; part < run.length; part += runMax) {
        const start = this.#start + part;
        this.#tell(run.slice(part, part + runMax), start, Math.min(start + runMax, this.#start + run.length));
      }
    }
    this.#start = from + at + 1;
    this.#head = "";
  }

  /** A push ends: what is open stays, in parts where it grew long. */
  keep(text: string, from: number) {
    this.#head += text.slice(Math.max(0, this.#start - from));
    while (this.#head.length >= runMax) {
      this.#tell(this.#head.slice(0, runMax), this.#start, this.#start + runMax);
      this.#start += runMax;
      this.#head = this.#head.slice(runMax);
    }
  }
}

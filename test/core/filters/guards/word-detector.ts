// Owns a detector for tests: it finds given words, piece by piece. Knows no policy.

import type { Finding, Guard, Scan, Scanner } from "../../../../core/contracts/guard.ts";

export function wordGuard(...words: readonly string[]): Guard {
  return { scan: () => new WordScanner(words) };
}

class WordScanner implements Scanner {
  readonly #words: readonly string[];
  #text = "";
  #from = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  push(text: string): Scan {
    this.#text += text;
    const findings = this.#find();
    const decided = this.#from + this.#text.length - this.#open();
    this.#text = this.#text.slice(decided - this.#from);
    this.#from = decided;
    return { findings, decided };
  }

  end(): readonly Finding[] {
    return [];
  }

  #find(): readonly Finding[] {
    const findings: Finding[] = [];
    for (const word of this.#words) {
      for (let at = this.#text.indexOf(word); at >= 0; at = this.#text.indexOf(word, at + word.length)) {
        const start = this.#from + at;
        findings.push({ type: "word", start, end: start + word.length, score: 1, method: "pattern" });
      }
    }
    return findings;
  }

  /** How much of the end may begin a word. */
  #open(): number {
    let open = 0;
    for (const word of this.#words) {
      for (let length = 1; length < word.length; length += 1) {
        if (this.#text.endsWith(word.slice(0, length))) open = Math.max(open, length);
      }
    }
    return open;
  }
}

/** Finds the same, and waits for `units` more before it decides. */
export function laggingGuard(word: string, units: number): Guard {
  return {
    scan: () => {
      const scanner = new WordScanner([word]);
      return {
        push: (text) => {
          const { findings, decided } = scanner.push(text);
          return { findings, decided: Math.max(0, decided - units) };
        },
        end: () => scanner.end(),
      };
    },
  };
}

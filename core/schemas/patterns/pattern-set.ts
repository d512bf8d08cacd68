// Owns the patterns of one schema, each compiled once and all of them within a bound. Knows no value.

import type { SchemaProblem } from "../schema.ts";
import { compilePattern, type Pattern } from "./re2-adapter.ts";

/** Of all patterns together. */
const weightsMax = 20_000;

export class PatternSet {
  readonly #patterns = new Map<string, Pattern>();

  /** What ajv matches with. */
  readonly engine = Object.assign((text: string) => this.#find(text), { code: "" });

  /** `patterns`: text → where it stands. What is wrong with some. */
  add(patterns: ReadonlyMap<string, string>): readonly SchemaProblem[] {
    const problems: SchemaProblem[] = [];
    let weight = 0;
    for (const [text, pointer] of patterns) {
      const pattern = compilePattern(text);
      if (pattern.kind === "untranslatable")
        problems.push({ pointer, problem: `the pattern ${pattern.because}` });
      else {
        this.#patterns.set(text, pattern);
        weight += pattern.weight;
      }
      if (weight > weightsMax)
        return [{ pointer, problem: "with this pattern, all of them repeat too much" }];
    }
    return problems;
  }

  test(pattern: string, text: string): boolean {
    return this.#patterns.get(pattern)?.test(text) === true;
  }

  #find(text: string): { test(subject: string): boolean; toString(): string } {
    const pattern = this.#patterns.get(text);
    if (pattern === undefined) throw new Error("a pattern was not compiled");
    return { test: (subject) => pattern.test(subject), toString: () => text };
  }
}

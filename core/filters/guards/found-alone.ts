// Owns what was found in each text by itself, so that it is not told again of a longer text that holds it.
// Knows no detector.

import type { Finding } from "../../contracts/guard.ts";
import type { Examiner } from "./examiner.ts";

interface Found extends Pick<Finding, "type" | "start" | "end"> {
  readonly guard: string;
  readonly text: string;
}

export class FoundAlone {
  readonly #places = new Map<string, Found[]>();

  /** The same examiners; what they judge in the text at `pointer` is kept. */
  hear(pointer: string, examiners: readonly Examiner[]): readonly Examiner[] {
    return examiners.map((examiner) => ({
      ...examiner,
      judge: (finding, text) => {
        const { type, start, end } = finding;
        const found = { guard: examiner.guard, type, start, end, text };
        const known = this.#places.get(pointer);
        if (known === undefined) this.#places.set(pointer, [found]);
        else known.push(found);
        return examiner.judge(finding, text);
      },
    }));
  }

  /** What the same guard found at that place, if it did. `finding`: by its place in the text at `pointer`. */
  textOf(pointer: string, { guard }: Examiner, { type, start, end }: Finding): string | undefined {
    const known = this.#places.get(pointer);
    return known?.find(
      (one) => one.guard === guard && one.type === type && one.start < end && start < one.end,
    )?.text;
  }
}

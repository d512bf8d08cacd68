// Owns what a run's clients were told, in counts. Judges nothing.

import type { Told } from "./call.ts";

export class Tallies {
  answered = 0;
  left = 0;
  /** Of each refusal's code, and of each cause of a broken line. */
  readonly others = new Map<string, number>();
  /** From the first try to the answer, milliseconds. */
  readonly waitsMs: number[] = [];

  note(told: Told, sinceMs: number): void {
    if (told.kind === "answered") {
      this.answered += 1;
      this.waitsMs.push(sinceMs);
    } else if (told.kind === "left") {
      this.left += 1;
    } else {
      const name = told.kind === "broken" ? `broken ${told.cause}` : `${told.status} ${told.code}`;
      this.others.set(name, (this.others.get(name) ?? 0) + 1);
    }
  }

  count(part: string): number {
    let sum = 0;
    for (const [name, times] of this.others) if (name.includes(part)) sum += times;
    return sum;
  }

  tell(): string {
    const others = [...this.others].map(([name, times]) => `${times} × ${name}`);
    return [`${this.answered} answered`, `${this.left} hung up`, ...others].join(", ");
  }
}

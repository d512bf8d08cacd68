// Owns what the demo prints, and which of its claims did not hold. Knows no program and no scene.

import type { Writable } from "node:stream";
import { inspect, isDeepStrictEqual, styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

export interface Claim {
  readonly what: string;
  readonly seen: unknown;
  readonly expected: unknown;
}

/** Plain text where the output is no terminal, or NO_COLOR is set. */
export class Show {
  readonly #failures: string[] = [];
  readonly #out: Writable;
  #scenes = 0;
  #claims = 0;

  constructor(out: Writable) {
    this.#out = out;
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  get claimCount(): number {
    return this.#claims;
  }

  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  title(text: string): void {
    this.line(this.#paint("bold", text));
  }

  scene(title: string): void {
    this.#scenes += 1;
    this.line();
    this.line(this.#paint(["bold", "cyan"], `${this.#scenes}. ${title}`));
  }

  sent(text: string): void {
    this.line(`   ${this.#paint("cyan", "→")} ${text}`);
  }

  came(text: string): void {
    this.line(`   ${this.#paint("cyan", "←")} ${text}`);
  }

  /** An answer that comes in pieces; returns how to add one, and how to end. */
  stream(): { readonly add: (text: string) => void; readonly end: () => void } {
    this.#out.write(`   ${this.#paint("cyan", "←")} `);
    return { add: (text) => void this.#out.write(text), end: () => this.line() };
  }

  /** Where the policy says it. */
  decided(place: string): void {
    this.line(this.#paint("dim", `     decided by ${place}`));
  }

  note(text: string): void {
    this.line(this.#paint("dim", `     ${text}`));
  }

  /** Shown as true only where what was seen is what was expected. */
  claim({ what, seen, expected }: Claim): void {
    this.#claims += 1;
    if (isDeepStrictEqual(seen, expected)) {
      this.line(`   ${this.#paint("green", "✓")} ${what}`);
      return;
    }
    const difference = `expected ${brief(expected)}, saw ${brief(seen)}`;
    this.#failures.push(`${what}: ${difference}`);
    this.line(`   ${this.#paint("red", "✗")} ${what}: ${this.#paint("red", difference)}`);
  }

  #paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#out });
  }
}

function brief(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 2, maxStringLength: 200 });
}

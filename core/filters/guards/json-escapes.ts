// Owns the escapes of a JSON string, and of the JSON that a string may hold: the units that they stand for.
// Knows no place in a text.

const escaped: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const unicodeLength = 6;

/** What a whole escape stands for; undefined: its end has not come. It begins with a backslash. */
export function unescaped(written: string): string | undefined {
  const kind = written.charAt(1);
  if (kind === "" || (kind === "u" && written.length < unicodeLength)) return undefined;
  if (kind !== "u") return escaped[kind] ?? kind;
  const code = Number.parseInt(written.slice(2), 16);
  return Number.isNaN(code) ? "\uFFFD" : String.fromCharCode(code);
}

/** A unit that is read, and how many units are written for it. */
export interface ReadUnit {
  readonly unit: string;
  readonly written: number;
}

/** A string of JSON that is JSON itself is read once more, one level deep. */
export class InnerEscapes {
  #is: "unknown" | "json" | "plain" = "plain";
  #escape = "";
  /** What is written for each unit of the escape. */
  #written: number[] = [];

  /** Its next plain units are read as they are. */
  get isPlain(): boolean {
    return this.#escape === "" && this.#is !== "unknown";
  }

  /** A string begins. */
  open(): void {
    this.#is = "unknown";
  }

  /** The next unit of the string; it may be the first of several, or their end. */
  take(unit: string, written: number): ReadUnit | undefined {
    if (this.#is === "unknown" && /\S/.test(unit)) this.#is = /[{["]/.test(unit) ? "json" : "plain";
    if (this.#is !== "json" || (this.#escape === "" && unit !== "\\")) return { unit, written };
    this.#escape += unit;
    this.#written.push(written);
    const read = unescaped(this.#escape);
    if (read === undefined) return undefined;
    const all = this.#written.reduce((sum, one) => sum + one, 0);
    this.#clear();
    return { unit: read, written: all };
  }

  /** The string ends: what was no escape after all. */
  close(): readonly ReadUnit[] {
    if (this.#escape === "") return [];
    const rest = this.#written.map((written, at) => ({ unit: this.#escape.charAt(at), written }));
    this.#clear();
    return rest;
  }

  #clear(): void {
    this.#escape = "";
    this.#written = [];
  }
}

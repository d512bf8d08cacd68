// Owns another strict reader of JSON, byte by byte after RFC 8259, to compare ours with. Must not share its
// code.

import type { JsonValue } from "../../../core/contracts/json.ts";

/** `malformed`: RFC 8259 does not allow it. `ambiguous`: it does, and readers differ on what it says. */
export type Verdict =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "malformed" | "ambiguous" };

class Malformed extends Error {}

export function readSecond(bytes: Buffer): Verdict {
  try {
    const reading = new SecondReading(bytes);
    const value = reading.document();
    return reading.isAmbiguous ? { kind: "ambiguous" } : { kind: "value", value };
  } catch (error) {
    if (error instanceof Malformed) return { kind: "malformed" };
    throw error;
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const literals: readonly (readonly [string, JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
/** This one recurs, too. */
const depthMax = 1_000;
const spaces: ReadonlySet<string | undefined> = new Set([" ", "\t", "\n", "\r"]);
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

class SecondReading {
  isAmbiguous = false;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(bytes: Buffer) {
    this.#text = bytes.toString();
    if (!Buffer.from(this.#text).equals(bytes)) throw new Malformed("not UTF-8");
  }

  document(): JsonValue {
    if (this.#text.startsWith("\ufeff")) this.isAmbiguous = true;
    this.#at = this.isAmbiguous ? 1 : 0;
    this.#space();
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw new Malformed("more follows");
    return value;
  }

  #value(): JsonValue {
    const next = this.#text[this.#at];
    if (next === "{" || next === "[") {
      if (++this.#depth > depthMax) throw new Malformed("too deep");
      const value = next === "{" ? this.#object() : this.#list();
      this.#depth--;
      return value;
    }
    if (next === '"') return this.#string();
    for (const [word, value] of literals) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    number.lastIndex = this.#at;
    const [digits] = number.exec(this.#text) ?? [];
    if (digits === undefined) throw new Malformed("no value");
    this.#at += digits.length;
    return Number(digits);
  }

  #object(): JsonValue {
    const members = new Map<string, JsonValue>();
    this.#at++;
    this.#space();
    if (this.#takes("}")) return {};
    do {
      this.#space();
      const name = this.#string();
      if (members.has(name) || isOdd(name)) this.isAmbiguous = true;
      this.#space();
      if (!this.#takes(":")) throw new Malformed("no colon");
      this.#space();
      members.set(name, this.#value());
      this.#space();
    } while (this.#takes(","));
    if (!this.#takes("}")) throw new Malformed("no end");
    return Object.fromEntries(members);
  }

  #list(): JsonValue {
    const elements: JsonValue[] = [];
    this.#at++;
    this.#space();
    if (this.#takes("]")) return elements;
    do {
      this.#space();
      elements.push(this.#value());
      this.#space();
    } while (this.#takes(","));
    if (!this.#takes("]")) throw new Malformed("no end");
    return elements;
  }

  #string(): string {
    if (!this.#takes('"')) throw new Malformed("no string");
    let said = "";
    for (;;) {
      const next = this.#text[this.#at++];
      if (next === undefined || next < " ") throw new Malformed("no end of a string");
      if (next === '"') return said;
      said += next === "\\" ? this.#escape() : next;
    }
  }

  #escape(): string {
    const next = this.#text[this.#at++] ?? "";
    if (next !== "u") {
      const said = escapes[next];
      if (said === undefined) throw new Malformed("no escape");
      return said;
    }
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new Malformed("no escape");
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #space(): void {
    while (spaces.has(this.#text[this.#at])) this.#at++;
  }

  #takes(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }
}

/**
 * Names on which readers differ: one cut off at NUL where strings end there, a surrogate alone replaced where
 * texts are UTF-8, the one that JavaScript has a use for.
 */
function isOdd(name: string): boolean {
  return name === "__proto__" || name.includes("\0") || !name.isWellFormed();
}

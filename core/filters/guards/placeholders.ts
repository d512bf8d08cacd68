// Owns the names that stand for what was taken out of a request, until the answer brings them back. Knows no
// frame.

import { createHmac } from "node:crypto";

/** Hex digits: enough that two values of one exchange do not meet. */
const digits = 10;
/** Of one exchange; past it a value gets a name that does not come back. */
const valuesMax = 4_096;

/** The same value has the same name as long as `scope` (a session) is the same. */
export class Placeholders {
  readonly #key: Buffer;
  readonly #scope: string;
  readonly #values = new Map<string, string>();

  constructor(key: Buffer, scope: string) {
    this.#key = key;
    this.#scope = scope;
  }

  /** `[EMAIL_0a1b2c3d4e]` → the value it stands for. */
  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  of(type: string, value: string): string {
    const hash = createHmac("sha256", this.#key)
      .update(`${this.#scope.length}:${this.#scope}:${type}:${value}`)
      .digest("hex");
    const name = `[${type.toUpperCase()}_${hash.slice(0, digits)}]`;
    if (this.#values.size < valuesMax) this.#values.set(name, value);
    return name;
  }
}

// Owns the names that stand for what was taken out of a request, until the answer brings them back. Knows no
// frame.

import { createHmac, type KeyObject } from "node:crypto";

/** Hex digits: enough that two values of one exchange do not meet. */
const digits = 10;
/** Of one exchange; past it a value gets a name that does not come back. */
const valuesMax = 4_096;

/** The same value has the same name as long as the scope (a session) is the same. */
export class Placeholders {
  readonly #key: KeyObject | Buffer;
  readonly #scope: () => string;
  readonly #values = new Map<string, string>();

  /** `scope`: asked when the first name is made, since a body may be what says the session. */
  constructor(key: KeyObject | Buffer, scope: string | (() => string)) {
    this.#key = key;
    this.#scope = typeof scope === "string" ? () => scope : scope;
  }

  /** `[EMAIL_0a1b2c3d4e]` → the value it stands for, of those that come back. */
  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** Whoever sees the name in the answer gets the value: it was his. */
  of(type: string, value: string): string {
    const name = this.nameOf(type, value);
    if (this.#values.size < valuesMax) this.#values.set(name, value);
    return name;
  }

  /** One that stays in the value's place. */
  nameOf(type: string, value: string): string {
    const scope = this.#scope();
    const hash = createHmac("sha256", this.#key)
      .update(`${scope.length}:${scope}:${type}:${value}`)
      .digest("hex");
    return `[${type.toUpperCase()}_${hash.slice(0, digits)}]`;
  }
}

// Owns where in a JSON value its next string stands: whether it is a member's name. Knows no string.

/** What is deeper is taken for a value: a strict reading refuses it. */
const depthMax = 512;

export class JsonPlace {
  /** Of the objects and lists that are open. */
  readonly #open: ("{" | "[")[] = [];
  /** Those beyond the bound. */
  #deeper = 0;
  #isBeforeName = false;

  get isName(): boolean {
    return this.#isBeforeName;
  }

  /** A unit outside of strings. */
  step(unit: string): void {
    if (unit === "{" || unit === "[") this.#enter(unit);
    else if (unit === "}" || unit === "]") this.#leave();
    else if (unit === ",") this.#isBeforeName = this.#isInObject;
    else if (unit === ":") this.#isBeforeName = false;
  }

  get #isInObject(): boolean {
    return this.#deeper === 0 && this.#open.at(-1) === "{";
  }

  #enter(unit: "{" | "["): void {
    if (this.#open.length < depthMax) this.#open.push(unit);
    else this.#deeper += 1;
    this.#isBeforeName = this.#isInObject;
  }

  #leave(): void {
    if (this.#deeper > 0) this.#deeper -= 1;
    else this.#open.pop();
    this.#isBeforeName = false;
  }
}

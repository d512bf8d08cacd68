// Owns the arguments of a call that are streamed piece by piece, each with its JSONPath, as one JSON text
// that grows. Must not know where the pieces come from.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { JsonObject } from "../../text/json.ts";

/** What a piece adds to the text: `before`, its own value as JSON, `after`. */
export interface Piece {
  /** `stringValue` …; undefined where a piece only opens or closes. */
  readonly member: string | undefined;
  readonly before: string;
  readonly value: string;
  readonly after: string;
}

/** An object or list that is open; the names of its members so far, none may come back. */
interface Open {
  readonly step: string | number;
  readonly isList: boolean;
  readonly names: Set<string | number>;
}

const depthMax = 64;
const namesMax = 10_000;

const pathForm = /\.([^.[\]]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * The model writes its arguments from front to back, so each place opens after the last one. `undefined`: a
 * place that comes before what was already written.
 */
export class PartialArgs {
  #stack: Open[] = [{ step: "", isList: false, names: new Set() }];
  #hasBegun = false;
  /** The path of a string that goes on. */
  #openString: string | undefined = undefined;
  #names = 0;

  add(piece: JsonObject): Piece | undefined {
    const { jsonPath: path, willContinue } = piece;
    const member = ["stringValue", "numberValue", "boolValue", "nullValue"].find(
      (name) => piece[name] !== undefined,
    );
    if (typeof path !== "string" || member === undefined) return undefined;
    const said = piece[member];
    const isString = member === "stringValue";
    if (isString !== (typeof said === "string") && member !== "nullValue") return undefined;
    const goesOn = isString && this.#openString === path;
    const way = goesOn ? "" : this.#moveTo(path);
    if (way === undefined) return undefined;
    this.#openString = isString && willContinue === true ? path : undefined;
    const before = way + (isString && !goesOn ? '"' : "");
    const after = isString && willContinue !== true ? '"' : "";
    return { member, before, value: valueText(member, said), after };
  }

  /** What is still open; empty arguments are an object as well. */
  close(): string {
    const closing = this.#closeString() + (this.#hasBegun ? "" : "{") + this.#closeTo(0);
    this.#hasBegun = true;
    return closing;
  }

  #moveTo(path: string): string | undefined {
    const steps = stepsOf(path);
    if (steps === undefined || steps.length === 0 || steps.length > depthMax) return undefined;
    let text = this.#closeString();
    if (!this.#hasBegun) text += "{";
    this.#hasBegun = true;
    let shared = 1;
    while (shared < this.#stack.length && shared < steps.length) {
      if (this.#stack[shared]?.step !== steps[shared - 1]) break;
      shared++;
    }
    text += this.#closeTo(shared);
    for (let at = shared - 1; at < steps.length; at++) {
      const opened = this.#open(steps, at);
      if (opened === undefined) return undefined;
      text += opened;
    }
    return text;
  }

  /** The comma, the name, and the brace of what stands there, where it is none of the values. */
  #open(steps: readonly (string | number)[], at: number): string | undefined {
    const parent = this.#stack.at(-1);
    const step = steps[at];
    if (parent === undefined || step === undefined || parent.names.has(step)) return undefined;
    if (parent.isList !== (typeof step === "number") || ++this.#names > namesMax) return undefined;
    if (parent.isList && step !== parent.names.size) return undefined;
    const comma = parent.names.size > 0 ? "," : "";
    parent.names.add(step);
    const name = parent.isList ? "" : `${JSON.stringify(step)}:`;
    if (at === steps.length - 1) return comma + name;
    const isList = typeof steps[at + 1] === "number";
    this.#stack.push({ step, isList, names: new Set() });
    return comma + name + (isList ? "[" : "{");
  }

  #closeString(): string {
    const isOpen = this.#openString !== undefined;
    this.#openString = undefined;
    return isOpen ? '"' : "";
  }

  #closeTo(depth: number): string {
    const closed = this.#stack.splice(depth).reverse();
    return closed.map(({ isList }) => (isList ? "]" : "}")).join("");
  }
}

function valueText(member: string, said: JsonValue | undefined): string {
  if (member === "nullValue") return "null";
  return typeof said === "string" ? JSON.stringify(said).slice(1, -1) : JSON.stringify(said);
}

/** `$.a[0]['b c']` → `a`, 0, `b c`. */
function stepsOf(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  pathForm.lastIndex = 1;
  while (pathForm.lastIndex < path.length) {
    const found = pathForm.exec(path);
    if (found === null) return undefined;
    const [, name, index, single, double] = found;
    const quoted = (single ?? double)?.replace(/\\(.)/g, "$1");
    steps.push(index === undefined ? (name ?? quoted ?? "") : Number(index));
  }
  return steps;
}

// Owns taking a JSON object's members by their types, and naming those that nobody took. Knows no format.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { isObject } from "../text/json.ts";

/** What has another type than it should have is named with the rest: nobody else can be asked for it. */
export class Members {
  /** Where the object stands, for names: `messages.3`; empty for the whole. */
  readonly place: string;
  readonly #node: JsonObject;
  readonly #extras: string[];
  readonly #taken = new Set<string>();

  constructor(node: JsonObject, place: string, extras: string[]) {
    this.place = place;
    this.#node = node;
    this.#extras = extras;
  }

  text(name: string): string | undefined {
    return this.#take(name, (value) => typeof value === "string") as string | undefined;
  }

  number(name: string): number | undefined {
    return this.#take(name, (value) => typeof value === "number") as number | undefined;
  }

  flag(name: string): boolean | undefined {
    return this.#take(name, (value) => typeof value === "boolean") as boolean | undefined;
  }

  object(name: string): JsonObject | undefined {
    return this.#take(name, isObject) as JsonObject | undefined;
  }

  below(name: string): Members | undefined {
    const node = this.object(name);
    return node === undefined ? undefined : new Members(node, this.nameOf(name), this.#extras);
  }

  list(name: string): readonly Members[] {
    const nodes = this.#take(name, (value) => Array.isArray(value) && value.every(isObject)) ?? [];
    const place = this.nameOf(name);
    return (nodes as JsonObject[]).map((node, at) => new Members(node, `${place}.${at}`, this.#extras));
  }

  /** Of any type; it is taken. */
  value(name: string): JsonValue | undefined {
    return this.#take(name, () => true);
  }

  nameOf(name: string): string {
    return this.place === "" ? name : `${this.place}.${name}`;
  }

  /** Names a member, or the object itself, as what cannot be carried. */
  extra(name?: string): void {
    this.#extras.push(name === undefined ? this.place : this.nameOf(name));
  }

  /** Names all that says something and was neither taken nor is in `silent`. */
  rest(silent: ReadonlySet<string>): void {
    for (const [name, value] of Object.entries(this.#node)) {
      if (!this.#taken.has(name) && !silent.has(name) && isSaid(value)) this.extra(name);
    }
  }

  /** `null` says nothing, anywhere. */
  #take(name: string, fits: (value: JsonValue) => boolean): JsonValue | undefined {
    this.#taken.add(name);
    const value = this.#node[name];
    if (value === undefined || value === null) return undefined;
    if (fits(value)) return value;
    this.extra(name);
    return undefined;
  }
}

function isSaid(value: JsonValue): boolean {
  if (value === null || value === false) return false;
  if (typeof value !== "object") return true;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

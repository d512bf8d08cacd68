// Owns what a schema may cost to be read and to be checked with, before anything is made of it. Knows no
// validator.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { inPlace } from "./normal-form.ts";
import { isSchemaObject, type SchemaProblem } from "./schema.ts";

export const schemaCharsMax = 256 * 1024;
export const schemaDepthMax = 64;
/** Looked at for one value, by any way from one schema. */
const expansionMax = 10_000;
/** Schemas that refer on to the next at the same value. */
const chainMax = 256;

/** Of the schema as it was written. */
export function checkSize(schema: JsonValue): readonly SchemaProblem[] {
  if (depthOf(schema, schemaDepthMax) === undefined) {
    return [{ pointer: "", problem: `is nested deeper than ${schemaDepthMax} levels` }];
  }
  const { length } = JSON.stringify(schema);
  if (length <= schemaCharsMax) return [];
  return [{ pointer: "", problem: `is longer than ${schemaCharsMax} characters` }];
}

function depthOf(value: JsonValue, levels: number): number | undefined {
  if (typeof value !== "object" || value === null) return levels;
  if (levels === 0) return undefined;
  return Object.values(value).every((each) => depthOf(each, levels - 1) !== undefined) ? levels : undefined;
}

/**
 * Of the normal form: what a value costs before anything in it is looked at. A schema that comes back to
 * itself at the same value has no end.
 */
export function checkExpansion({ $defs }: JsonObject): readonly SchemaProblem[] {
  const expansion = new Expansion(isSchemaObject($defs) ? $defs : {});
  const problem = expansion.problem();
  return problem === undefined ? [] : [{ pointer: "", problem }];
}

class Expansion {
  readonly #defs: JsonObject;
  readonly #costs = new Map<string, number>();
  /** The chain that is being followed. */
  readonly #open = new Set<string>();
  #problem: string | undefined = undefined;

  constructor(defs: JsonObject) {
    this.#defs = defs;
  }

  problem(): string | undefined {
    for (const name of Object.keys(this.#defs)) {
      const cost = this.#ofDef(name);
      if (cost > expansionMax) this.#problem ??= `looks at one value more than ${expansionMax} times`;
    }
    return this.#problem;
  }

  #ofDef(name: string): number {
    const known = this.#costs.get(name);
    if (known !== undefined) return known;
    if (this.#open.has(name)) this.#problem ??= "refers to itself without an end";
    else if (this.#open.size === chainMax) this.#problem ??= `refers on more than ${chainMax} times in a row`;
    if (this.#problem !== undefined) return 1;
    this.#open.add(name);
    const cost = this.#of(this.#defs[name]);
    this.#open.delete(name);
    this.#costs.set(name, cost);
    return cost;
  }

  #of(node: JsonValue | undefined): number {
    if (!isSchemaObject(node)) return 1;
    let cost = 1;
    if (typeof node.$ref === "string") cost += this.#ofDef(node.$ref.slice(node.$ref.lastIndexOf("/") + 1));
    for (const [keyword, value] of Object.entries(node)) {
      if (inPlace.has(keyword)) for (const inner of schemasIn(keyword, value)) cost += this.#of(inner);
    }
    return Math.min(cost, expansionMax + 1);
  }
}

function schemasIn(keyword: string, value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  return keyword.startsWith("depend") && isSchemaObject(value) ? Object.values(value) : [value];
}

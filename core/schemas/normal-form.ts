// Owns saying a schema in the words that ajv decides rightly: draft-07's and the few that follow them, with
// every reference a plain one. Runs no check of data.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { below } from "../text/pointer.ts";
import { formOf } from "./keywords.ts";
import type { Resource, Resources, Spot } from "./resources.ts";
import { isSchemaObject, type SchemaProblem } from "./schema.ts";

/**
 * Schemas after references were followed, at most. ajv writes code for each, one in another where one fails
 * after the other: at some 1,300 the engine cannot run it any more.
 */
export const schemasMax = 1_000;

/** Written into each `$defs`: whoever runs the check counts how often it came there. */
export const workKeyword = "sluice-work";

/** Looks at the same value as the schema they stand in. */
export const inPlace: ReadonlySet<string> = new Set([
  ...["allOf", "anyOf", "oneOf", "not", "if", "then", "else"],
  ...["dependentSchemas", "dependencies"],
]);
/** What is asked of by `unevaluated…` has to have a name. */
const named: ReadonlySet<string> = new Set([
  ...inPlace,
  ...["contains", "unevaluatedItems", "unevaluatedProperties"],
]);

export interface NormalForm {
  readonly schema: JsonObject;
  /** Text → where it first stands. */
  readonly patterns: ReadonlyMap<string, string>;
  readonly problems: readonly SchemaProblem[];
}

/** `hasFormat`: those that are checked; all others say nothing. */
export function normalForm(
  resources: Resources,
  root: Spot,
  hasFormat: (name: string) => boolean,
): NormalForm {
  return new Normalising(resources, hasFormat).run(root);
}

/** The outermost schema for each name that a `$dynamicRef` may ask for, of all that were entered. */
const proto = "__proto__";
const protoPattern = "^(?:__proto__)$";

interface Scope {
  readonly names: ReadonlyMap<string, Spot>;
  readonly key: string;
}
const outside: Scope = { names: new Map(), key: "" };

class Normalising {
  readonly #resources: Resources;
  readonly #hasFormat: (name: string) => boolean;
  readonly #problems: SchemaProblem[] = [];
  readonly #patterns = new Map<string, string>();
  readonly #defs: JsonObject = {};
  /** What it is about → its name among the `$defs`. */
  readonly #names = new Map<string, string>();
  readonly #waiting: { readonly name: string; readonly spot: Spot; readonly scope: Scope }[] = [];
  #count = 0;

  constructor(resources: Resources, hasFormat: (name: string) => boolean) {
    this.#resources = resources;
    this.#hasFormat = hasFormat;
  }

  run(root: Spot): NormalForm {
    const schema = this.#refer(root, outside);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const { name, spot, scope } = next;
      const body = this.#write(spot, scope);
      this.#defs[name] = isSchemaObject(body) ? { [workKeyword]: true, ...body } : body;
    }
    if (this.#count > schemasMax) {
      const problem = `comes to more than ${schemasMax} schemas, references followed`;
      this.#problems.push({ pointer: "", problem });
    }
    return {
      schema: { ...schema, $defs: this.#defs },
      patterns: this.#patterns,
      problems: this.#problems,
    };
  }

  #refer(spot: Spot, before: Scope): JsonObject {
    const scope = entered(spot.resource, before);
    const about = `${spot.resource.uri} ${spot.pointer} ${scope.key}`;
    let name = this.#names.get(about);
    if (name === undefined) {
      name = `d${this.#names.size}`;
      this.#names.set(about, name);
      this.#waiting.push({ name, spot, scope });
    }
    return { $ref: `#/$defs/${name}` };
  }

  #write({ node, pointer, resource }: Spot, before: Scope): JsonValue {
    if (!isSchemaObject(node)) return node;
    if (++this.#count > schemasMax) return {};
    const scope = entered(resource, before);
    const { $ref, $dynamicRef } = node;
    const isOld = resource.dialect === "draft-07";
    const links = typeof $ref === "string" ? [this.#link("$ref", $ref, { pointer, resource }, scope)] : [];
    if (isOld && links[0] !== undefined) return links[0];
    if (typeof $dynamicRef === "string" && !isOld) {
      links.push(this.#link("$dynamicRef", $dynamicRef, { pointer, resource }, scope));
    }
    const written: JsonObject = {};
    for (const [keyword, value] of Object.entries(node)) {
      const place = { pointer: below(pointer, keyword), resource };
      this.#keyword(written, { keyword, value }, place, scope);
    }
    rename(written, node, resource);
    if (isSchemaObject(written.patternProperties) && protoPattern in written.patternProperties) {
      this.#pattern(protoPattern, pointer);
    }
    return withLinks(written, links);
  }

  #keyword(
    written: JsonObject,
    { keyword, value }: { readonly keyword: string; readonly value: JsonValue },
    place: Omit<Spot, "node">,
    scope: Scope,
  ): void {
    const { resource, pointer } = place;
    const isNamed = this.#resources.hasUnevaluated && named.has(keyword);
    const say = (node: JsonValue, at: string): JsonValue => {
      const spot = this.#resources.at(node, at, resource);
      return isNamed ? this.#refer(spot, scope) : this.#write(spot, scope);
    };
    const list = (nodes: readonly JsonValue[]) => nodes.map((node, at) => say(node, below(pointer, at)));
    switch (formOf(resource.dialect, keyword)) {
      case "schema":
        written[keyword] = say(value, pointer);
        return;
      case "list":
      case "either":
        if (Array.isArray(value)) written[keyword] = list(value);
        else written[keyword] = say(value, pointer);
        return;
      case "map":
      case "mixed":
        if (keyword === "$defs" || keyword === "definitions" || !isSchemaObject(value)) return;
        if (keyword.startsWith("depend") && Object.hasOwn(value, proto)) {
          this.#problems.push({
            pointer: below(pointer, proto),
            problem: "is a name that cannot be asked for",
          });
        }
        written[keyword] = Object.fromEntries(
          Object.entries(value).map(([name, node]) => [
            name,
            Array.isArray(node) ? node : say(node, below(pointer, name)),
          ]),
        );
        if (keyword === "patternProperties") {
          for (const text of Object.keys(value)) this.#pattern(text, below(pointer, text));
        }
        return;
      case "value":
        if (keyword === "dependentRequired" && isSchemaObject(value))
          this.#count += Object.keys(value).length;
        if (keyword === "pattern" && typeof value === "string") this.#pattern(value, pointer);
        if (keyword !== "format" || this.#hasFormat(String(value))) written[keyword] = value;
    }
  }

  #pattern(text: string, pointer: string): void {
    if (!this.#patterns.has(text)) this.#patterns.set(text, pointer);
  }

  #link(
    keyword: "$ref" | "$dynamicRef",
    reference: string,
    { pointer, resource }: Omit<Spot, "node">,
    scope: Scope,
  ): JsonObject {
    const found = this.#resources.find(reference, resource);
    if (found === undefined) {
      this.#problems.push({
        pointer: below(pointer, keyword),
        problem: "leads out of the schema, or to nothing in it",
      });
      return {};
    }
    const { spot, anchor } = found;
    const isDynamic =
      keyword === "$dynamicRef" && anchor !== undefined && spot.resource.dynamic.get(anchor) === spot;
    return this.#refer((isDynamic ? scope.names.get(anchor) : undefined) ?? spot, scope);
  }
}

function entered(resource: Resource, scope: Scope): Scope {
  const news = [...resource.dynamic].filter(([name]) => !scope.names.has(name));
  if (news.length === 0) return scope;
  const names = new Map([...scope.names, ...news]);
  const keys = [...names].map(([name, { resource: where, pointer }]) => `${name}=${where.uri}#${pointer}`);
  return { names, key: keys.sort().join(" ") };
}

/** The words of both dialects as the one set that is checked with. */
function rename(written: JsonObject, node: JsonObject, { dialect }: Resource): void {
  if (dialect === "2020-12" && node.prefixItems !== undefined) {
    const { prefixItems = [], items, ...others } = written;
    for (const name of Object.keys(written)) delete written[name];
    Object.assign(written, others, { items: prefixItems });
    if (items !== undefined) written.additionalItems = items;
  }
  liftProto(written);
  if (written.contains === undefined) {
    delete written.minContains;
    delete written.maxContains;
  }
  // Nothing is in an empty list; ajv does not take one.
  if (Array.isArray(written.enum) && written.enum.length === 0) {
    delete written.enum;
    written.not = {};
  }
}

/** ajv passes over a property of this name, but not where a pattern names it. */
function liftProto(written: JsonObject): void {
  const { properties, patternProperties } = written;
  if (!isSchemaObject(properties) || !Object.hasOwn(properties, proto)) return;
  const others = Object.entries(properties).filter(([name]) => name !== proto);
  const lifted = properties[proto] as JsonValue;
  written.properties = Object.fromEntries(others);
  const before = isSchemaObject(patternProperties) ? patternProperties : {};
  written.patternProperties = { ...before, [protoPattern]: lifted };
}

/** Beside others a reference is one more schema that has to hold. */
function withLinks(written: JsonObject, [first, second]: readonly JsonObject[]): JsonObject {
  if (first === undefined) return written;
  const linked = { ...first, ...written };
  if (second === undefined) return linked;
  const all = Array.isArray(written.allOf) ? written.allOf : [];
  return { ...linked, allOf: [...all, second] };
}

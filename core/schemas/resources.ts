// Owns where the schemas of a document stand, and which URI or anchor names each. Checks no data.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { decodePercent } from "../text/percent-adapter.ts";
import { below } from "../text/pointer.ts";
import { type DialectName, isSchemaObject } from "./schema.ts";
import { subschemasOf } from "./subschemas.ts";

/** One schema, where it stands. */
export interface Spot {
  readonly node: JsonValue;
  /** RFC 6901, into its document. */
  readonly pointer: string;
  readonly resource: Resource;
}

/** A schema with an address of its own, and all below it that have none. */
export class Resource {
  /** Without a fragment. */
  readonly uri: string;
  readonly root: Spot;
  readonly dialect: DialectName;
  /** By name: what a fragment such as `#item` leads to. */
  readonly anchors = new Map<string, Spot>();
  /** Those of the anchors that a `$dynamicRef` may find. */
  readonly dynamic = new Map<string, Spot>();

  constructor(uri: string, dialect: DialectName, { node, pointer }: Omit<Spot, "resource">) {
    this.uri = uri;
    this.dialect = dialect;
    this.root = { node, pointer, resource: this };
  }
}

/** No schema outside of here has an address below it. */
const nowhere = "https://schema.invalid/";

/** All documents that may be referred to; each is walked once. */
export class Resources {
  readonly #resources = new Map<string, Resource>();
  /** By node: a pointer may lead to the same place as an anchor. */
  readonly #spots = new Map<JsonObject, Spot>();
  /** Whether any of them says what becomes of what nothing else has looked at. */
  hasUnevaluated = false;

  /** `uri`: of the document, where it is known by one. */
  add(document: JsonValue, dialect: DialectName, uri = nowhere): Spot {
    const named = isSchemaObject(document) ? idOf(document, dialect) : undefined;
    const address = resolve(named?.uri ?? "", uri) ?? uri;
    const spot = this.#open(address, dialect, { node: document, pointer: "" });
    if (!this.#resources.has(uri)) this.#resources.set(uri, spot.resource);
    this.#walk(spot);
    return spot;
  }

  /** What a `$ref` or `$dynamicRef` that stands in this resource leads to at first. */
  find(reference: string, from: Resource): Found | undefined {
    const whole = resolve(reference, from.uri);
    if (whole === undefined) return undefined;
    const at = whole.indexOf("#");
    const uri = at === -1 ? whole : whole.slice(0, at);
    const fragment = decodePercent(at === -1 ? "" : whole.slice(at + 1));
    const resource = this.#resources.get(uri);
    if (resource === undefined || fragment === undefined) return undefined;
    if (fragment === "" || fragment.startsWith("/")) {
      const spot = this.#below(resource.root, fragment);
      return spot && { spot, anchor: undefined };
    }
    const spot = resource.anchors.get(fragment);
    return spot && { spot, anchor: fragment };
  }

  /** The schema at a place below another; it is there. */
  at(node: JsonValue, pointer: string, from: Resource): Spot {
    const known = isSchemaObject(node) ? this.#spots.get(node) : undefined;
    return known ?? { node, pointer, resource: from };
  }

  #open(uri: string, dialect: DialectName, place: Omit<Spot, "resource">): Spot {
    const resource = new Resource(uri, dialect, place);
    if (!this.#resources.has(uri)) this.#resources.set(uri, resource);
    return resource.root;
  }

  /** Whoever stands below the words of the dialect is a schema; all else is data. */
  #walk(root: Spot): void {
    const waiting: Spot[] = [root];
    for (let spot = waiting.pop(); spot !== undefined; spot = waiting.pop()) {
      const { node, pointer, resource } = spot;
      if (!isSchemaObject(node)) continue;
      this.#spots.set(node, spot);
      this.hasUnevaluated ||= "unevaluatedItems" in node || "unevaluatedProperties" in node;
      this.#name(node, spot);
      for (const { node: inner, pointer: place } of subschemasOf(node, pointer, resource.dialect)) {
        waiting.push(this.#enter(inner, place, resource));
      }
    }
  }

  #enter(node: JsonValue, pointer: string, resource: Resource): Spot {
    const id = isSchemaObject(node) ? idOf(node, resource.dialect) : undefined;
    const uri = id?.uri === undefined ? undefined : resolve(id.uri, resource.uri);
    if (uri === undefined) return { node, pointer, resource };
    return this.#open(uri, resource.dialect, { node, pointer });
  }

  #name(node: JsonObject, spot: Spot): void {
    const { anchors, dynamic, dialect } = spot.resource;
    const { $anchor, $dynamicAnchor } = node;
    const old = idOf(node, dialect)?.anchor;
    if (old !== undefined) anchors.set(old, spot);
    if (dialect === "draft-07") return;
    if (typeof $anchor === "string") anchors.set($anchor, spot);
    if (typeof $dynamicAnchor !== "string") return;
    anchors.set($dynamicAnchor, spot);
    dynamic.set($dynamicAnchor, spot);
  }

  /** A pointer may lead through words nobody knows: what is there is read with the resource around it. */
  #below(root: Spot, fragment: string): Spot | undefined {
    let { node, pointer, resource } = root;
    for (const name of fragment.split("/").slice(1)) {
      const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
      const inner = memberOf(node, key);
      if (inner === undefined) return undefined;
      node = inner;
      pointer = below(pointer, key);
      const known = isSchemaObject(node) ? this.#spots.get(node) : undefined;
      resource = known?.resource ?? resource;
    }
    if (typeof node !== "boolean" && !isSchemaObject(node)) return undefined;
    return this.at(node, pointer, resource);
  }
}

export interface Found {
  readonly spot: Spot;
  /** The fragment, where it is no pointer. */
  readonly anchor: string | undefined;
}

/** In draft-07 a fragment alone names an anchor, and what stands beside a `$ref` says nothing. */
function idOf(
  node: JsonObject,
  dialect: DialectName,
): { readonly uri: string | undefined; readonly anchor: string | undefined } | undefined {
  const { $id, $ref } = node;
  if (typeof $id !== "string") return undefined;
  if (dialect === "2020-12") return { uri: $id.replace(/#$/, ""), anchor: undefined };
  if (typeof $ref === "string") return undefined;
  const [uri = "", anchor] = $id.split("#");
  return { uri: uri === "" ? undefined : uri, anchor: anchor === "" ? undefined : anchor };
}

function memberOf(node: JsonValue, name: string): JsonValue | undefined {
  if (Array.isArray(node)) return /^(0|[1-9]\d*)$/.test(name) ? node[Number(name)] : undefined;
  return isSchemaObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}

function resolve(reference: string, base: string): string | undefined {
  return URL.parse(reference, base)?.href;
}

// Owns a document's values together with the place each was written. Knows nothing of YAML, kinds or schemas.

import type { Origin } from "../contracts/policy.ts";

export type Scalar = string | number | boolean | null;

/** `at` is the key's line for a member of a map, the item's own for a list. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

export interface LocatedScalar {
  readonly kind: "scalar";
  readonly at: Origin;
  readonly value: Scalar;
}

export interface LocatedList {
  readonly kind: "list";
  readonly at: Origin;
  readonly items: readonly Located[];
}

export interface LocatedMap {
  readonly kind: "map";
  readonly at: Origin;
  readonly members: ReadonlyMap<string, Located>;
}

export type Path = readonly (string | number)[];

export interface Found {
  readonly path: Path;
  readonly node: Located;
}

export function locate(value: unknown, at: Origin): Located {
  if (Array.isArray(value)) return { kind: "list", at, items: value.map((item) => locate(item, at)) };
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => [key, locate(member, at)] as const);
    return { kind: "map", at, members: new Map(members) };
  }
  return { kind: "scalar", at, value: value as Scalar };
}

export function toPlain(node: Located): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toPlain);
  return Object.fromEntries([...node.members].map(([key, member]) => [key, toPlain(member)]));
}

export function childAt(node: Located, key: string | number): Located | undefined {
  if (node.kind === "map") return node.members.get(String(key));
  return node.kind === "list" ? node.items[Number(key)] : undefined;
}

export function nodeAt(node: Located, path: Path): Located | undefined {
  let found: Located | undefined = node;
  for (const key of path) {
    found = childAt(found, key);
    if (found === undefined) return undefined;
  }
  return found;
}

/** The deepest node that exists along the path: where an error about something missing belongs. */
export function nearestNode(node: Located, path: Path): Located {
  let nearest = node;
  for (const key of path) {
    const next = childAt(nearest, key);
    if (next === undefined) return nearest;
    nearest = next;
  }
  return nearest;
}

/** The string written there; undefined where there is none or it is something else. */
export function stringAt(node: Located, path: Path): string | undefined {
  const found = nodeAt(node, path);
  return found?.kind === "scalar" && typeof found.value === "string" ? found.value : undefined;
}

export function isEmpty(node: Located): boolean {
  if (node.kind === "list") return node.items.length === 0;
  return node.kind === "map" && node.members.size === 0;
}

function childrenOf(node: Located): readonly (readonly [string | number, Located])[] {
  if (node.kind === "map") return [...node.members];
  return node.kind === "list" ? [...node.items.entries()] : [];
}

/** Everything at a dotted pattern such as `spec.limits.*.by.*`; `*` is every member or item. */
export function select(root: Located, pattern: string): readonly Found[] {
  let found: readonly Found[] = [{ path: [], node: root }];
  for (const segment of pattern === "" ? [] : pattern.split(".")) {
    found = found.flatMap(({ path, node }) => {
      if (segment === "*") {
        return childrenOf(node).map(([key, child]) => ({ path: [...path, key], node: child }));
      }
      const child = node.kind === "map" ? node.members.get(segment) : undefined;
      return child === undefined ? [] : [{ path: [...path, segment], node: child }];
    });
  }
  return found;
}

/** Every scalar and every empty list or map below, in the order written. */
export function leavesOf(node: Located, path: Path = []): readonly Found[] {
  const children = childrenOf(node);
  if (children.length === 0) return [{ path, node }];
  return children.flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

export function isSameValue(a: Located | undefined, b: Located | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === "scalar") return b.kind === "scalar" && Object.is(a.value, b.value);
  if (a.kind === "list") {
    return (
      b.kind === "list" &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => isSameValue(item, b.items[index]))
    );
  }
  return (
    b.kind === "map" &&
    a.members.size === b.members.size &&
    [...a.members].every(([key, member]) => isSameValue(member, b.members.get(key)))
  );
}

// Owns reading what a check has already proven: a value that is not there now is a bug, so it throws.

import { dirname, resolve } from "node:path";
import type { Origin, SecretSource } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import type { Path } from "../located.ts";
import { nearestNode, toPlain } from "../located.ts";
import type { SecretSourceDocument } from "../schema/shared.ts";

export interface Identity {
  readonly name: string;
  readonly origin: Origin;
}

export function identityOf(draft: Draft): Identity {
  return { name: draft.name, origin: draft.root.at };
}

/** The draft's values as its kind's type; the schema vouches for it. */
export function documentOf<Document>(draft: Draft): Document {
  return toPlain(draft.root) as Document;
}

export function proven<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a checked policy value is missing");
  return value;
}

/** A relative file starts at the policy file that names it. */
export function toSecretSource(
  draft: Draft,
  path: Path,
  source: SecretSourceDocument | undefined,
): SecretSource | undefined {
  if (source?.env !== undefined) return { kind: "env", name: source.env };
  if (source?.file === undefined) return undefined;
  const { at } = nearestNode(draft.root, [...path, "file"]);
  return { kind: "file", path: resolve(dirname(at.file), source.file) };
}

export function mapValues<In, Out>(
  values: Readonly<Record<string, In>> | undefined,
  toOut: (value: In, key: string) => Out,
): ReadonlyMap<string, Out> {
  return new Map(Object.entries(values ?? {}).map(([key, value]) => [key, toOut(value, key)]));
}

// Owns a checked Tool's spec. Compiles no schema and calls nothing.

import { rcompare } from "semver";
import type { ToolSpec } from "../../contracts/policy.ts";
import type { Draft } from "../draft.ts";
import type { ToolDocument } from "../schema/tool.ts";
import { documentOf, identityOf } from "./checked.ts";

/** By name: all versions, the latest first. */
export function toToolSpecs(drafts: readonly Draft[]): ReadonlyMap<string, readonly ToolSpec[]> {
  const byName = Map.groupBy(drafts.map(toToolSpec), ({ name }) => name);
  for (const versions of byName.values()) versions.sort((a, b) => rcompare(a.version, b.version));
  return byName;
}

function toToolSpec(draft: Draft): ToolSpec {
  const { version, description, parameters, maxArgsChars } = documentOf<ToolDocument>(draft).spec;
  return { ...identityOf(draft), version, description, parameters, argsCharsMax: maxArgsChars };
}

// Owns whether versions of one tool that live at the same time agree: one version says one thing, and a later
// one breaks nobody within its range. Knows no registry.

import { rcompare, satisfies } from "semver";
import type { JsonValue } from "../contracts/json.ts";
import type { Registration, ToolDefinition } from "../contracts/tool-registry.ts";
import { findNarrowings } from "./narrowing.ts";

/** In words for whoever registers it; undefined: none. `living`: of the same name. */
export function findConflict(
  { definition, hash }: Pick<Registration, "definition" | "hash">,
  living: readonly Pick<Registration, "definition" | "hash">[],
): string | undefined {
  const { version } = definition;
  const same = living.find((each) => each.definition.version === version && each.hash !== hash);
  if (same !== undefined) {
    return `version ${version} is registered with another definition: give this one a version of its own`;
  }
  const others = living
    .map((each) => each.definition)
    .filter((each) => each.version !== version)
    .sort((a, b) => rcompare(a.version, b.version));
  const below = others.find((each) => rcompare(each.version, version) > 0);
  const above = others.findLast((each) => rcompare(each.version, version) < 0);
  return (below && breakBetween(below, definition)) ?? (above && breakBetween(definition, above));
}

/** As callers that ask for `^old` have it; a tool's own words for a break are another major version. */
function breakBetween(old: ToolDefinition, now: ToolDefinition): string | undefined {
  if (!satisfies(now.version, `^${old.version}`)) return undefined;
  const [narrowed] = findNarrowings(schemaOf(old.parameters), schemaOf(now.parameters));
  const [widened] = findNarrowings(schemaOf(now.returns), schemaOf(old.returns));
  const said =
    narrowed === undefined
      ? widened && `returns${widened.pointer} promises less than before`
      : `parameters${narrowed.pointer}: ${narrowed.what}`;
  if (said === undefined) return undefined;
  return `${now.version} breaks callers of ${old.version} (${said}): that takes another major version`;
}

function schemaOf(schema: JsonValue | undefined): JsonValue {
  return schema ?? true;
}

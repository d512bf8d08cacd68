// Owns what a policy's schema may not hold because it would check nothing, or not what it says. Knows no
// validator.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import { below } from "../text/pointer.ts";
import { formOf } from "./keywords.ts";
import { type DialectName, isSchemaObject, type SchemaProblem } from "./schema.ts";
import { subschemasOf } from "./subschemas.ts";

/** Words that say nothing without another. */
const companions: ReadonlyMap<string, string> = new Map([
  ["then", "if"],
  ["else", "if"],
  ["additionalItems", "items"],
  ["maxContains", "contains"],
  ["minContains", "contains"],
]);

const compared: ReadonlySet<string> = new Set([
  ...["const", "enum", "multipleOf", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"],
]);

export interface LintOptions {
  readonly dialect: DialectName;
  readonly hasFormat: (name: string) => boolean;
}

/** All mistakes at once. */
export function lintSchema(root: JsonValue, options: LintOptions): readonly SchemaProblem[] {
  const found: SchemaProblem[] = [];
  const visit = (node: JsonValue, pointer: string): void => {
    if (!isSchemaObject(node)) return;
    for (const keyword of Object.keys(node)) {
      const problem = problemAt(keyword, node, options);
      if (problem !== undefined) found.push({ pointer: below(pointer, keyword), problem });
    }
    for (const inner of subschemasOf(node, pointer, options.dialect)) visit(inner.node, inner.pointer);
  };
  visit(root, "");
  return found;
}

/** `x-…` is for whoever reads the schema otherwise. */
function problemAt(
  keyword: string,
  node: JsonObject,
  { dialect, hasFormat }: LintOptions,
): string | undefined {
  const isOverridden = dialect === "draft-07" && typeof node.$ref === "string" && keyword !== "$ref";
  if (isOverridden && formOf(dialect, keyword) === "value") return "says nothing beside $ref in draft-07";
  if (formOf(dialect, keyword) === undefined && !keyword.startsWith("x-")) {
    return `unknown keyword: ${JSON.stringify(keyword.slice(0, 64))}`;
  }
  if (dialect === "draft-07" && /^content(Encoding|MediaType)$/.test(keyword))
    return "would check nothing here";
  const companion = companions.get(keyword);
  if (companion !== undefined && node[companion] === undefined) return `says nothing without ${companion}`;
  const value = node[keyword];
  if (keyword === "format" && typeof value === "string" && !hasFormat(value)) {
    return `unknown format ${JSON.stringify(value.slice(0, 64))}: nothing would check it`;
  }
  return compared.has(keyword) && hasInexact(value)
    ? "holds a number that is too large to be compared"
    : undefined;
}

/** Beyond 2^53 neighbours are taken for one another. */
function hasInexact(value: JsonValue | undefined): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasInexact);
}

// Owns the house rules on functions, types and names inside a file. Knows nothing of other files.

import { catchPlaces } from "./catch-places.ts";
import type { Problem, Rule, Source, SyntaxNode } from "./source.ts";
import { childOf, childrenOf, textOf } from "./source.ts";
import { vagueWordsOf } from "./text-rules.ts";

const FUNCTION_LINES_MAX = 60;
const PARAMETERS_MAX = 4;
const BODIES = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const SIGNATURES = new Set([
  ...BODIES,
  "TSDeclareFunction",
  "TSEmptyBodyFunctionExpression",
  "TSMethodSignature",
  "TSFunctionType",
  "TSCallSignatureDeclaration",
]);
const NAMED_TYPES = new Set(["ClassDeclaration", "TSInterfaceDeclaration", "TSTypeAliasDeclaration"]);
const SUITES = new Set(["describe", "it", "test"]);

function nodesThat(source: Source, says: (node: SyntaxNode) => string | undefined): readonly Problem[] {
  return source.nodes.flatMap((node) => {
    const what = says(node);
    return what === undefined ? [] : [{ line: source.lineAt(node.start), what }];
  });
}

/** The name a function is known by: its own, its variable's or its member's. */
function functionName(node: SyntaxNode): string {
  const owner = node.parent;
  const named = childOf(node, "id") ?? childOf(owner, "id") ?? childOf(owner, "key");
  return textOf(named, "name") ?? "a callback";
}

/** `describe.each(rows)("…", callback)` → describe. */
function calleeRoot(call: SyntaxNode): string | undefined {
  let callee = childOf(call, "callee");
  while (callee !== undefined && callee.type !== "Identifier") {
    callee = childOf(callee, "object") ?? childOf(callee, "callee") ?? childOf(callee, "tag");
  }
  return textOf(callee, "name");
}

/** The callback of describe or it: a chapter of a test file, which has its own bound. */
function isSuite(source: Source, node: SyntaxNode): boolean {
  const call = node.parent;
  return (
    source.path.endsWith(".test.ts") && call?.type === "CallExpression" && SUITES.has(calleeRoot(call) ?? "")
  );
}

function functionSize(source: Source): readonly Problem[] {
  return nodesThat(source, (node) => {
    if (!BODIES.has(node.type) || isSuite(source, node)) return undefined;
    const lines = source.lineAt(node.end - 1) - source.lineAt(node.start) + 1;
    return lines > FUNCTION_LINES_MAX ? `${functionName(node)} has ${lines} lines` : undefined;
  });
}

function parameters(node: SyntaxNode): readonly SyntaxNode[] {
  if (!SIGNATURES.has(node.type)) return [];
  return childrenOf(node, "params").filter((parameter) => parameter.name !== "this");
}

function isBoolean(type: SyntaxNode | undefined): boolean {
  if (type === undefined) return false;
  if (type.type === "TSUnionType") return childrenOf(type, "types").some(isBoolean);
  if (type.type === "TSLiteralType") return typeof childOf(type, "literal")?.value === "boolean";
  return type.type === "TSBooleanKeyword";
}

function booleanParameter(node: SyntaxNode): string | undefined {
  const found = parameters(node).find((parameter) => {
    const annotated = childOf(parameter, "left") ?? parameter;
    const type = childOf(childOf(annotated, "typeAnnotation"), "typeAnnotation");
    return isBoolean(type) || typeof childOf(parameter, "right")?.value === "boolean";
  });
  return found && `${textOf(found, "name") ?? "a parameter"} is a boolean: use an option or two functions`;
}

function declaredName(node: SyntaxNode): string | undefined {
  const isFunction = BODIES.has(node.type) || BODIES.has(childOf(node, "init")?.type ?? "");
  return isFunction || NAMED_TYPES.has(node.type) ? textOf(childOf(node, "id"), "name") : undefined;
}

function isDefaultExport(node: SyntaxNode): boolean {
  const isRenamed =
    node.type === "ExportSpecifier" && textOf(childOf(node, "exported"), "name") === "default";
  return node.type === "ExportDefaultDeclaration" || isRenamed;
}

/** A catch clause, or a promise's `catch(…)` and two-handed `then(…, …)`. */
function swallowing(node: SyntaxNode): string | undefined {
  if (node.type === "CatchClause") return "catch";
  if (node.type !== "CallExpression") return undefined;
  const method = textOf(childOf(childOf(node, "callee"), "property"), "name");
  if (method === "catch") return ".catch()";
  return method === "then" && childrenOf(node, "arguments").length > 1
    ? ".then() with two handlers"
    : undefined;
}

export const syntaxRules: readonly Rule[] = [
  { name: "function-size", check: functionSize },
  {
    name: "parameter-count",
    check: (source) =>
      nodesThat(source, (node) => {
        const { length } = parameters(node);
        return length > PARAMETERS_MAX ? `${functionName(node)} has ${length} parameters` : undefined;
      }),
  },
  { name: "boolean-parameter", check: (source) => nodesThat(source, booleanParameter) },
  {
    name: "vague-name",
    check: (source) =>
      nodesThat(
        source,
        (node) => vagueWordsOf(declaredName(node) ?? "").map((word) => `"${word}" in a name`)[0],
      ),
  },
  {
    name: "default-export",
    check: (source) =>
      source.path === "vitest.config.ts"
        ? [] // vitest asks for one
        : nodesThat(source, (node) => (isDefaultExport(node) ? "name what is exported" : undefined)),
  },
  {
    name: "any",
    check: (source) => nodesThat(source, ({ type }) => (type === "TSAnyKeyword" ? "any" : undefined)),
  },
  {
    name: "non-null",
    check: (source) =>
      nodesThat(source, ({ type, definite }) =>
        type === "TSNonNullExpression" || definite === true ? "!" : undefined,
      ),
  },
  {
    name: "catch-place",
    check: (source) =>
      catchPlaces.some(({ place }) => place.test(source.path)) ? [] : nodesThat(source, swallowing),
  },
];

// Owns one parsed TypeScript file as the tidy rules see it. Knows no rule and reads no disk.

import { parseAst } from "vitest/node";

/** An ESTree node as oxc makes it, TypeScript's own nodes included. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly parent: SyntaxNode | undefined;
  readonly [field: string]: unknown;
}

export interface Source {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly lines: readonly string[];
  /** Every node, outer before inner. */
  readonly nodes: readonly SyntaxNode[];
  /** The 1-based line of an offset. */
  lineAt(offset: number): number;
}

export interface Problem {
  readonly line: number;
  readonly what: string;
}

export interface Rule {
  readonly name: string;
  check(source: Source): readonly Problem[];
}

export interface Finding extends Problem {
  readonly file: string;
  readonly rule: string;
}

export function readSource(path: string, text: string): Source | Finding {
  let program: unknown;
  try {
    program = parseAst(text, { lang: "ts", astType: "ts" }, path);
  } catch (error) {
    return { file: path, line: 1, rule: "syntax", what: String(error).replaceAll(/\s+/g, " ") };
  }
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n");
  const starts: number[] = [];
  let start = 0;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  return {
    path,
    lines,
    nodes: flatten(program, undefined),
    lineAt: (offset) => starts.findLastIndex((lineStart) => lineStart <= offset) + 1,
  };
}

function flatten(value: unknown, parent: SyntaxNode | undefined, into: SyntaxNode[] = []): SyntaxNode[] {
  if (Array.isArray(value)) {
    for (const entry of value) flatten(entry, parent, into);
  } else if (isNode(value)) {
    const node: SyntaxNode = { ...value, parent };
    into.push(node);
    for (const field of Object.values(value)) flatten(field, node, into);
  }
  return into;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** The node in a field, where there is one. */
export function childOf(node: SyntaxNode | undefined, field: string): SyntaxNode | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

/** The nodes in a field that holds a list. */
export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The text in a field: an identifier's name, a literal's value. */
export function textOf(node: SyntaxNode | undefined, field: string): string | undefined {
  const value = node?.[field];
  return typeof value === "string" ? value : undefined;
}

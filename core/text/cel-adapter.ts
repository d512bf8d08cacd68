// Owns what conditions in CEL have in common: parsing, which throws, and what is wrong with one. Knows no
// variable.

import { Environment, type ParseResult } from "@marcbachmann/cel-js";

/** Names and their types, and no others. */
export function celEnvironment(variables: Readonly<Record<string, string>>): Environment {
  return Object.entries(variables).reduce(
    (known, [name, type]) => known.registerVariable(name, type),
    new Environment({ unlistedVariablesAreDyn: false, limits: { maxAstNodes: 200, maxDepth: 24 } }),
  );
}

/** A text: why it is none. */
export function parseCel(environment: Environment, text: string): ParseResult | string {
  try {
    return environment.parse(text);
  } catch (error) {
    return firstLine(error instanceof Error ? error.message : "cannot be parsed");
  }
}

/**
 * In one line; undefined: nothing. `answers`: the types that it may be of; one that is known only while it
 * runs is `dyn`.
 */
export function celProblem(
  environment: Environment,
  text: string,
  answers: readonly string[],
): string | undefined {
  const parsed = parseCel(environment, text);
  if (typeof parsed === "string") return parsed;
  const { valid, type, error } = parsed.check();
  if (!valid) return firstLine(error?.message ?? "cannot be checked");
  if (!answers.includes(String(type))) return `says a ${type}, not whether it holds`;
  // It runs on a backtracking engine: a bad pattern would stop everybody. Not even in a string: CEL has many.
  return /\bmatches\b/.test(text) ? "`matches` is not available" : undefined;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}

// Owns conditions in CEL over an exchange: which ones compile, and whether one holds. Knows no limit.

import type { ParseResult } from "@marcbachmann/cel-js";
import type { Draw } from "../contracts/limit.ts";
import { celEnvironment, celProblem, parseCel } from "../text/cel-adapter.ts";

/** What a condition may name; absent figures are empty, so that no evaluation fails on them. */
const variables = {
  agent: "string",
  caller: "string",
  team: "string",
  user: "string",
  session: "string",
  task: "string",
  model: "string",
  provider: "string",
  tool: "string",
  host: "string",
  address: "string",
  depth: "int",
} as const;

export const conditionNames = Object.keys(variables);

/** Whether a condition holds; where it cannot be told, it does: a limit is not lost by a bad comparison. */
export type Condition = (draw: Draw) => boolean;

const always: Condition = () => true;

const environment = celEnvironment(variables);

/** What is wrong with it, in one line; undefined: nothing. */
export function findConditionProblem(text: string): string | undefined {
  return celProblem(environment, text, ["bool"]);
}

/** Whether a condition names it, outside of its strings. */
export function mentions(text: string, name: string): boolean {
  const unquoted = text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""');
  return new RegExp(`\\b${name}\\b`).test(unquoted);
}

/** Throws on one that does not compile: the policy has refused it before. */
export function conditionOf(text: string | undefined): Condition {
  if (text === undefined || text === "true") return always;
  const problem = findConditionProblem(text);
  const parsed = parseCel(environment, text);
  if (problem !== undefined || typeof parsed === "string") throw new Error(`condition: ${problem}`);
  return (draw) => evaluate(parsed, draw);
}

function evaluate(parsed: ParseResult, { exchange, provider }: Draw): boolean {
  const { context, caller, claims, route, model, tool, address } = exchange;
  try {
    return (
      parsed({
        agent: route.agent,
        caller: caller?.name ?? context?.caller ?? "",
        team: caller?.team ?? context?.team ?? "",
        user: context?.user ?? claims?.user ?? "",
        session: context?.session ?? claims?.session ?? "",
        task: context?.task ?? "",
        model: model ?? "",
        provider: provider ?? "",
        tool: route.tool?.name ?? tool ?? "",
        host: route.entry ?? "",
        address,
        depth: BigInt(context?.depth ?? 0),
      }) !== false
    );
  } catch {
    return true;
  }
}

// Owns what the filter on calls of tools is given: which tools there are, what holds of them, who is told.
// Knows no frame and no vendor.

import type { Exchange } from "../../contracts/exchange.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { CompiledSchema } from "../../schemas/compile-adapter.ts";
import type { SchemaProblems } from "../../schemas/schema.ts";
import type { CallCondition } from "./condition-adapter.ts";
import type { ArgumentsCheck } from "./sql-arguments.ts";

/** A tool that the agent may use. */
export interface ToolRule {
  readonly name: string;
  readonly version: string;
  /** The operator's; undefined: what the request declares holds. */
  readonly parameters: CompiledSchema | undefined;
  readonly argsCharsMax: number;
  /** Undefined: always. */
  readonly when: CallCondition | undefined;
  /** What else the arguments have to be; left out: nothing. */
  readonly checkArguments?: ArgumentsCheck | undefined;
}

/**
 * What became of a call that a model made. `denied`: not on the list, or its condition does not hold.
 * `undeclared`: taken out of the request before the model could see it.
 */
export const callVerdicts = ["pass", "flag", "strip", "repair", "block", "denied", "undeclared"] as const;
export type CallVerdict = (typeof callVerdicts)[number];

export interface ToolCallWatch {
  /** `tool`: a name on the list; undefined: any other, which may be anybody's words. */
  decided(tool: string | undefined, verdict: CallVerdict, exchange: Exchange): void;
}

/** Compiled once, however many requests declare the same. */
export type CompileDeclared = (parameters: JsonObject) => CompiledSchema | SchemaProblems;

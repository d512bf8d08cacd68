// Owns the rules for single arguments of a tool: which ones have to be one SELECT. Knows no SQL.

import type { JsonObject } from "../../contracts/json.ts";
import type { SqlRule } from "../../contracts/tool-spec.ts";
import { compilePointer, type Pointer, valueAt } from "../../text/pointer.ts";
import { type SqlCheck, sqlCheck } from "./sql-adapter.ts";

/** Why a call may not be made with them, in words; undefined: it may. */
export type ArgumentsCheck = (args: JsonObject) => string | undefined;

interface Rule {
  readonly name: string;
  readonly place: Pointer;
  readonly check: SqlCheck;
}

/** By pointers, proven to be some when the policy was loaded. */
export function argumentsCheck(sql: ReadonlyMap<string, SqlRule>): ArgumentsCheck {
  const rules = [...sql].map(([name, rule]): Rule => {
    const place = compilePointer(name);
    if (place === undefined) throw new RangeError(`not an RFC 6901 pointer: ${name}`);
    return { name, place, check: sqlCheck(rule) };
  });
  return (args) => {
    for (const { name, place, check } of rules) {
      const value = valueAt(args, place);
      if (value === undefined) continue;
      const objection = typeof value === "string" ? check(value) : "has to be a text";
      if (objection !== undefined) return `\`${name}\` ${objection}`;
    }
    return undefined;
  };
}

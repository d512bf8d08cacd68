// Owns how a request's fields bound its output, and what of them changes to bound it more. Knows no format.

import type { CallEdit, JsonValue } from "../contracts/dialect.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";

/**
 * Over all choices; `said`: what its fields say. One that says 0 may be heeded as no bound at all.
 */
export function outputBound(said: readonly (number | undefined)[], choices = 1): number | undefined {
  const counts = said.filter((count) => count !== undefined);
  if (counts.length === 0 || counts.includes(0)) return undefined;
  return Math.min(Math.max(...counts) * choices, Number.MAX_SAFE_INTEGER);
}

/** A field that says no more already stays as it is. `value`: what stands there. */
export function capField(pointer: string, value: JsonValue | undefined, tokens: number): readonly CallEdit[] {
  const isBound = typeof value === "number" && value >= 1 && value <= tokens;
  return isBound ? [] : [[pointer, tokens]];
}

/**
 * A budget of thoughts that count towards the output: where it does not fit below the cap, half of that is
 * left for the answer. Undefined: it fits.
 */
export function capThoughts(asked: JsonValue | undefined, tokens: number): number | undefined {
  return typeof asked === "number" && asked >= tokens ? Math.floor(tokens / 2) : undefined;
}

/** The call cannot be asked with so few tokens. Says no figure of the budget, which others may draw on. */
export function refuseFew(field: string, least: number): Refusal {
  const lacking = `A budget has too little left for \`${field}\`, which takes at least ${least} tokens`;
  return refuse("budget_exceeded", { message: `${lacking} of output: ask for less of it, or wrap up.` });
}

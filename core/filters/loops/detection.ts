// Owns when steps are a loop: the same again, a cycle, the same error. Pure; knows no exchange.

import type { LoopSpec } from "../../contracts/policy.ts";
import type { History, Step } from "./steps.ts";

export interface Loop {
  readonly kind: "same_call" | "cycle" | "same_error";
  readonly repeats: number;
  /** The tool called last. */
  readonly tool: string | undefined;
}

export function findLoop({ steps, errors }: History, spec: LoopSpec): Loop | undefined {
  const tool = steps.at(-1)?.tool;
  if (repeatsAtEnd(steps, 1) >= spec.sameCall) return { kind: "same_call", repeats: spec.sameCall, tool };
  for (let length = 2; length <= spec.cycleLengthMax; length++) {
    if (repeatsAtEnd(steps, length) >= spec.cycles) return { kind: "cycle", repeats: spec.cycles, tool };
  }
  if (isSame(errors, spec.sameError)) return { kind: "same_error", repeats: spec.sameError, tool };
  return undefined;
}

/** How often the last `length` steps stand at the end, one after another. */
function repeatsAtEnd(steps: readonly Step[], length: number): number {
  let matching = 0;
  for (let at = steps.length - 1; at >= length && steps[at]?.hash === steps[at - length]?.hash; at--)
    matching++;
  return steps.length < length ? 0 : 1 + Math.floor(matching / length);
}

function isSame(errors: readonly string[], times: number): boolean {
  return errors.length >= times && errors.slice(0, times).every((error) => error === errors[0]);
}

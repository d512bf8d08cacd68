// Owns a guard as an agent uses it: made at policy load, shared by all exchanges. Knows no detector.

import type { Guard, Stage } from "../../contracts/guard.ts";
import type { GuardAction, GuardSpec } from "../../contracts/guard-spec.ts";
import type { RefusalCode } from "../../contracts/refusal.ts";

export interface GuardRule extends Pick<GuardSpec, "mode" | "onFailure" | "stream" | "escalates"> {
  /** The agent's own name for it: a label of metrics. */
  readonly name: string;
  readonly guard: Guard;
  readonly on: ReadonlySet<Stage>;
  readonly action: GuardAction;
  /** What no text is. */
  readonly onUninspectable: GuardSpec["onUninspectable"] | "ignore";
  /** 0 to 1. */
  readonly sample: number;
  /** What a block says. */
  readonly code: RefusalCode;
  /** It decides at a text's end only. */
  readonly isWhole: boolean;
}

/** Whether it may change what it sees, or stop it. */
export function isActive({ mode, action }: Pick<GuardRule, "mode" | "action">): boolean {
  return mode === "enforce" && action.kind !== "flag";
}

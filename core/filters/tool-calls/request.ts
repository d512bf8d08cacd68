// Owns what a request may declare: tools that the agent may not use are taken out before a model sees them.
// Knows no vendor.

import type { Call, DeclaredTool, DeclaredTools } from "../../contracts/dialect.ts";
import { dropped } from "../../contracts/json.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { compilePointer, textsBelow, valueAt } from "../../text/pointer.ts";
import type { ToolRule } from "./rules.ts";

export interface Allowed {
  readonly kind: "allowed";
  /** By name. */
  readonly declared: ReadonlyMap<string, DeclaredTool>;
  /** How many were taken out. */
  readonly taken: number;
}

/** Edits the call. A tool that the model is told to call is not taken out behind the client's back. */
export function allowTools(
  call: Call,
  { tools, choices }: DeclaredTools,
  rules: ReadonlyMap<string, ToolRule>,
): Allowed | Refusal {
  const denied = tools.filter(({ name }) => !rules.has(name));
  const names = new Set(denied.map(({ name }) => name));
  const isChosen = choices.some((pointer) => {
    const choice = valueAt(call.value, compilePointer(pointer) ?? []);
    return choice !== undefined && [...textsBelow(choice, pointer)].some(({ text }) => names.has(text));
  });
  if (isChosen) {
    return refuse("tool_denied", {
      message: "The request tells the model to call a tool that is not on this agent's list.",
    });
  }
  const kept = tools.filter(({ name }) => rules.has(name));
  const isNoneLeft = kept.length === 0 && call.hostedTools.length === 0;
  for (const { pointer } of denied) call.edits.set(pointer, dropped);
  if (denied.length > 0 && isNoneLeft) for (const pointer of choices) call.edits.set(pointer, dropped);
  const declared = new Map(kept.map((tool) => [tool.name, tool]));
  return { kind: "allowed", declared, taken: denied.length };
}

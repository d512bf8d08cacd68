// Owns what the caller gets in place of an agent's answer: a text where the agent would have said one.
// Knows no signal.

import type { HeaderMap } from "../../contracts/dialect.ts";
import type { EscalationReason } from "../../contracts/escalation.ts";
import type { Exchange } from "../../contracts/exchange.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import type { Answer } from "../../contracts/visit.ts";
import { isObject } from "../../text/json.ts";
import { compilePointer } from "../../text/pointer.ts";
import { writeEvent } from "../../text/sse-event.ts";
import { escalatedHeader } from "./case.ts";
import { confirmHeader } from "./confirmation.ts";

export interface SaidHere {
  readonly text: string;
  /** As callers of a task know it. */
  readonly error: "escalated" | "confirmation_required";
  readonly escalated: EscalationReason;
  /** The word that shows it is meant; also in a header. */
  readonly confirm?: string;
  /** Where the agent's answers have their texts; undefined: `output`, as a task's answer has it. */
  readonly places: readonly string[] | undefined;
}

/** COMPATIBILITY, task out: completed, with the error; the text where this agent's callers look for it. */
export function answerHere(
  exchange: Exchange,
  { text, error, escalated, confirm, places }: SaidHere,
): Answer {
  const { context, startedAtMs, call } = exchange;
  const value: JsonObject = {
    task_id: context?.task ?? exchange.id,
    status: "completed",
    output: text,
    error,
    escalated,
    ...(confirm === undefined ? {} : { confirm }),
    duration_ms: Math.max(0, Math.round(performance.now() - startedAtMs)),
  };
  for (const place of places ?? []) putText(value, place, text);
  const isStream = call?.isStream === true && wantsEvents(exchange);
  const body = isStream ? writeEvent(value) : Buffer.from(JSON.stringify(value));
  const type = isStream ? "text/event-stream; charset=utf-8" : "application/json";
  const headers: HeaderMap = { "content-type": type, [escalatedHeader]: escalated };
  if (confirm !== undefined) headers[confirmHeader] = confirm;
  return { kind: "answer", head: { status: 200, headers }, body };
}

function wantsEvents({ head }: Exchange): boolean {
  return String(head.headers.accept ?? "").includes("text/event-stream");
}

/** Makes what is missing on the way; what is there and of another shape stays. */
function putText(value: JsonObject, place: string, text: string): void {
  const names = compilePointer(place) ?? [];
  if (names.length === 0 || names.includes("__proto__")) return;
  let at: JsonValue = value;
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const next = names[index + 1];
    const made: JsonValue = isLast ? text : next === "*" || next === "0" ? [] : {};
    if (Array.isArray(at)) {
      if (at.length === 0) at.push(made);
      at = at[0] ?? null;
    } else if (isObject(at)) {
      if (isLast || !Object.hasOwn(at, name)) at[name] = made;
      at = at[name] ?? null;
    } else return;
  }
}

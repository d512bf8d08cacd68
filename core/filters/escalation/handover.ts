// Owns the account of an exchange that is handed over, as the webhook carries it. Sends nothing.

import { randomUUID } from "node:crypto";
import type { Escalation, EscalationSignal, EscalationSpec } from "../../contracts/escalation.ts";
import type { Exchange } from "../../contracts/exchange.ts";
import { messagesOf } from "./messages.ts";

export interface HandoverMeans {
  readonly spec: EscalationSpec;
  /** What stands for an id where none may go along. */
  readonly hashed: (id: string) => string;
}

/** `signals`: at least one, the most telling first. */
export function handoverOf(
  exchange: Exchange,
  signals: readonly EscalationSignal[],
  { spec, hashed }: HandoverMeans,
): Escalation | undefined {
  const [first] = signals;
  if (first === undefined) return undefined;
  const { context, claims, caller, trace, route, call } = exchange;
  const isWithheld = spec.context !== "none" && wasStopped(exchange);
  const shown = (id: string | undefined): string | undefined =>
    id === undefined || spec.context !== "none" ? id : hashed(id);
  return {
    id: randomUUID(),
    reason: first.reason,
    priority: signals.some(({ priority }) => priority === "high") ? "high" : "normal",
    summary: signals.map(({ summary }) => summary).join(" "),
    reasons: signals.map(({ reason }) => reason),
    created_at: new Date().toISOString(),
    agent_id: route.agent,
    request_id: exchange.id,
    trace_id: trace?.traceId,
    task_id: context?.task,
    session_id: shown(context?.session ?? claims?.session),
    user_id: shown(context?.user ?? claims?.user),
    caller: caller?.name ?? context?.caller,
    context: isWithheld ? [] : messagesOf(call, spec.context),
    context_withheld: isWithheld,
  };
}

const stopping: ReadonlySet<string> = new Set(["block", "fail_closed"]);
const asked: ReadonlySet<string> = new Set(["edge.request", "llm.request", "tool.result"]);

/** What a guard stopped, or could not look at, it has not redacted either. */
function wasStopped({ guarded }: Exchange): boolean {
  return guarded.some(({ stage, action }) => stopping.has(action) && asked.has(stage));
}

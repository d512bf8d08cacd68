// Owns what is logged and counted when a budget fills or an agent loops. Decides nothing.

import { BudgetWatch } from "../core/filters/budget-watch.ts";
import type { LoopsOptions } from "../core/filters/loops.ts";
import type { Equipment } from "../core/program/host.ts";

/** Names are the policy's own; whose budget it is, is said by hash alone. */
export function budgetWatch({
  log,
  metrics,
  hash,
}: Pick<Equipment, "log" | "metrics" | "hash">): BudgetWatch {
  return new BudgetWatch((event, { limit, counter }, { context, route, id }) => {
    const name = event.kind === "threshold" ? `threshold_${event.percent}` : event.kind;
    metrics.budgetEvent(limit.name, name);
    if (event.kind === "refused") return; // the exchange's own line says so
    log.budgetEvent({
      request_id: id,
      agent_id: route.agent,
      limit: limit.name,
      what: name,
      counter: hash(counter.key),
      task_id: context?.task,
      ...(event.kind === "downgraded" ? { to_model: event.to } : {}),
    });
  });
}

export function loopEvents({ log, metrics }: Pick<Equipment, "log" | "metrics">): LoopsOptions["onLoop"] {
  return ({ kind, repeats, tool }, { context, route, id }) => {
    metrics.budgetEvent("loops", kind);
    log.loopFound({
      request_id: id,
      agent_id: route.agent,
      task_id: context?.task,
      what: kind,
      repeats,
      tool_name: tool,
    });
  };
}

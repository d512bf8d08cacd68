// Owns what is logged and counted when a budget fills or an agent loops. Decides nothing.

import type { Exchange } from "../contracts/exchange.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { BudgetWatch } from "../filters/budgets/watch.ts";
import type { LoopsOptions } from "../filters/loops.ts";
import { plainId, plainWord } from "../telemetry/plain.ts";
import type { Equipment } from "./host.ts";

type Telling = Pick<Equipment, "log" | "metrics" | "hash">;

/** Names are the policy's own; whose budget it is, is said by hash alone. */
export function budgetWatch(telling: Telling): BudgetWatch {
  const { log, metrics, hash } = telling;
  return new BudgetWatch((event, { limit, counter }, exchange) => {
    const what = event.kind === "threshold" ? `threshold_${event.percent}` : event.kind;
    metrics.budgetEvent(limit.name, what);
    if (event.kind === "refused") return; // the exchange's own line says so
    const to = event.kind === "downgraded" ? { to_model: event.to } : {};
    const whose = whoseOf(exchange, hash);
    log.budgetEvent({ ...whose, limit: limit.name, what, counter: hash(counter.key), ...to });
  });
}

/** For limits that no counter stands behind here, or whose counter is one of requests. */
export function shadowEvents({ log, metrics, hash }: Telling) {
  return ({ name }: Pick<LimitSpec, "name">, exchange: Exchange): void => {
    metrics.budgetEvent(name, "shadow");
    log.budgetEvent({ ...whoseOf(exchange, hash), limit: name, what: "shadow" });
  };
}

export function loopEvents({ log, metrics, hash }: Telling): LoopsOptions["onLoop"] {
  return ({ kind, repeats, tool }, exchange) => {
    metrics.budgetEvent("loops", kind);
    const tool_name = tool === undefined ? undefined : plainWord(tool);
    log.loopFound({ ...whoseOf(exchange, hash), what: kind, repeats, tool_name });
  };
}

/** Ids that somebody outside chose are hashed where they are of another shape. */
function whoseOf({ id, context, route }: Exchange, hash: Telling["hash"]) {
  return {
    request_id: plainId(id, hash),
    agent_id: route.agent,
    task_id: context === undefined ? undefined : plainId(context.task, hash),
  };
}

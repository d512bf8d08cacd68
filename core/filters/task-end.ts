// Owns the end of a task at its ceiling: the answer its caller gets in place of the agent's. Knows no budget.

import type { Exchange } from "../contracts/exchange.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { type Refusal, refusalTable } from "../contracts/refusal.ts";
import type { Answer } from "../contracts/visit.ts";

/** Whose life is over. */
interface Ceiling {
  readonly limit: { readonly spec: LimitSpec };
}

/** COMPATIBILITY: the words callers know; anything else is said by its refusal's code. */
const errors: Readonly<Record<string, string>> = {
  budget_exceeded: "token_budget_exceeded",
  steps_exceeded: "max_steps_reached",
};

/** Where the policy says so, the request the agent works on is answered here, and its work ends. */
export function endTask(exchange: Exchange, { limit: { spec } }: Ceiling, { code }: Refusal): void {
  const { inbound } = exchange;
  const isOfTask = spec.window?.kind === "life" && spec.window.of === "task";
  if (inbound === undefined || spec.onExceeded !== "end" || !isOfTask || refusalTable[code].retryable) return;
  inbound.cut(completed(inbound, errors[code] ?? code));
}

/** COMPATIBILITY, task out: completed, with the error and the last text a model said. */
export function completed(inbound: Exchange, error: string): Answer {
  const { context, tally, lastText, startedAtMs } = inbound;
  const body = Buffer.from(
    JSON.stringify({
      task_id: context?.task,
      status: "completed",
      output: lastText ?? "",
      steps_used: tally?.steps ?? 0,
      tokens_used: tally?.tokens ?? 0,
      tool_calls: tally?.toolCalls ?? 0,
      error,
      duration_ms: Math.round(performance.now() - startedAtMs),
    }),
  );
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { kind: "answer", head: { status: 200, headers }, body };
}

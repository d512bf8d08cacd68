// Owns the end of a task at its ceiling: the answer its caller gets in place of the agent's. Knows no budget.

import type { Exchange } from "../contracts/exchange.ts";
import type { TaskTally } from "../contracts/identity.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { type Refusal, refusalTable } from "../contracts/refusal.ts";
import type { Answer } from "../contracts/visit.ts";

/** COMPATIBILITY: the words callers know; anything else is said by its refusal's code. */
const errors: Readonly<Record<string, string>> = {
  budget_exceeded: "token_budget_exceeded",
  steps_exceeded: "max_steps_reached",
};

/** What the work under way has used that the task's tally does not hold yet. */
export type Unfinished = Pick<TaskTally, "steps" | "tokens" | "toolCalls">;

/** Where the policy says so, the request the agent works on is answered here, and its work ends. */
export function endTask(
  { inbound }: Exchange,
  { onExceeded, window }: LimitSpec,
  { code }: Refusal,
  unfinished?: Unfinished,
): void {
  const isOfTask = window?.kind === "life" && window.of === "task";
  if (inbound === undefined || onExceeded !== "end" || !isOfTask || refusalTable[code].retryable) return;
  inbound.cut(completed(inbound, errors[code] ?? code, unfinished));
}

/** COMPATIBILITY, task out: completed, with the error and the last text a model said. */
export function completed(inbound: Exchange, error: string, unfinished: Unfinished = nothing): Answer {
  const { context, tally = nothing, lastText = "", startedAtMs } = inbound;
  const body = Buffer.from(
    JSON.stringify({
      task_id: context?.task,
      status: "completed",
      output: lastText,
      steps_used: tally.steps + unfinished.steps,
      tokens_used: tally.tokens + unfinished.tokens,
      tool_calls: tally.toolCalls + unfinished.toolCalls,
      error,
      duration_ms: Math.round(performance.now() - startedAtMs),
    }),
  );
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { kind: "answer", head: { status: 200, headers }, body };
}

const nothing: Unfinished = Object.freeze({ steps: 0, tokens: 0, toolCalls: 0 });

// Owns what a span says of its exchange: the field's names beside OpenTelemetry's GenAI ones. Never content.

import type { Exchange } from "../contracts/exchange.ts";
import type { Outcome } from "../contracts/visit.ts";
import { sumAttempts } from "../telemetry/attempt-totals.ts";
import type { Hasher } from "../telemetry/hashing.ts";
import { plainId, plainWord } from "../telemetry/plain.ts";
import type { SpanAttributes } from "../telemetry/span.ts";

export type SpanName = "agent.run" | "agent.llm_call" | "tool_call";

export interface SpanView {
  readonly hashed: Hasher;
  readonly outcome: Outcome;
  /** Monotonic milliseconds. */
  readonly endedAtMs: number;
}

/** Undefined attributes are left out by the SDK. */
export function spanAttributes(name: SpanName, exchange: Exchange, view: SpanView): SpanAttributes {
  const { context, route } = exchange;
  const { hashed, outcome } = view;
  const session = context?.session === undefined ? undefined : hashed(context.session);
  return {
    "agent.id": route.agent,
    "agent.task_id": context === undefined ? undefined : plainId(context.task, hashed),
    "agent.session_id": session,
    "gen_ai.agent.name": route.agent,
    "gen_ai.conversation.id": session,
    "http.route": route.name,
    "http.response.status_code": outcome.status === 0 ? undefined : outcome.status,
    ...(name === "agent.run" ? { "gen_ai.operation.name": "invoke_agent" } : {}),
    ...(name === "agent.llm_call" ? callAttributes(exchange) : {}),
    ...(name === "tool_call" ? toolAttributes(exchange, view) : {}),
  };
}

/** A tool of the policy's, or a message to a server of tools. */
function toolAttributes(exchange: Exchange, { endedAtMs }: SpanView): SpanAttributes {
  const { attempts, inbound, method, route } = exchange;
  const { name = exchange.tool, version } = route.tool ?? {};
  const isCall = route.tool !== undefined || method === "tools/call";
  if (!isCall) return { "mcp.method.name": method, "tool.caller_agent": route.agent };
  const sentAtMs = attempts.at(-1)?.sentAtMs ?? 0;
  return {
    "mcp.method.name": method,
    "agent.step": inbound?.tally?.steps,
    "tool.name": name,
    "tool.version": version || undefined,
    "tool.caller_agent": route.agent,
    "tool.latency_ms": sentAtMs === 0 ? undefined : Math.round((endedAtMs - sentAtMs) * 1_000) / 1_000,
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.type": "function",
  };
}

function callAttributes({ call, model, attempts, inbound }: Exchange): SpanAttributes {
  const last = attempts.at(-1);
  if (call?.operation !== "chat" || last === undefined) return { "llm.model": model };
  const { inputTokens, outputTokens } = sumAttempts(attempts);
  const reason = last.finishReason === undefined ? undefined : plainWord(last.finishReason);
  return {
    "agent.step": inbound?.tally?.steps,
    "llm.model": model,
    "llm.prompt_tokens": inputTokens,
    "llm.completion_tokens": outputTokens,
    "llm.finish_reason": reason,
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": last.target.name,
    "gen_ai.request.model": model,
    "gen_ai.response.model": last.target.model ?? model,
    "gen_ai.response.finish_reasons": reason === undefined ? undefined : [reason],
    "gen_ai.usage.input_tokens": inputTokens,
    "gen_ai.usage.output_tokens": outputTokens,
  };
}

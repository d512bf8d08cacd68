// Owns the one log line and the figures an exchange leaves. Reads what other filters wrote; never content.

import type { Operation } from "../contracts/dialect.ts";
import type { Exchange, Filter, GuardVerdict } from "../contracts/exchange.ts";
import type { TaskTally } from "../contracts/identity.ts";
import { costTypeOf } from "../contracts/ledger.ts";
import type { Outcome, Visit } from "../contracts/visit.ts";
import { type AttemptTotals, sumAttempts } from "../telemetry/attempt-totals.ts";
import type { Clock } from "../telemetry/clock.ts";
import type { TaskStatus } from "../telemetry/figures.ts";
import type { Hasher } from "../telemetry/hashing.ts";
import type { ExchangeEvent, ExchangeLine, Log } from "../telemetry/log.ts";
import type { Metrics, Seat } from "../telemetry/metrics.ts";
import { plainId, plainWord } from "../telemetry/plain.ts";
import { judge, type Status, type Verdict } from "../telemetry/verdict.ts";

/**
 * `gateway`: requests to agents. `inbound`: tasks at their sidecar. `egress`: the agent's own calls of
 * models. `site`: of hosts that it names itself.
 */
export type AuditKind = "gateway" | "inbound" | "egress" | "site";

export interface AuditOptions {
  readonly kind: AuditKind;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly hashed: Hasher;
  readonly clock: Clock;
}

export function auditFilter(options: AuditOptions): Filter {
  return { name: "audit", wantsCall: false, open: (exchange) => new Audit(exchange, options) };
}

/** What an exchange came to. */
interface End {
  readonly event: ExchangeEvent;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  readonly durationMs: number;
  readonly totals: AttemptTotals;
}

class Audit implements Visit {
  readonly kind = "visit";
  readonly #exchange: Exchange;
  readonly #options: AuditOptions;
  readonly #seat: Seat | undefined;

  constructor(exchange: Exchange, options: AuditOptions) {
    const { kind, metrics } = options;
    this.#exchange = exchange;
    this.#options = options;
    const isOut = kind === "egress" || kind === "site";
    this.#seat = isOut ? undefined : metrics.agentEntered(exchange.route.agent);
    if (kind === "site") metrics.egressOpened(exchange.route.agent);
    if (kind === "inbound") exchange.tally = { steps: 0, tokens: 0, toolCalls: 0, costNanoUsd: 0 };
  }

  close(outcome: Outcome): void {
    const exchange = this.#exchange;
    const { kind, log, clock } = this.#options;
    const end: End = {
      event: eventOf(kind, exchange),
      outcome,
      verdict: judge(outcome, kind === "egress" || kind === "site" ? "client" : "server"),
      durationMs: clock() - exchange.startedAtMs,
      totals: sumAttempts(exchange.attempts),
    };
    this.#count(end);
    log.exchangeEnded(end.event, this.#line(end));
  }

  #count({ event, outcome, verdict, durationMs, totals }: End): void {
    const { kind, metrics } = this.#options;
    const { attempts, call, inbound, model = "none", route, tally } = this.#exchange;
    const { agent, name } = route;
    const durationS = durationMs / 1000;
    if (this.#seat !== undefined) metrics.agentLeft(this.#seat);
    const [first] = attempts;
    if (first !== undefined && first.sentAtMs > 0) {
      metrics.overhead(kind, (first.sentAtMs - this.#exchange.startedAtMs) / 1000);
    }
    if (outcome.refusal !== undefined && outcome.ended !== "done") metrics.refused(outcome.refusal.code);
    if (outcome.refusal?.code === "route_refused") metrics.uncovered(name);
    if (kind === "site") metrics.egressEnded({ agent, status: verdict.status, ...this.#exchange.tunnel });
    if (kind === "gateway") metrics.requestEnded({ agent, route: name, status: verdict.status, durationS });
    if (event === "agent.task.completed" && verdict.status !== "refused") {
      metrics.taskEnded({
        agent,
        status: taskStatus({ outcome, verdict }),
        steps: tally?.steps ?? 0,
        durationS,
      });
    }
    if (event === "tool_call") this.#countTool(toolOf(this.#exchange), verdict.status, totals);
    if (event === "llm_call" && attempts.length > 0) {
      const costNanoUsd = totals.costNanoUsd ?? 0;
      const costType = costTypeOf(call?.operation);
      metrics.llmCallEnded({ agent, model, ...totals, costType, costNanoUsd, latencyS: durationS });
      const { tally: ofTask } = inbound ?? {};
      if (ofTask !== undefined) addUse(ofTask, totals, isStep(this.#exchange) ? 1 : 0);
    }
  }

  /** What a model asked for was counted as it did: a task's calls of tools are counted once. */
  #countTool(tool: string, status: Status, { costNanoUsd = 0 }: AttemptTotals): void {
    const { inbound, route } = this.#exchange;
    this.#options.metrics.toolCallEnded({ agent: route.agent, tool, status, costNanoUsd });
    if (inbound?.tally !== undefined) inbound.tally.costNanoUsd += costNanoUsd;
  }

  #line({ event, outcome, verdict, durationMs, totals }: End): ExchangeLine {
    const exchange = this.#exchange;
    const { hashed, kind } = this.#options;
    const { attempts, call, caller, context, guarded, route, tally, trace, tunnel } = exchange;
    const last = attempts.at(-1);
    const isTask = event === "agent.task.completed";
    const isCall = event === "llm_call" && last !== undefined;
    const costNanoUsd = isTask ? tally?.costNanoUsd : totals.costNanoUsd;
    return {
      request_id: plainId(exchange.id, hashed),
      trace_id: trace?.traceId,
      agent_id: route.agent,
      route: route.name,
      coverage: route.coverage === "metered" ? "metered" : undefined,
      status: isTask ? taskStatus({ outcome, verdict }) : verdict.status,
      error_type: verdict.errorType,
      http_status: outcome.status,
      duration_ms: round(durationMs),
      first_byte_ms:
        last === undefined || last.headAtMs === 0 ? undefined : round(last.headAtMs - exchange.startedAtMs),
      attempts: attempts.length,
      target: last?.target.name,
      host: route.host,
      sent_bytes: tunnel?.sentBytes,
      received_bytes: tunnel?.receivedBytes,
      caller: context?.caller ?? caller?.name,
      caller_agent: context?.via?.at(-1),
      depth: context?.depth === 0 ? undefined : context?.depth,
      team: context?.team ?? caller?.team,
      task_id: context === undefined ? undefined : plainId(context.task, hashed),
      session_id: context?.session === undefined ? undefined : hashed(context.session),
      user_id: context?.user === undefined ? undefined : hashed(context.user),
      message_length: kind === "gateway" ? (call?.body.length ?? sentLength(exchange)) : undefined,
      model: exchange.model,
      finish_reason: last?.finishReason === undefined ? undefined : plainWord(last.finishReason),
      input_tokens: isCall ? totals.inputTokens : undefined,
      output_tokens: isCall ? totals.outputTokens : undefined,
      latency_ms: isCall || event === "tool_call" ? round(durationMs) : undefined,
      tool: event === "tool_call" ? toolOf(exchange) : undefined,
      tool_version: route.tool?.version || undefined,
      result_length: last?.resultBytes,
      cost_usd: costNanoUsd === undefined ? undefined : costNanoUsd / 1e9,
      steps: isTask ? tally?.steps : undefined,
      tokens: isTask ? tally?.tokens : undefined,
      tool_calls: isTask ? tally?.toolCalls : undefined,
      "mcp.method.name": exchange.method,
      "gen_ai.tool.name": exchange.tool,
      guards: guarded.length === 0 ? undefined : guarded.map(tellVerdict),
    };
  }
}

const isPaid: ReadonlySet<Operation> = new Set(["chat", "completion", "embeddings", "metered"]);

/** A name of the policy's, or one that a server is known to have; empty: any other. */
function toolOf({ route, tool }: Exchange): string {
  return route.tool?.name ?? tool ?? "";
}

/** A task is work that came with a verified context; reading a status or a health page is not. */
function eventOf(kind: AuditKind, { call, context, head, method, route }: Exchange): ExchangeEvent {
  if (route.tool !== undefined) return "tool_call";
  if (kind === "egress" && (call === undefined ? route.coverage === "metered" : isPaid.has(call.operation))) {
    return "llm_call";
  }
  if (route.name.startsWith("mcp/")) return method === "tools/call" ? "tool_call" : "mcp_request";
  if (kind === "site") return "egress";
  if (kind === "inbound" && context !== undefined && head.method === "POST") return "agent.task.completed";
  return "agent_request";
}

function taskStatus({ outcome, verdict }: Pick<End, "outcome" | "verdict">): TaskStatus {
  if (outcome.ended === "client-gone") return "cancelled";
  return verdict.status === "success" ? "completed" : "failed";
}

/** A model wrote an answer: what is embedded or passes unread moves no task on. */
function isStep({ call }: Exchange): boolean {
  return call?.operation === "chat" || call?.operation === "completion";
}

function addUse(
  tally: TaskTally,
  { inputTokens, outputTokens, toolCalls, costNanoUsd = 0 }: AttemptTotals,
  steps: number,
): void {
  tally.steps += steps;
  tally.tokens += inputTokens + outputTokens;
  tally.toolCalls += toolCalls;
  tally.costNanoUsd += costNanoUsd;
}

function tellVerdict({ guard, stage, action }: GuardVerdict): string {
  return `${guard}@${stage}=${action}`;
}

/** Bytes; undefined where the body came in chunks. */
function sentLength({ head }: Exchange): number | undefined {
  const sent = head.headers["content-length"];
  return typeof sent === "string" ? Number(sent) : undefined;
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;

// Owns the test of the audit filter: one line an exchange, the figures it moves, and no content in either.

import { describe, expect, it } from "vitest";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { Outcome, Visit } from "../../../core/contracts/visit.ts";
import { type AuditKind, auditFilter } from "../../../core/filters/audit.ts";
import { traceFilter } from "../../../core/filters/trace.ts";
import { createHasher } from "../../../core/telemetry/hashing.ts";
import { Log } from "../../../core/telemetry/log.ts";
import { Metrics } from "../../../core/telemetry/metrics.ts";
import { addAttempt, asVisit, chatCall, done, sampleContext, sampleExchange } from "./sample-exchange.ts";

const hashed = createHasher({ key: "key" });

interface Desk {
  open(kind: AuditKind, exchange: Exchange): Visit;
  readonly lines: Record<string, unknown>[];
  figures(): Promise<string>;
}

/** A log and metrics that tests read back. */
function desk(nowMs = 1250): Desk {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = new Log({ level: "info", program: "sidecar", stream });
  const metrics = new Metrics({ processMetrics: "off" });
  metrics.know({ agents: [{ name: "search", type: "agent" }], models: ["gpt-4o"] });
  const clock = () => nowMs;
  return {
    open: (kind, exchange) => asVisit(auditFilter({ kind, log, metrics, hashed, clock }).open(exchange)),
    lines,
    figures: () => metrics.scrape(),
  };
}

function traced(exchange: Exchange): Exchange {
  const filter = traceFilter({
    tracing: undefined,
    spanName: "agent.run",
    kind: "server",
    incoming: "trusted",
    hashed,
    clock: () => 0,
  });
  filter.open(exchange);
  return exchange;
}

const refused: Outcome = {
  ended: "refused",
  status: 429,
  refusal: refuse("rate_limited"),
  isCommitted: true,
};
const gone: Outcome = { ended: "client-gone", status: 200, refusal: undefined, isCommitted: true };

describe("at the gateway", () => {
  it("writes one agent_request and counts one request", async () => {
    const { open, lines, figures } = desk();
    const exchange = traced(sampleExchange({ startedAtMs: 1000, headers: { "content-length": "42" } }));
    const visit = open("gateway", exchange);
    expect(await figures()).toContain('agent_active_sessions{agent_id="search"} 1');
    exchange.context = sampleContext;
    addAttempt(exchange, { headAtMs: 1100 });
    visit.close?.(done);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      event: "agent_request",
      level: "info",
      request_id: "request-1",
      trace_id: exchange.trace?.traceId,
      agent_id: "search",
      route: "search",
      status: "success",
      http_status: 200,
      duration_ms: 250,
      first_byte_ms: 100,
      attempts: 1,
      target: "openai",
      caller: "web-app",
      team: "growth",
      task_id: "task-1",
      session_id: hashed("session-canary"),
      user_id: hashed("user-canary"),
      message_length: 42,
    });
    const seen = await figures();
    expect(seen).toContain('agent_requests_total{agent_id="search",status="success"} 1');
    expect(seen).toContain('agent_request_latency_seconds_sum{agent_id="search"} 0.25');
    expect(seen).toContain('agent_active_sessions{agent_id="search"} 0');
    expect(seen).not.toContain('agent_tasks_total{agent_id="search",status="completed"} 1');
  });

  it("writes an agent_error where it was refused, and counts the code", async () => {
    const { open, lines, figures } = desk();
    open("gateway", sampleExchange()).close?.(refused);
    expect(lines[0]).toMatchObject({
      event: "agent_error",
      level: "warn",
      error_type: "rate_limited",
      status: "refused",
      http_status: 429,
      agent_id: "search",
    });
    const seen = await figures();
    expect(seen).toContain('sluice_refusals_total{code="rate_limited"} 1');
    expect(seen).toContain('agent_requests_total{agent_id="search",status="refused"} 1');
  });

  it.each([
    ["an upstream that failed", { ...refused, refusal: refuse("upstream_timeout"), status: 504 }, "error"],
    ["a store that is lost", { ...refused, refusal: refuse("store_unavailable"), status: 503 }, "error"],
    ["a bug", { ...refused, ended: "bug", refusal: refuse("internal"), status: 500 }, "error"],
    ["an agent's own 500", { ...done, status: 500 }, "error"],
    ["an agent's own 404", { ...done, status: 404 }, "success"],
    ["a client that left in mid-stream", gone, "success"],
    ["a client that left before the first byte", { ...gone, status: 0, isCommitted: false }, "error"],
    ["a missing key", { ...refused, refusal: refuse("credential_missing"), status: 401 }, "refused"],
  ] as const)("calls %s %s", async (_what, outcome, status) => {
    const { open, lines, figures } = desk();
    open("gateway", sampleExchange()).close?.(outcome);
    expect(lines.map((line) => line.status)).toEqual([status]);
    expect(await figures()).toContain(`agent_requests_total{agent_id="search",status="${status}"} 1`);
  });
});

describe("in the pod", () => {
  const usage = { inputTokens: 100, outputTokens: 20 };

  function call(exchange: Exchange, inbound?: Exchange): Exchange {
    exchange.inbound = inbound;
    exchange.context = sampleContext;
    exchange.call = chatCall("canary");
    exchange.model = "gpt-4o";
    addAttempt(exchange, { usage, costNanoUsd: 450_000 });
    addAttempt(exchange, { usage, costNanoUsd: 450_000, finishReason: "stop" });
    return exchange;
  }

  it("an LLM call has one llm_call with the sums over its attempts", async () => {
    const { open, lines, figures } = desk();
    const exchange = sampleExchange({ startedAtMs: 250 });
    const visit = open("egress", exchange);
    call(exchange);
    visit.close?.(done);
    expect(lines[0]).toMatchObject({
      event: "llm_call",
      model: "gpt-4o",
      input_tokens: 200,
      output_tokens: 40,
      latency_ms: 1000,
      cost_usd: 0.0009,
      attempts: 2,
      finish_reason: "stop",
    });
    expect(lines[0]).not.toHaveProperty("message_length");
    const seen = await figures();
    expect(seen).toContain('llm_tokens_total{model="gpt-4o",token_type="input"} 200');
    expect(seen).toContain('llm_call_latency_seconds_count{model="gpt-4o"} 1');
    expect(seen).toContain('agent_cost_usd_total{agent_id="search",cost_type="llm"} 0.0009');
    expect(seen).toContain('agent_requests_total{agent_id="search",status="success"} 0');
  });

  it("a task's line sums what its calls used, also those of a reader who left", async () => {
    const { open, lines, figures } = desk();
    const inbound = sampleExchange({ startedAtMs: 0 });
    const task = open("inbound", inbound);
    inbound.context = sampleContext;
    for (const outcome of [done, gone]) {
      const egress = sampleExchange();
      const visit = open("egress", egress);
      call(egress, inbound);
      visit.close?.(outcome);
    }
    task.close?.(done);
    expect(lines.map(({ event }) => event)).toEqual(["llm_call", "llm_call", "agent.task.completed"]);
    expect(lines[2]).toMatchObject({
      task_id: "task-1",
      session_id: hashed("session-canary"),
      agent_id: "search",
      steps: 2,
      tokens: 480,
      duration_ms: 1250,
      tool_calls: 0,
      status: "completed",
      cost_usd: 0.0018,
    });
    const seen = await figures();
    expect(seen).toContain('agent_tasks_total{agent_id="search",status="completed"} 1');
    expect(seen).toContain('agent_steps_per_task_sum{agent_id="search"} 2');
  });

  it.each([
    ["cancelled", gone],
    ["failed", { ...done, status: 502 }],
  ] as const)("a task can be %s", async (status, outcome) => {
    const { open, lines, figures } = desk();
    const inbound = sampleExchange();
    const visit = open("inbound", inbound);
    inbound.context = sampleContext;
    visit.close?.(outcome);
    expect(lines[0]?.status).toBe(status);
    expect(await figures()).toContain(`agent_tasks_total{agent_id="search",status="${status}"} 1`);
  });

  it.each([
    ["a page read from the agent", "GET", sampleContext],
    ["a request without a context", "POST", undefined],
  ] as const)("%s is no task", async (_what, method, context) => {
    const { open, lines, figures } = desk();
    const inbound = sampleExchange({ method });
    const visit = open("inbound", inbound);
    inbound.context = context;
    visit.close?.(done);
    expect(lines[0]?.event).toBe("agent_request");
    expect(await figures()).toContain('agent_tasks_total{agent_id="search",status="completed"} 0');
  });

  it("a call refused before any attempt is no step, and a route not covered is counted", async () => {
    const { open, lines, figures } = desk();
    const inbound = sampleExchange();
    open("inbound", inbound);
    const egress = sampleExchange({ route: "openai/v1/embeddings" });
    const visit = open("egress", egress);
    egress.inbound = inbound;
    egress.call = chatCall("{}");
    visit.close?.({ ...refused, refusal: refuse("route_refused"), status: 403 });
    expect(inbound.tally?.steps).toBe(0);
    expect(lines[0]).toMatchObject({ event: "agent_error", error_type: "route_refused" });
    expect(lines[0]).not.toHaveProperty("input_tokens");
    const seen = await figures();
    expect(seen).toContain('sluice_uncovered_total{route="openai/v1/embeddings"} 1');
    expect(seen).not.toContain("llm_call_latency_seconds_count");
  });

  it("a provider's 429 is an error of the call", () => {
    const { open, lines } = desk();
    const exchange = sampleExchange();
    const visit = open("egress", exchange);
    call(exchange);
    visit.close?.({ ...done, status: 429 });
    expect(lines[0]).toMatchObject({ event: "agent_error", level: "error", error_type: "http_429" });
  });
});

it("content reaches neither line nor figures", async () => {
  const { open, lines, figures } = desk();
  const headers = { authorization: "Bearer canary", "x-session-id": "canary", cookie: "canary" };
  const exchange = traced(sampleExchange({ id: "canary of a request", headers }));
  const visit = open("egress", exchange);
  exchange.call = { ...chatCall('{"prompt":"canary"}'), model: "canary" };
  exchange.context = { ...sampleContext, task: "canary of a task" };
  addAttempt(exchange, { finishReason: "canary, as the prompt said" });
  visit.close?.({ ...refused, refusal: refuse("upstream_malformed", { message: "canary" }) });
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain("canary");
  expect(await figures()).not.toContain("canary");
});

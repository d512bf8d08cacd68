// Owns the test of the trace filter: whose trace goes on, what a span says, and what never gets into one.

import { describe, expect, it } from "vitest";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { Caller, TraceContext } from "../../../core/contracts/identity.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { Outcome } from "../../../core/contracts/visit.ts";
import { type TraceOptions, traceFilter } from "../../../core/filters/trace.ts";
import { createHasher } from "../../../core/telemetry/hashing.ts";
import type { SpanEnd, SpanStart, Tracing } from "../../../core/telemetry/span.ts";
import { addAttempt, asVisit, chatCall, done, sampleContext, sampleExchange } from "./sample-exchange.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const sent = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: "vendor=1" };

const hashed = createHasher({ key: "key" });
const plainOptions: TraceOptions = {
  tracing: undefined,
  spanName: "agent.run",
  kind: "server",
  incoming: "trusted",
  hashed,
  clock: () => 250,
};

function traced(exchange: Exchange, options: Partial<TraceOptions> = {}): TraceContext {
  expect(traceFilter({ ...plainOptions, ...options }).open(exchange)).toBeUndefined();
  if (exchange.trace === undefined) throw new Error("no trace");
  return exchange.trace;
}

describe("without a collector", () => {
  it("continues the trace it is given, with a span of its own", () => {
    const trace = traced(sampleExchange({ headers: sent }));
    expect(trace).toMatchObject({ traceId, isSampled: true, traceState: "vendor=1" });
    expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(trace.spanId).not.toBe(spanId);
    expect(trace.spanId).toBe(trace.spanId);
  });

  it("keeps the mark of a trace that is not sampled", () => {
    const headers = { traceparent: `00-${traceId}-${spanId}-00` };
    expect(traced(sampleExchange({ headers })).isSampled).toBe(false);
  });

  it.each([
    ["never", { incoming: "never" as const, headers: sent }],
    ["not from this client", { incoming: () => false, headers: sent }],
    ["where nothing was sent", { incoming: "trusted" as const, headers: {} }],
    ["where it is malformed", { incoming: "trusted" as const, headers: { traceparent: "00-1-2-3" } }],
  ])("starts a new one: %s", (_when, { incoming, headers }) => {
    const trace = traced(sampleExchange({ headers }), { incoming });
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.traceId).not.toBe(traceId);
    expect(trace).toMatchObject({ isSampled: true, traceState: undefined });
  });

  it("asks for trust when the trace is read, not when the filter opens", () => {
    const incoming = ({ caller }: Exchange) => caller?.trust.has("traceparent") === true;
    const caller = (trust: string[]): Caller => ({ name: "web", team: undefined, trust: new Set(trust) });
    const trace = (trust: string[]) => {
      const exchange = sampleExchange({ headers: sent });
      const opened = traced(exchange, { incoming });
      exchange.caller = caller(trust);
      return { traceId: opened.traceId, traceState: opened.traceState };
    };
    expect(trace(["traceparent", "tracestate"])).toEqual({ traceId, traceState: "vendor=1" });
    expect(trace(["traceparent"])).toEqual({ traceId, traceState: undefined });
    expect(trace(["x-user-id"]).traceId).not.toBe(traceId);
  });
});

describe("an egress", () => {
  const egress = { spanName: "agent.llm_call", kind: "client", incoming: "never" } as const;

  function opened(headers: Record<string, string>) {
    const inbound = sampleExchange({ headers: sent });
    const inboundTrace = traced(inbound);
    const starts: SpanStart[] = [];
    const tracing: Tracing = {
      startSpan: (start) => {
        starts.push(start);
        const context = { traceId, spanId: "1".repeat(16), isSampled: true, traceState: undefined };
        return { context, end: () => {} };
      },
      close: async () => {},
    };
    const exchange = sampleExchange({ headers });
    asVisit(traceFilter({ ...plainOptions, ...egress, tracing }).open(exchange));
    expect(starts).toEqual([]);
    exchange.inbound = inbound;
    expect(exchange.trace?.traceId).toBe(traceId);
    return { parent: starts[0]?.parent, inboundTrace };
  }

  it("is a child of the inbound exchange it belongs to, whatever the agent sent or did not send", () => {
    for (const headers of [{}, { traceparent: `00-${"a".repeat(32)}-${spanId}-01` }]) {
      const { parent, inboundTrace } = opened(headers);
      expect(parent?.spanId).toBe(inboundTrace.spanId);
    }
  });

  it("is a child of the agent's own span where that is in the same trace", () => {
    const { parent } = opened({ traceparent: `00-${traceId}-${"b".repeat(16)}-01` });
    expect(parent?.spanId).toBe("b".repeat(16));
  });

  it("goes on with an unattributed agent's trace only where that is accepted", () => {
    expect(traced(sampleExchange({ headers: sent }), { ...egress }).traceId).not.toBe(traceId);
    expect(traced(sampleExchange({ headers: sent }), { ...egress, incoming: "trusted" }).traceId).toBe(
      traceId,
    );
  });
});

describe("a span", () => {
  function ended(outcome: Outcome, prepare: (exchange: Exchange) => void, options: Partial<TraceOptions>) {
    const ends: SpanEnd[] = [];
    const starts: SpanStart[] = [];
    const tracing: Tracing = {
      startSpan: (start) => {
        starts.push(start);
        return {
          context: { traceId, spanId, isSampled: true, traceState: undefined },
          end: (end) => ends.push(end),
        };
      },
      close: async () => {},
    };
    const exchange = sampleExchange({ startedAtMs: 100, route: "openai/v1/chat/completions" });
    const visit = asVisit(traceFilter({ ...plainOptions, ...options, tracing }).open(exchange));
    prepare(exchange);
    visit.close?.(outcome);
    expect([starts.length, ends.length]).toEqual([1, 1]);
    const said = Object.entries(ends[0]?.attributes ?? {}).filter(([, value]) => value !== undefined);
    return { start: starts[0], end: ends[0], attributes: Object.fromEntries(said) };
  }

  it("agent.run says whose task it was, with the session hashed", () => {
    const { start, end, attributes } = ended(done, (exchange) => (exchange.context = sampleContext), {});
    expect(start).toMatchObject({ name: "agent.run", kind: "server", startedAtMs: 100 });
    expect(end).toMatchObject({ endedAtMs: 250, errorType: undefined });
    expect(attributes).toEqual({
      "agent.id": "search",
      "agent.task_id": "task-1",
      "agent.session_id": hashed("session-canary"),
      "gen_ai.agent.name": "search",
      "gen_ai.conversation.id": hashed("session-canary"),
      "gen_ai.operation.name": "invoke_agent",
      "http.route": "openai/v1/chat/completions",
      "http.response.status_code": 200,
    });
  });

  it("agent.llm_call says what was used, in the field's words and in OpenTelemetry's", () => {
    const usage = { inputTokens: 10, outputTokens: 4 };
    const prepare = (exchange: Exchange) => {
      exchange.call = chatCall("{}");
      exchange.model = "gpt-4o";
      exchange.inbound = sampleExchange();
      exchange.inbound.tally = { steps: 3, tokens: 0, toolCalls: 0, costNanoUsd: 0 };
      addAttempt(exchange, { usage });
      addAttempt(exchange, { usage, finishReason: "stop" });
    };
    const { attributes } = ended(done, prepare, { spanName: "agent.llm_call", kind: "client" });
    expect(attributes).toMatchObject({
      "agent.step": 3,
      "llm.model": "gpt-4o",
      "llm.prompt_tokens": 20,
      "llm.completion_tokens": 8,
      "llm.finish_reason": "stop",
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 20,
      "gen_ai.usage.output_tokens": 8,
    });
  });

  it.each([
    [
      "a refusal's code",
      { ...done, ended: "refused", refusal: refuse("rate_limited"), status: 429 },
      "rate_limited",
    ],
    ["a provider's status", { ...done, status: 429 }, "http_429"],
    [
      "a client that did not wait",
      { ...done, ended: "client-gone", isCommitted: false, status: 0 },
      "client_gone",
    ],
    ["a bug", { ...done, ended: "bug", refusal: refuse("internal"), status: 500 }, "internal"],
    ["nothing where a reader left", { ...done, ended: "client-gone" }, undefined],
  ] as const)("fails with %s", (_what, outcome, errorType) => {
    const { end } = ended(outcome, () => {}, { spanName: "agent.llm_call", kind: "client" });
    expect(end?.errorType).toBe(errorType);
  });

  it("repeats nothing of a vendor or client that is not an id or a word", () => {
    const prepare = (exchange: Exchange) => {
      exchange.call = chatCall("canary");
      exchange.context = { ...sampleContext, task: "canary of a task" };
      addAttempt(exchange, { finishReason: "canary: stop reason" });
    };
    const { attributes } = ended(done, prepare, { spanName: "agent.llm_call", kind: "client" });
    expect(JSON.stringify(attributes)).not.toContain("canary");
  });
});

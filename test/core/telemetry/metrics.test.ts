// Owns the test of the metrics: the field's table typed out by hand, then what each event moves.

import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { declareFamilies } from "../../../core/telemetry/families.ts";
import { Figures } from "../../../core/telemetry/figures.ts";
import { Metrics } from "../../../core/telemetry/metrics.ts";

const tasks = [0.5, 1, 2, 5, 10, 30, 60, 120];
const requests = [0.1, 0.5, 1, 2, 5, 10, 30, 60];

/** The names of agents, of requests and of the fleet as the field has them; then Sluice's own. */
const table: readonly [name: string, kind: string, labels: string, buckets?: readonly number[]][] = [
  ["agent_tasks_total", "counter", "agent_id,status"],
  ["agent_task_duration_seconds", "histogram", "agent_id", tasks],
  ["agent_llm_tokens_total", "counter", "agent_id,token_type"],
  ["agent_tool_calls_total", "counter", "agent_id,tool_name,status"],
  ["agent_steps_per_task", "histogram", "agent_id", [1, 2, 3, 5, 8, 10, 15, 20, 25]],
  ["orchestrator_queue_depth", "gauge", ""],

  ["agent_requests_total", "counter", "agent_id,status"],
  ["agent_request_latency_seconds", "histogram", "agent_id", requests],
  ["llm_call_latency_seconds", "histogram", "model", [0.1, 0.5, 1, 2, 5, 10]],
  ["agent_active_sessions", "gauge", "agent_id"],
  ["llm_tokens_total", "counter", "model,token_type"],
  ["tool_calls_total", "counter", "agent_id,tool_name,status"],
  ["agent_cost_usd_total", "counter", "agent_id,cost_type"],
  ["guardrail_violations_total", "counter", ""],

  ["ai_agents_total", "gauge", "type,status"],
  ["ai_task_duration_seconds", "histogram", "", tasks],
  ["ai_agent_load", "gauge", "agent_id"],
  ["ai_agent_requests_total", "counter", "agent_type,status,endpoint"],
  ["ai_agent_response_time_seconds", "histogram", "agent_type,complexity", requests],
  ["ai_agent_success_rate", "gauge", "agent_type"],
  ["ai_agent_token_usage_total", "counter", "agent_type,model"],
  ["ai_agent_queue_length", "gauge", ""],

  [
    "sluice_overhead_seconds",
    "histogram",
    "component",
    [0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1, 1],
  ],
  ["sluice_refusals_total", "counter", "code"],
  ["sluice_budget_events_total", "counter", "limit,event"],
  ["sluice_cost_anomalies_total", "counter", "by"],
  ["sluice_egress_total", "counter", "agent_id,status"],
  ["sluice_egress_bytes_total", "counter", "agent_id,direction"],
  ["sluice_egress_open", "gauge", "agent_id"],
  ["sluice_escalations_total", "counter", "reason,result"],
  ["sluice_guard_checks_total", "counter", "guard,stage,action"],
  ["sluice_tool_call_checks_total", "counter", "tool,verdict"],
  ["sluice_breaker_state", "gauge", "target"],
  ["sluice_tool_up", "gauge", "tool"],
  ["sluice_store_up", "gauge", ""],
  ["sluice_policy_reloads_total", "counter", "result"],
  ["sluice_uncovered_total", "counter", "route"],
];

/** What prom-client keeps of a metric and does not type. */
interface Declared {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly upperBounds?: readonly number[];
}

describe("names, labels and buckets", () => {
  const registry = new Registry();
  declareFamilies(registry, new Figures());
  const declared = registry.getMetricsAsArray() as unknown as readonly Declared[];

  it.each(table)("%s is a %s by %s", (name, kind, labels, buckets) => {
    const found = declared.find((each) => each.name === name);
    expect(found?.type).toBe(kind);
    expect(found?.labelNames.join(",")).toBe(labels);
    expect(found?.upperBounds).toEqual(buckets);
  });

  it("has no others", () => {
    expect(declared.map(({ name }) => name).sort()).toEqual(table.map(([name]) => name).sort());
  });
});

/** Sample lines by what stands before the value. */
async function scrape(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const lines = (await metrics.scrape()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

function knowing(): Metrics {
  const metrics = new Metrics({ processMetrics: "off" });
  metrics.know({ agents: [{ name: "search", type: "research" }], models: ["gpt-4o"] });
  return metrics;
}

const call = {
  agent: "search",
  model: "gpt-4o",
  inputTokens: 10,
  outputTokens: 5,
  costType: "llm" as const,
  costNanoUsd: 0,
  latencyS: 1,
};

describe("what an event moves", () => {
  it("a request: count, latency, kind of agent, success rate", async () => {
    const metrics = knowing();
    const end = { agent: "search", route: "search", durationS: 0.3 };
    metrics.requestEnded({ ...end, status: "success" });
    metrics.requestEnded({ ...end, status: "success" });
    metrics.requestEnded({ ...end, status: "success" });
    metrics.requestEnded({ ...end, status: "error" });
    metrics.requestEnded({ ...end, status: "refused" });
    const seen = await scrape(metrics);
    expect(seen.get('agent_requests_total{agent_id="search",status="success"}')).toBe(3);
    expect(seen.get('agent_requests_total{agent_id="search",status="error"}')).toBe(1);
    expect(seen.get('agent_requests_total{agent_id="search",status="refused"}')).toBe(1);
    expect(seen.get('agent_request_latency_seconds_bucket{le="0.1",agent_id="search"}')).toBe(0);
    expect(seen.get('agent_request_latency_seconds_bucket{le="0.5",agent_id="search"}')).toBe(5);
    const byType = 'ai_agent_requests_total{agent_type="research",status="error",endpoint="search"}';
    expect(seen.get(byType)).toBe(1);
    expect(seen.get('ai_agent_success_rate{agent_type="research"}')).toBe(0.75);
  });

  it("a call: tokens both ways under each name, money in dollars from integers", async () => {
    const metrics = knowing();
    for (let index = 0; index < 1000; index += 1) metrics.llmCallEnded({ ...call, costNanoUsd: 100_001 });
    metrics.llmCallEnded({ ...call, inputTokens: 0, outputTokens: 0, costType: "embedding", costNanoUsd: 7 });
    const seen = await scrape(metrics);
    expect(seen.get('llm_tokens_total{model="gpt-4o",token_type="input"}')).toBe(10_000);
    expect(seen.get('llm_tokens_total{model="gpt-4o",token_type="output"}')).toBe(5_000);
    expect(seen.get('agent_llm_tokens_total{agent_id="search",token_type="prompt"}')).toBe(10_000);
    expect(seen.get('agent_llm_tokens_total{agent_id="search",token_type="completion"}')).toBe(5_000);
    expect(seen.get('ai_agent_token_usage_total{agent_type="research",model="gpt-4o"}')).toBe(15_000);
    expect(seen.get('agent_cost_usd_total{agent_id="search",cost_type="llm"}')).toBe(0.100001);
    expect(seen.get('agent_cost_usd_total{agent_id="search",cost_type="embedding"}')).toBe(0.000000007);
    expect(seen.get('agent_cost_usd_total{agent_id="search",cost_type="tool"}')).toBe(0);
    expect(seen.get('agent_cost_usd_total{agent_id="search",cost_type="storage"}')).toBe(0);
    expect(seen.get('llm_call_latency_seconds_count{model="gpt-4o"}')).toBe(1001);
  });

  it("a task: count, duration, steps", async () => {
    const metrics = knowing();
    metrics.taskEnded({ agent: "search", status: "completed", steps: 4, durationS: 3 });
    metrics.taskEnded({ agent: "search", status: "failed", steps: 16, durationS: 3 });
    const seen = await scrape(metrics);
    expect(seen.get('agent_tasks_total{agent_id="search",status="completed"}')).toBe(1);
    expect(seen.get('agent_tasks_total{agent_id="search",status="failed"}')).toBe(1);
    expect(seen.get('agent_tasks_total{agent_id="search",status="cancelled"}')).toBe(0);
    expect(seen.get('agent_task_duration_seconds_sum{agent_id="search"}')).toBe(6);
    expect(seen.get("ai_task_duration_seconds_count")).toBe(2);
    expect(seen.get('agent_steps_per_task_bucket{le="15",agent_id="search"}')).toBe(1);
    expect(seen.get('agent_steps_per_task_bucket{le="20",agent_id="search"}')).toBe(2);
  });

  it("an open exchange: a session, and an agent at work", async () => {
    const metrics = knowing();
    const seat = metrics.agentEntered("search");
    const open = await scrape(metrics);
    expect(open.get('agent_active_sessions{agent_id="search"}')).toBe(1);
    expect(open.get('ai_agents_total{type="research",status="busy"}')).toBe(1);
    metrics.agentLeft(seat);
    const closed = await scrape(metrics);
    expect(closed.get('agent_active_sessions{agent_id="search"}')).toBe(0);
    expect(closed.get('ai_agents_total{type="research",status="idle"}')).toBe(1);
  });

  it("refusals, reloads, uncovered routes, overhead", async () => {
    const metrics = knowing();
    metrics.refused("rate_limited");
    metrics.refused("rate_limited");
    metrics.policyReloaded("applied");
    metrics.policyReloaded("rejected");
    metrics.uncovered("openai");
    metrics.overhead("gateway", 0.00007);
    const seen = await scrape(metrics);
    expect(seen.get('sluice_refusals_total{code="rate_limited"}')).toBe(2);
    expect(seen.get('sluice_policy_reloads_total{result="applied"}')).toBe(1);
    expect(seen.get('sluice_policy_reloads_total{result="rejected"}')).toBe(1);
    expect(seen.get('sluice_uncovered_total{route="openai"}')).toBe(1);
    expect(seen.get('sluice_overhead_seconds_bucket{le="0.00005",component="gateway"}')).toBe(0);
    expect(seen.get('sluice_overhead_seconds_bucket{le="0.0001",component="gateway"}')).toBe(1);
  });

  it("the store is looked at when asked", async () => {
    const metrics = knowing();
    const store = { isUp: true };
    metrics.watchStore(store);
    expect((await scrape(metrics)).get("sluice_store_up")).toBe(1);
    store.isUp = false;
    expect((await scrape(metrics)).get("sluice_store_up")).toBe(0);
  });
});

describe("label values are bounded", () => {
  it("agents and models the policy does not know count as other", async () => {
    const metrics = knowing();
    for (let index = 0; index < 100; index += 1) {
      metrics.llmCallEnded({ ...call, agent: `canary-${index}`, model: `canary-${index}` });
      metrics.requestEnded({ agent: `canary-${index}`, route: "refused", status: "refused", durationS: 0 });
    }
    const seen = await scrape(metrics);
    expect(seen.get('agent_requests_total{agent_id="other",status="refused"}')).toBe(100);
    expect(seen.get('llm_tokens_total{model="other",token_type="input"}')).toBe(1000);
    expect([...seen.keys()].filter((key) => key.includes("canary"))).toEqual([]);
    expect(seen.get('ai_agents_total{type="research",status="idle"}')).toBe(1);
    expect(seen.get('ai_agents_total{type="other",status="idle"}')).toBeUndefined();
  });

  it("routes past their bound count as other", async () => {
    const metrics = knowing();
    for (let index = 0; index < 200; index += 1) metrics.uncovered(`route-${index}`);
    const seen = await scrape(metrics);
    const routes = [...seen.keys()].filter((key) => key.startsWith("sluice_uncovered_total"));
    expect(routes.length).toBe(65);
    expect(seen.get('sluice_uncovered_total{route="other"}')).toBe(136);
  });
});

describe("several programs in one process", () => {
  it("count apart, with process figures where asked", async () => {
    const [one, two] = [knowing(), new Metrics({ processMetrics: "on" })];
    one.refused("internal");
    expect((await scrape(one)).get('sluice_refusals_total{code="internal"}')).toBe(1);
    const other = await scrape(two);
    expect(other.get('sluice_refusals_total{code="internal"}')).toBeUndefined();
    expect(other.get("process_cpu_seconds_total")).toBeGreaterThan(0);
    expect(one.contentType).toContain("text/plain");
  });

  it("show a known agent's series from the start", async () => {
    const seen = await scrape(knowing());
    expect(seen.get('agent_requests_total{agent_id="search",status="error"}')).toBe(0);
    expect(seen.get('llm_tokens_total{model="gpt-4o",token_type="output"}')).toBe(0);
    expect(seen.get('agent_cost_usd_total{agent_id="search",cost_type="embedding"}')).toBe(0);
    expect(seen.get("guardrail_violations_total")).toBe(0);
  });
});

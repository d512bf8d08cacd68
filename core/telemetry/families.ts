// Owns every metric's name, labels, help and buckets. Knows no request; readings say where values come from.

import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { Distribution } from "./distribution.ts";
import type { Figures } from "./figures.ts";
import * as readings from "./readings.ts";

/** Those that requests observe themselves. */
export type Distributions = ReturnType<typeof makeDistributions>;

type Read = readings.Reading | undefined;
/** No reading: nothing in Sluice moves it yet, so it shows no series, or 0 where it has no labels. */
type Declare = (name: string, labels: readonly string[], help: string, read?: Read) => void;

const requestBuckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60];
const llmBuckets = [0.1, 0.5, 1, 2, 5, 10];
const taskBuckets = [0.5, 1, 2, 5, 10, 30, 60, 120];
const stepBuckets = [1, 2, 3, 5, 8, 10, 15, 20, 25];
/** A request's own share is tens of microseconds; a second of it is a fault. */
const overheadBuckets = [0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1, 1];

/** Registers all families; counters and gauges are made anew from the figures at each scrape. */
export function declareFamilies(registry: Registry, figures: Figures): Distributions {
  const registers = [registry];
  const counter: Declare = (name, labelNames, help, read) => {
    const collect = function (this: Counter<string>) {
      this.reset();
      read?.(figures, (labels, value) => this.inc(labels, value));
    };
    new Counter({ name, help, labelNames, registers, collect });
  };
  const gauge: Declare = (name, labelNames, help, read) => {
    const collect = function (this: Gauge<string>) {
      this.reset();
      read?.(figures, (labels, value) => this.inc(labels, value));
    };
    new Gauge({ name, help, labelNames, registers, collect });
  };
  declareRequests(counter, gauge);
  declareFleet(counter, gauge);
  declareOwn(counter, gauge);
  declareResponseTime(registers);
  return makeDistributions(registry);
}

const toolCall = ["agent_id", "tool_name", "status"];

function declareRequests(counter: Declare, gauge: Declare): void {
  const {
    readRequests,
    readTasks,
    readTokensByAgent,
    readTokensByModel,
    readCost,
    readActive,
    readViolations,
    readToolCalls,
  } = readings;
  counter("agent_requests_total", ["agent_id", "status"], "Requests at the gateway by end.", readRequests);
  counter("agent_tasks_total", ["agent_id", "status"], "Tasks at the sidecar by end.", readTasks);
  counter("agent_llm_tokens_total", ["agent_id", "token_type"], "Tokens by agent.", readTokensByAgent);
  counter("llm_tokens_total", ["model", "token_type"], "Tokens by model.", readTokensByModel);
  counter("agent_cost_usd_total", ["agent_id", "cost_type"], "Cost in US dollars.", readCost);
  counter("agent_tool_calls_total", toolCall, "An agent's tool calls by end.", readToolCalls);
  counter("tool_calls_total", toolCall, "Tool calls by end.", readToolCalls);
  counter("guardrail_violations_total", [], "Findings of guards that were acted on.", readViolations);
  gauge("agent_active_sessions", ["agent_id"], "Exchanges with an agent that are open now.", readActive);
  gauge("orchestrator_queue_depth", [], "Tasks that wait to be started.");
}

function declareFleet(counter: Declare, gauge: Declare): void {
  const { readRequestsByType, readTokensByType, readAgents, readSuccessRate } = readings;
  const requestLabels = ["agent_type", "status", "endpoint"];
  counter(
    "ai_agent_requests_total",
    requestLabels,
    "Requests by kind of agent and route.",
    readRequestsByType,
  );
  counter("ai_agent_token_usage_total", ["agent_type", "model"], "Tokens, both ways.", readTokensByType);
  gauge("ai_agents_total", ["type", "status"], "Agents by whether they have work now.", readAgents);
  gauge("ai_agent_success_rate", ["agent_type"], "Share that did not fail, since start.", readSuccessRate);
  gauge("ai_agent_load", ["agent_id"], "Share of an agent's capacity in use.");
  gauge("ai_agent_queue_length", [], "Requests that wait for an agent.");
}

function declareOwn(counter: Declare, gauge: Declare): void {
  const {
    readRefusals,
    readReloads,
    readUncovered,
    readStore,
    readBudgets,
    readAnomalies,
    readGuards,
    readToolChecks,
    readEscalations,
    readToolsUp,
  } = readings;
  counter("sluice_refusals_total", ["code"], "Refusals by code.", readRefusals);
  counter("sluice_guard_checks_total", ["guard", "stage", "action"], "Decisions of guards.", readGuards);
  const checkHelp = "Calls of tools that models made, by what became of them.";
  counter("sluice_tool_call_checks_total", ["tool", "verdict"], checkHelp, readToolChecks);
  counter("sluice_policy_reloads_total", ["result"], "Policy loads by result.", readReloads);
  counter("sluice_uncovered_total", ["route"], "Requests to provider routes not covered.", readUncovered);
  counter("sluice_budget_events_total", ["limit", "event"], "What limits crossed and did.", readBudgets);
  counter(
    "sluice_escalations_total",
    ["reason", "result"],
    "Exchanges handed over to a person.",
    readEscalations,
  );
  counter("sluice_cost_anomalies_total", ["by"], "Days on which spend was out of line.", readAnomalies);
  gauge("sluice_breaker_state", ["target"], "0 closed, 1 half open, 2 open.");
  gauge("sluice_store_up", [], "1 while the store answers.", readStore);
  gauge("sluice_tool_up", ["tool"], "1 where a tool's health answers.", readToolsUp);
}

/** Nothing in Sluice moves it yet. */
function declareResponseTime(registers: Registry[]): void {
  const [name, labelNames] = ["ai_agent_response_time_seconds", ["agent_type", "complexity"]];
  new Histogram({ name, labelNames, help: "At the gateway.", buckets: requestBuckets, registers });
}

function makeDistributions(registry: Registry) {
  const by = (label: string | undefined) => (name: string, help: string, bounds: readonly number[]) =>
    new Distribution({ name, help, label, bounds }).register(registry);
  const [byAgent, byModel] = [by("agent_id"), by("model")];
  return {
    requestLatency: byAgent("agent_request_latency_seconds", "At the gateway.", requestBuckets),
    llmLatency: byModel("llm_call_latency_seconds", "With all attempts.", llmBuckets),
    taskDuration: byAgent("agent_task_duration_seconds", "At the sidecar.", taskBuckets),
    taskSteps: byAgent("agent_steps_per_task", "LLM calls of a task.", stepBuckets),
    fleetDuration: by(undefined)("ai_task_duration_seconds", "Tasks of all agents.", taskBuckets),
    overhead: by("component")("sluice_overhead_seconds", "Time Sluice adds.", overheadBuckets),
  };
}

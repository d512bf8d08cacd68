// Owns what happens to the metrics when something happened. Names and buckets are in families.ts.

import { collectDefaultMetrics, Registry } from "prom-client";
import type { CostType, LedgerDimension } from "../contracts/ledger.ts";
import type { RefusalCode } from "../contracts/refusal.ts";
import { type Distributions, declareFamilies } from "./families.ts";
import { Figures, type ReloadResult, Rows, type TaskStatus } from "./figures.ts";
import type { Status } from "./verdict.ts";

export type { ReloadResult, TaskStatus } from "./figures.ts";

export interface MetricsOptions {
  /** The process's own figures (CPU, heap, event loop) beside Sluice's; off where programs share one. */
  readonly processMetrics: "on" | "off";
}

/** Label values of the policy in force; what is not among them counts as `other`. */
export interface KnownNames {
  readonly agents: Iterable<{ readonly name: string; readonly type: string }>;
  readonly models: Iterable<string>;
}

export interface RequestEnd {
  readonly agent: string;
  readonly route: string;
  readonly status: Status;
  readonly durationS: number;
}

export interface LlmCallEnd {
  readonly agent: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costType: CostType;
  readonly costNanoUsd: number;
  readonly latencyS: number;
}

export interface ToolCallEnd {
  readonly agent: string;
  readonly tool: string;
  readonly status: Status;
  readonly costNanoUsd: number;
}

export interface TaskEnd {
  readonly agent: string;
  readonly status: TaskStatus;
  readonly steps: number;
  readonly durationS: number;
}

/** A place among an agent's open exchanges. */
export interface Seat {
  active: number;
}

/** One metric as prom-client reads it; a histogram's samples are its buckets, sums and counts. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    readonly metricName?: string;
    readonly labels: Readonly<Partial<Record<string, string | number>>>;
    readonly value: number;
  }[];
}

const componentsMax = 32;

/** One a program: several gateways and sidecars may run in one process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #figures = new Figures();
  readonly #distributions: Distributions;
  readonly #components = new Rows(componentsMax, (name) => ({ name }));

  constructor({ processMetrics }: MetricsOptions) {
    this.#distributions = declareFamilies(this.#registry, this.#figures);
    if (processMetrics === "on") collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The Prometheus text format. */
  scrape(): Promise<string> {
    return this.#registry.metrics();
  }

  /** The same as values. */
  async read(): Promise<readonly MetricFamily[]> {
    const families = await this.#registry.getMetricsAsJSON();
    // Typed as a number, it is a word.
    return families.map((family) => ({ ...family, type: String(family.type) }));
  }

  /** At each policy load. Their series start at 0, so that the first event is seen as a rise. */
  know({ agents, models }: KnownNames): void {
    for (const { name, type } of agents) this.#figures.agents.admit(name).type = type;
    for (const model of models) this.#figures.models.admit(model);
  }

  watchStore(store: { readonly isUp: boolean }): void {
    this.#figures.store = store;
  }

  /** Keep the seat for `agentLeft`: a reload in between may have moved the name to a row of its own. */
  agentEntered(agent: string): Seat {
    const seat = this.#figures.agents.find(agent);
    seat.active += 1;
    return seat;
  }

  agentLeft(seat: Seat): void {
    seat.active -= 1;
  }

  requestEnded({ agent, route, status, durationS }: RequestEnd): void {
    const { name, requests } = this.#figures.agents.find(agent);
    requests.admit(route)[status] += 1;
    this.#distributions.requestLatency.observe(name, durationS);
  }

  llmCallEnded(end: LlmCallEnd): void {
    const { name } = this.#figures.models.find(end.model);
    const { uses, costs } = this.#figures.agents.find(end.agent);
    const use = uses.admit(name);
    use.inputTokens += end.inputTokens;
    use.outputTokens += end.outputTokens;
    costs[end.costType] += end.costNanoUsd;
    this.#distributions.llmLatency.observe(name, end.latencyS);
  }

  /** `tool`: its name and version. */
  toolProbed(tool: string, wellness: "up" | "down" | "unknown"): void {
    this.#figures.toolsUp.admit(tool).isUp = wellness === "up";
  }

  /** `tool`: a name of the policy's, or `other`. */
  toolCallEnded({ agent, tool, status, costNanoUsd }: ToolCallEnd): void {
    const { toolCalls, costs } = this.#figures.agents.find(agent);
    toolCalls.admit(tool)[status] += 1;
    costs.tool += costNanoUsd;
  }

  taskEnded({ agent, status, steps, durationS }: TaskEnd): void {
    const { name, tasks } = this.#figures.agents.find(agent);
    const { taskDuration, fleetDuration, taskSteps } = this.#distributions;
    tasks[status] += 1;
    taskDuration.observe(name, durationS);
    fleetDuration.observe("", durationS);
    taskSteps.observe(name, steps);
  }

  refused(code: RefusalCode): void {
    const { refusals } = this.#figures;
    refusals.set(code, (refusals.get(code) ?? 0) + 1);
  }

  uncovered(route: string): void {
    this.#figures.uncovered.admit(route).count += 1;
  }

  /** `limit` and `event` are the policy's and Sluice's own words. */
  budgetEvent(limit: string, event: string): void {
    this.#figures.budgets.admit(limit).admit(event).count += 1;
  }

  /** Once an exchange, a guard and a stage. */
  guardDecided(guard: string, stage: string, action: string): void {
    this.#figures.guards.admit(guard).admit(`${stage} ${action}`).count += 1;
  }

  /** `tool`: undefined where its name may be anybody's. */
  toolCallChecked(tool: string | undefined, verdict: string): void {
    const { toolChecks } = this.#figures;
    const row = tool === undefined ? toolChecks.find("") : toolChecks.admit(tool);
    row.admit(verdict).count += 1;
  }

  escalated(reason: string, result: string): void {
    this.#figures.escalations.admit(reason).admit(result).count += 1;
  }

  guardActed(): void {
    this.#figures.violations += 1;
  }

  /** Once a day and key, over all programs that share a store. */
  costAnomalous(by: LedgerDimension): void {
    this.#figures.anomalies.admit(by).count += 1;
  }

  policyReloaded(result: ReloadResult): void {
    this.#figures.reloads[result] += 1;
  }

  overhead(component: string, seconds: number): void {
    this.#distributions.overhead.observe(this.#components.admit(component).name, seconds);
  }
}

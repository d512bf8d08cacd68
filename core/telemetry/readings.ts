// Owns how metrics are read off the figures at a scrape, label by label. Knows no Prometheus and no request.

import { costTypes } from "../contracts/ledger.ts";
import { type Figures, otherName } from "./figures.ts";
import type { Status } from "./verdict.ts";

export type Labels = Readonly<Record<string, string>>;
/** Values put under the same labels add up; a 0 shows the series before its first event. */
export type Put = (labels: Labels, value: number) => void;
export type Reading = (figures: Figures, put: Put) => void;

const statuses: readonly Status[] = ["success", "error", "refused"];
const nanoPerUsd = 1e9;

export const readRequests: Reading = ({ agents }, put) => {
  for (const [agent_id, { requests }] of agents) {
    for (const status of statuses) put({ agent_id, status }, 0);
    for (const [, counts] of requests) {
      for (const status of statuses) put({ agent_id, status }, counts[status]);
    }
  }
};

export const readToolCalls: Reading = ({ agents }, put) => {
  for (const [agent_id, { toolCalls }] of agents) {
    for (const [tool_name, counts] of toolCalls) {
      for (const status of statuses) put({ agent_id, tool_name, status }, counts[status]);
    }
  }
};

export const readRequestsByType: Reading = ({ agents }, put) => {
  for (const [, { type: agent_type, requests }] of agents) {
    for (const [endpoint, counts] of requests) {
      for (const status of statuses) put({ agent_type, status, endpoint }, counts[status]);
    }
  }
};

/** Refused requests say nothing of the agent, so they do not count. */
export const readSuccessRate: Reading = ({ agents }, put) => {
  for (const [agent_type, rows] of Map.groupBy(agents, ([, { type }]) => type)) {
    const counts = rows.flatMap(([, { requests }]) => [...requests].map(([, each]) => each));
    const good = counts.reduce((sum, { success }) => sum + success, 0);
    const all = counts.reduce((sum, { error }) => sum + error, good);
    if (all > 0) put({ agent_type }, good / all);
  }
};

export const readActive: Reading = ({ agents }, put) => {
  for (const [agent_id, { active }] of agents) put({ agent_id }, active);
};

export const readAgents: Reading = ({ agents }, put) => {
  for (const [name, { type, active }] of agents) {
    if (name === otherName) continue;
    put({ type, status: "busy" }, active > 0 ? 1 : 0);
    put({ type, status: "idle" }, active > 0 ? 0 : 1);
  }
};

export const readTasks: Reading = ({ agents }, put) => {
  for (const [agent_id, { tasks }] of agents) {
    for (const [status, count] of Object.entries(tasks)) put({ agent_id, status }, count);
  }
};

export const readTokensByModel: Reading = ({ agents, models }, put) => {
  for (const [model] of models) {
    for (const token_type of ["input", "output"]) put({ model, token_type }, 0);
  }
  for (const [, { uses }] of agents) {
    for (const [model, { inputTokens, outputTokens }] of uses) {
      put({ model, token_type: "input" }, inputTokens);
      put({ model, token_type: "output" }, outputTokens);
    }
  }
};

export const readTokensByAgent: Reading = ({ agents }, put) => {
  for (const [agent_id, { uses }] of agents) {
    for (const token_type of ["prompt", "completion"]) put({ agent_id, token_type }, 0);
    for (const [, { inputTokens, outputTokens }] of uses) {
      put({ agent_id, token_type: "prompt" }, inputTokens);
      put({ agent_id, token_type: "completion" }, outputTokens);
    }
  }
};

export const readTokensByType: Reading = ({ agents }, put) => {
  for (const [, { type: agent_type, uses }] of agents) {
    for (const [model, use] of uses) put({ agent_type, model }, use.inputTokens + use.outputTokens);
  }
};

/** Summed as integers, so that a thousand small calls do not add a thousand rounding errors. */
export const readCost: Reading = ({ agents }, put) => {
  for (const [agent_id, { costs }] of agents) {
    for (const cost_type of costTypes) put({ agent_id, cost_type }, costs[cost_type] / nanoPerUsd);
  }
};

export const readRefusals: Reading = ({ refusals }, put) => {
  for (const [code, count] of refusals) put({ code }, count);
};

export const readUncovered: Reading = ({ uncovered }, put) => {
  for (const [route, { count }] of uncovered) put({ route }, count);
};

export const readBudgets: Reading = ({ budgets }, put) => {
  for (const [limit, events] of budgets) {
    for (const [event, { count }] of events) put({ limit, event }, count);
  }
};

export const readGuards: Reading = ({ guards }, put) => {
  for (const [guard, decisions] of guards) {
    for (const [name, { count }] of decisions) {
      const [stage = name, action = name] = name.split(" ");
      put({ guard, stage, action }, count);
    }
  }
};

export const readToolChecks: Reading = ({ toolChecks }, put) => {
  for (const [tool, verdicts] of toolChecks) {
    for (const [verdict, { count }] of verdicts) put({ tool, verdict }, count);
  }
};

export const readToolsUp: Reading = ({ toolsUp }, put) => {
  for (const [tool, { isUp }] of toolsUp) put({ tool }, isUp ? 1 : 0);
};

export const readEscalations: Reading = ({ escalations }, put) => {
  for (const [reason, results] of escalations) {
    for (const [result, { count }] of results) put({ reason, result }, count);
  }
};

export const readViolations: Reading = ({ violations }, put) => put({}, violations);

export const readAnomalies: Reading = ({ anomalies }, put) => {
  for (const [by, { count }] of anomalies) put({ by }, count);
};

export const readReloads: Reading = ({ reloads }, put) => {
  for (const [result, count] of Object.entries(reloads)) put({ result }, count);
};

export const readStore: Reading = ({ store }, put) => put({}, store.isUp ? 1 : 0);

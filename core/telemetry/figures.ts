// Owns the plain figures that requests count up. Knows no Prometheus: families.ts reads them at the scrape.
// An `inc` with labels costs prom-client 0.3 µs, a property here a tenth; a request counts a dozen.

import type { CostType } from "../contracts/ledger.ts";
import type { RefusalCode } from "../contracts/refusal.ts";
import type { Status } from "./verdict.ts";

export type TaskStatus = "completed" | "failed" | "cancelled";
export type ReloadResult = "applied" | "rejected";

/** Where everything counts that the policy does not name. */
export const otherName = "other";

/** Rows by a label's value, at most so many: whatever comes past the bound shares the row `other`. */
export class Rows<Row> implements Iterable<[string, Row]> {
  readonly #rows = new Map<string, Row>();
  readonly #max: number;
  readonly #make: (name: string) => Row;

  constructor(max: number, make: (name: string) => Row) {
    this.#max = max;
    this.#make = make;
  }

  /** The row of a name that came from the policy; made where it is new. */
  admit(name: string): Row {
    return this.#rows.get(name) ?? (this.#rows.size < this.#max ? this.#add(name) : this.#other());
  }

  /** The row of a name that may be anybody's: never a new one. */
  find(name: string): Row {
    return this.#rows.get(name) ?? this.#other();
  }

  [Symbol.iterator](): Iterator<[string, Row]> {
    return this.#rows.entries();
  }

  #other(): Row {
    return this.#rows.get(otherName) ?? this.#add(otherName);
  }

  #add(name: string): Row {
    const row = this.#make(name);
    this.#rows.set(name, row);
    return row;
  }
}

export interface Use {
  inputTokens: number;
  outputTokens: number;
}

export interface AgentFigures {
  readonly name: string;
  type: string;
  /** Exchanges open now. */
  active: number;
  readonly requests: Rows<Record<Status, number>>;
  readonly tasks: Record<TaskStatus, number>;
  readonly uses: Rows<Use>;
  /** Calls of tools that it has made itself. */
  readonly toolCalls: Rows<Record<Status, number>>;
  /** Nano-dollars, since what was used tells not what for. */
  readonly costs: Record<CostType, number>;
}

const agentsMax = 1000;
const modelsMax = 1000;
const routesMax = 64;
const limitsMax = 1000;
/** Four thresholds, and what limits do. */
const budgetEventsMax = 16;
const guardsMax = 1000;
/** Seven stages, and what guards do there. */
const guardActionsMax = 7 * 12;
const toolsMax = 1000;
/** What becomes of a call that a model makes. */
const callVerdictsMax = 8;
const escalationReasonsMax = 6;
const escalationEndsMax = 8;
/** Dimensions of the ledger that are watched. */
const anomalyDimensionsMax = 9;

function makeAgent(name: string): AgentFigures {
  return {
    name,
    type: otherName,
    active: 0,
    requests: new Rows(routesMax, () => ({ success: 0, error: 0, refused: 0 })),
    tasks: { completed: 0, failed: 0, cancelled: 0 },
    uses: new Rows(modelsMax, () => ({ inputTokens: 0, outputTokens: 0 })),
    toolCalls: new Rows(toolsMax, () => ({ success: 0, error: 0, refused: 0 })),
    costs: { llm: 0, embedding: 0, tool: 0, storage: 0 },
  };
}

export class Figures {
  readonly agents = new Rows<AgentFigures>(agentsMax, makeAgent);
  /** Names alone: what a model used is counted under the agent that asked it. */
  readonly models = new Rows(modelsMax, (name) => ({ name }));
  readonly refusals = new Map<RefusalCode, number>();
  readonly uncovered = new Rows(routesMax, () => ({ count: 0 }));
  /** By limit, and there by what happened. */
  readonly budgets = new Rows(limitsMax, () => new Rows(budgetEventsMax, () => ({ count: 0 })));
  /** By guard, and there by `stage action`. */
  readonly guards = new Rows(guardsMax, () => new Rows(guardActionsMax, () => ({ count: 0 })));
  /** By tool, and there by what became of a call. */
  readonly toolChecks = new Rows(toolsMax, () => new Rows(callVerdictsMax, () => ({ count: 0 })));
  /** By name and version: those that are asked how they are. */
  readonly toolsUp = new Rows(toolsMax, () => ({ isUp: false }));
  violations = 0;
  /** By reason, and there by what became of it. */
  readonly escalations = new Rows(
    escalationReasonsMax,
    () => new Rows(escalationEndsMax, () => ({ count: 0 })),
  );
  readonly anomalies = new Rows(anomalyDimensionsMax, () => ({ count: 0 }));
  readonly reloads: Record<ReloadResult, number> = { applied: 0, rejected: 0 };
  store: { readonly isUp: boolean } = { isUp: true };
}

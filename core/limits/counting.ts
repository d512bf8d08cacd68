// Owns what all limits that a store counts have in common: whose counter, in which window, as what. Knows
// no meter.

import type { Operation } from "../contracts/dialect.ts";
import type { Exchange } from "../contracts/exchange.ts";
import type { Counter, Draw, Limit, Spent } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { conditionOf } from "./condition-adapter.ts";
import { isShared, scopedKey } from "./scope.ts";
import { windowOf } from "./window.ts";

/** What one meter takes of its counter. */
export interface Taking {
  readonly amount: number;
  readonly perUnit: number;
}

export interface Counting {
  /** What draws on it; absent: whatever passes. */
  readonly of?: ReadonlySet<Operation>;
  /** `undefined`: this exchange does not draw on it. */
  take(draw: Draw): Taking | undefined;
  /** What the counter is to hold in the end; absent: what was taken stays. */
  settle?(spent: Spent): number;
}

/** What nobody reads has no call; what passes unread and says its use is a model's answer all the same. */
export function operationOf({ call, route }: Pick<Exchange, "call" | "route">): Operation {
  const { operation = "metered" } = call ?? {};
  return operation === "metered" && route.saysUsage === true ? "chat" : operation;
}

/** A model writes an answer. */
export const answered: ReadonlySet<Operation> = new Set(["chat", "completion"]);

/** Nobody else draws on one request's counter; a task's and a session's calls mostly follow each other. */
const shares = { request: 1, task: 2, session: 2 } as const;
const shareOfMany = 8;

/** `owner`: the agent whose limit it is; undefined where it stands alone. */
export function countedLimit(spec: LimitSpec, owner: string | undefined, counting: Counting): Limit {
  const { window, onStoreLoss, consistency } = spec;
  const currentWindow = windowOf(spec);
  const keyOf = scopedKey(spec, owner);
  const holds = conditionOf(spec.match);
  const share = window?.kind === "life" ? shares[window.of] : shareOfMany;
  const role: Counter["role"] =
    spec.mode === "shadow" || spec.onExceeded === "downgrade" ? "watched" : "ceiling";
  return {
    name: spec.name,
    spec,
    isShared: isShared(spec),
    plan: (draw) => {
      if (counting.of?.has(operationOf(draw.exchange)) === false) return undefined;
      const taking = counting.take(draw);
      if (taking === undefined || !holds(draw)) return undefined;
      const { amount, perUnit } = taking;
      const window = currentWindow();
      const key = keyOf(draw);
      return { key, limit: spec.amount, amount, perUnit, share, window, role, onStoreLoss, consistency };
    },
    settle: (spent) => counting.settle?.(spent),
  };
}

export function isTaskLife({ window }: LimitSpec): boolean {
  return window?.kind === "life" && window.of === "task";
}

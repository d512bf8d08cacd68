// Owns how full the policy's money limits are, by the store's own counters. Changes none.

import type { LimitSpec, Policy } from "../../core/contracts/policy.ts";
import type { CounterDesk } from "../../core/contracts/store.ts";
import { keyPrefix } from "../../core/limits/scope.ts";
import { percentOf } from "./spending.ts";

export interface BudgetUse {
  readonly limit: string;
  /** Undefined: all agents draw on it. */
  readonly agent: string | undefined;
  /** `user anna, team growth`; empty where the limit has one counter. */
  readonly of: string;
  readonly usedNanoUsd: bigint;
  readonly amountNanoUsd: bigint;
  readonly percent: number;
  readonly resetMs: number;
}

/** Counters looked at of one limit. */
const countersMax = 1_000;

/** Limits of a time, not those of one request, task or session: `sluice budget` shows these. */
export async function readBudgets(policy: Policy, desk: CounterDesk): Promise<readonly BudgetUse[] | "lost"> {
  const uses: BudgetUse[] = [];
  for (const [spec, agent] of moneyLimits(policy)) {
    const prefix = keyPrefix(spec, agent);
    const found = await desk.list(prefix, countersMax);
    if (found === "lost") return "lost";
    const amountNanoUsd = BigInt(spec.amount);
    for (const { key, used, resetMs } of found) {
      // Another limit's name may begin with this one's.
      if (key !== prefix && !key.startsWith(`${prefix};`)) continue;
      const usedNanoUsd = BigInt(Math.max(0, used));
      const of = describeScopes(key.slice(prefix.length + 1));
      const percent = percentOf(usedNanoUsd, amountNanoUsd);
      uses.push({ limit: spec.name, agent, of, usedNanoUsd, amountNanoUsd, percent, resetMs });
    }
  }
  return uses.sort((a, b) => b.percent - a.percent);
}

const brief: ReadonlySet<string> = new Set(["request", "task", "session"]);

function moneyLimits({ agents, limits }: Policy): readonly (readonly [LimitSpec, string | undefined])[] {
  const own = [...agents.values()].flatMap((agent) =>
    [...agent.limits.values()].map((spec) => [spec, agent.name] as const),
  );
  const shared = [...limits.values()].map((spec) => [spec, undefined] as const);
  return [...own, ...shared].filter(
    ([{ meter, window, by }]) =>
      meter === "usd" && window?.kind !== "life" && !by.some((scope) => brief.has(scope)),
  );
}

/** `user=anna;team=growth` */
function describeScopes(rest: string): string {
  return rest
    .split(";")
    .map((part) => part.replace("=", " "))
    .join(", ");
}

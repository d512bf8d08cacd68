// Owns what an operator sees of budgets and changes in them, by the names the policy uses. Knows no command
// and no listener.

import type { Policy } from "../../contracts/policy.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { CounterDesk } from "../../contracts/store.ts";
import type { Hasher } from "../../telemetry/hashing.ts";
import { type Found, findCounters, gaugeOf, type Named, nameCounter } from "./finding.ts";
import type { KnownLimit } from "./known-limits.ts";
import { type CounterReport, type Figure, figureOf, readAmount, reportOf } from "./report.ts";
import { type BudgetQuery, type Selected, selectLimits } from "./selection.ts";

export interface BudgetDeskOptions {
  /** The one in force. */
  readonly policy: () => Policy;
  readonly counters: CounterDesk;
  readonly hash: Hasher;
}

export interface ShownBudgets {
  /** By limit in the policy's order, the fullest first. */
  readonly counters: readonly CounterReport[];
  /** There are more: name a limit, or scopes. */
  readonly hasMore: boolean;
}

export interface BudgetChange {
  readonly what: "granted" | "reset";
  readonly usedBefore: Figure;
  readonly after: CounterReport;
}

/** Called once each change is made, also where a later one fails. `key`: its counter's in the store. */
export type OnChange = (change: BudgetChange, key: string) => void;

export interface GrantOptions {
  /** Dollars such as `2.50` for a limit in usd, else a count. */
  readonly amount: string;
  readonly onChange: OnChange;
}

export interface ResetOptions {
  /** How many counters may be meant. */
  readonly of: "one" | "all";
  readonly onChange: OnChange;
}

const shownMax = 1_000;

export class BudgetDesk {
  readonly #options: BudgetDeskOptions;

  constructor(options: BudgetDeskOptions) {
    this.#options = options;
  }

  async show(query: BudgetQuery): Promise<ShownBudgets | Refusal> {
    const selected = selectLimits(this.#options.policy(), query);
    if ("kind" in selected) return selected;
    const all = await this.#find(query, selected);
    if ("kind" in all) return all;
    const places = new Map(selected.map(({ known }, place) => [known, place]));
    const order = ({ known }: Found) => places.get(known) ?? 0;
    const sorted = all.found.toSorted((a, b) => order(a) - order(b) || b.used - a.used);
    const counters = sorted.slice(0, shownMax).map((one) => reportOf(one, this.#options.hash));
    return { counters, hasMore: all.isCut || sorted.length > shownMax };
  }

  /** Nothing is used any more in the running window. */
  async reset(
    query: BudgetQuery,
    { of, onChange }: ResetOptions,
  ): Promise<readonly BudgetChange[] | Refusal> {
    const selected = selectLimits(this.#options.policy(), query);
    if ("kind" in selected) return selected;
    const all = await this.#find(query, selected);
    if ("kind" in all) return all;
    if (all.found.length === 0) return refuse("budget_unknown", { message: noneInUse });
    if (all.isCut || all.found.length > (of === "one" ? 1 : shownMax)) return refuseMany(all.found, of);
    const changes: BudgetChange[] = [];
    for (const one of all.found) {
      if ((await this.#options.counters.reset(one.figure)) === "lost") return refuseLost(changes.length);
      const change = this.#change("reset", one, 0);
      onChange(change, one.key);
      changes.push(change);
    }
    return changes;
  }

  /** So much more may be used in the running window, also where nothing was used yet. */
  async grant(query: BudgetQuery, { amount, onChange }: GrantOptions): Promise<BudgetChange | Refusal> {
    const { policy, counters } = this.#options;
    const selected = selectLimits(policy(), query);
    if ("kind" in selected) return selected;
    const target = await this.#target(query, selected);
    if ("kind" in target) return target;
    const more = amountFor(target.known, amount);
    if (typeof more !== "number") return more;
    const gauge = gaugeOf(target);
    const before = await counters.read([gauge]);
    if (before === "lost") return refuseLost(0);
    if ((before[0]?.used ?? 0) - more < Number.MIN_SAFE_INTEGER)
      return refuseAmount("more than can be counted");
    const after = await counters.adjust(gauge, -more);
    if (after === "lost") return refuseLost("unknown");
    const { used, resetMs } = after;
    const change = this.#change("granted", { ...target, used: used + more, resetMs }, used);
    onChange(change, target.key);
    return change;
  }

  /** The one counter that is meant; where every scope is named, it need not hold anything yet. */
  async #target(query: BudgetQuery, selected: readonly Selected[]): Promise<Named | Refusal> {
    const [first, ...others] = selected;
    if (first === undefined || others.length > 0) {
      const owners = selected.map(({ known }) => known.owner ?? "none").join(", ");
      return refuse("budget_ambiguous", { message: `several agents have this limit; say whose: ${owners}` });
    }
    const named = nameCounter(first);
    if (named !== undefined) return named;
    const all = await this.#find(query, selected);
    if ("kind" in all) return all;
    const [only, ...more] = all.found;
    if (all.isCut || more.length > 0) return refuseMany(all.found, "one");
    const scopes = first.known.scopes.join(", ");
    return only ?? refuse("budget_unknown", { message: `${noneInUse}; to grant beforehand, name ${scopes}` });
  }

  async #find(query: BudgetQuery, selected: readonly Selected[]) {
    const { counters, hash } = this.#options;
    const limits = query.limit === undefined ? "all" : "each";
    const found = await findCounters(counters, { selected, limits, hash });
    return found === "lost" ? refuseLost(0) : found;
  }

  #change(what: BudgetChange["what"], before: Named, used: number): BudgetChange {
    const after = reportOf({ ...before, used }, this.#options.hash);
    return { what, usedBefore: figureOf(before.known.spec.meter, before.used), after };
  }
}

const noneInUse = "no such counter is in use";

function amountFor({ spec: { meter, name } }: KnownLimit, text: string): number | Refusal {
  if (meter === "concurrency") return refuseAmount(`limit "${name}" holds what is under way, not a sum`);
  const kind = meter === "usd" ? "dollars such as 2.50" : `a whole number of ${meter}`;
  return readAmount(meter, text) ?? refuseAmount(`limit "${name}" takes ${kind}, more than 0`);
}

function refuseAmount(why: string): Refusal {
  return refuse("request_malformed", { message: `the amount cannot be granted: ${why}` });
}

function refuseMany(found: readonly Found[], of: ResetOptions["of"]): Refusal {
  const scopes = [...new Set(found.flatMap(({ known }) => known.scopes))].join(", ");
  const owners = new Set(found.map(({ known }) => known.owner));
  const agents = owners.size > 1 ? "the agent, or " : "";
  const all = of === "one" ? "" : ", and so many are not changed at once";
  const message = `${found.length} counters are meant${all}: name ${agents}more scopes (${scopes})`;
  return refuse("budget_ambiguous", { message });
}

/** `done`: changes that were made before. */
function refuseLost(done: number | "unknown"): Refusal {
  const what =
    done === "unknown" ? "maybe it was changed, look before you repeat it" : `${done} were changed`;
  return refuse("store_unavailable", { message: `the store did not answer: ${what}`, retryAfterS: 1 });
}

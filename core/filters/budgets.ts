// Owns reserving what an attempt can use at most, on all its limits in one step. Knows no store by name.

import { randomUUID } from "node:crypto";
import type { Operation } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { Draw, Limit, Units } from "../contracts/limit.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Counters, Lease, Shortage } from "../contracts/store.ts";
import type { Visit } from "../contracts/visit.ts";
import type { TokenCounter } from "../tokenizer/counter.ts";
import {
  boundInput,
  countInput,
  drawOf,
  isOutputBounded,
  type ModelFacts,
  outputMax,
  unitsFor,
} from "./budget-estimate.ts";
import { Holding } from "./budget-holding.ts";
import { type DrawnOn, refuseFull, refuseLost, refuseUnbounded, refuseUnpriced } from "./budget-refusals.ts";
import { type RequestCeiling, requestCeilings } from "./budget-request.ts";
import { Budgeted } from "./budget-visit.ts";
import type { BudgetWatch } from "./budget-watch.ts";
import type { FindPrice } from "./meter.ts";
import { endTask } from "./task-end.ts";

export interface BudgetsOptions {
  readonly limits: readonly Limit[];
  readonly store: Counters;
  readonly findPrice: FindPrice;
  readonly findModel: (attempt: Attempt) => ModelFacts;
  /** Whether the agent may ask for a Model of this name. */
  readonly hasModel: (name: string) => boolean;
  readonly counter: Pick<TokenCounter, "count">;
  readonly watch: BudgetWatch;
}

/** What costs nothing, or was paid for when it was made. */
const isFree: ReadonlySet<Operation> = new Set(["count", "models", "stored"]);

/** What is asked of the store for one attempt. */
interface Plan {
  readonly drawn: readonly DrawnOn[];
  readonly units: Units;
  readonly draw: Draw;
  readonly ceiling: RequestCeiling | undefined;
  /** The upstream knows by itself where to stop, if everything is granted. */
  readonly isBounded: boolean;
}

export function budgetsFilter(options: BudgetsOptions): AttemptFilter {
  const budgets = new Budgets(options);
  return { name: "budgets", open: (attempt) => budgets.open(attempt) };
}

class Budgets {
  readonly #options: BudgetsOptions;
  /** Not the exchange's id: a trusted caller may name that one, and a name used twice counts once. */
  readonly #prefix = randomUUID();
  readonly #holding = new Holding();
  #asks = 0;

  constructor(options: BudgetsOptions) {
    this.#options = options;
  }

  open(attempt: Attempt): Async<Visit | Refusal | undefined> {
    const { call } = attempt.exchange;
    if (call === undefined || isFree.has(call.operation)) return undefined;
    const bound = boundInput(call, attempt.target.model, this.#options.findModel(attempt));
    const plan = this.#plan(attempt, bound);
    if (plan === undefined || "code" in plan) return plan;
    return this.#reserve(attempt, plan, "bound");
  }

  /** `inputTokens`: undefined where nobody knows. Undefined: this attempt draws on no limit. */
  #plan(attempt: Attempt, inputTokens: number | undefined): Plan | Refusal | undefined {
    const { findPrice, findModel, limits } = this.#options;
    const price = findPrice(attempt, undefined);
    const { call } = attempt.exchange;
    const draw = drawOf(attempt, inputTokens ?? 0, price);
    const drawn: DrawnOn[] = [];
    for (const limit of limits) {
      const counter = limit.plan(draw);
      if (counter === undefined) continue;
      const { meter } = limit.spec;
      if (meter === "usd" && price === undefined) return refuseUnpriced(limit, call?.model);
      const isBlind = inputTokens === undefined && (meter === "usd" || meter === "tokens");
      if (isBlind) return refuseUnbounded(limit, call?.references ?? []);
      drawn.push({ limit, counter });
    }
    if (drawn.length === 0 || call === undefined) return undefined;
    const bounded = drawn.filter(({ counter }) => counter.perUnit > 0);
    const quarters = bounded.map(({ counter }) => Math.floor(counter.limit / 4 / counter.perUnit));
    const units = unitsFor(outputMax(call, findModel(attempt)), quarters);
    const own = requestCeilings(drawn, units, attempt);
    if (own.kind === "refusal") return own;
    const isBounded = own.units.max === units.max && isOutputBounded(call, findModel(attempt));
    return { ...own, draw, isBounded };
  }

  #reserve(attempt: Attempt, plan: Plan, tightness: "bound" | "counted"): Async<Visit | Refusal> {
    this.#asks += 1;
    const id = `${this.#prefix}-${this.#asks}`;
    const counters = plan.drawn.map(({ counter }) => counter);
    const { units } = plan;
    const verdict =
      counters.length === 0 ? freeLease(units.max) : this.#options.store.reserve({ id, counters, units });
    return verdict instanceof Promise
      ? verdict.then((settled) => this.#judge(attempt, plan, { verdict: settled, tightness }))
      : this.#judge(attempt, plan, { verdict, tightness });
  }

  #judge(
    attempt: Attempt,
    plan: Plan,
    { verdict, tightness }: { verdict: Lease | Shortage; tightness: "bound" | "counted" },
  ): Async<Visit | Refusal> {
    if (verdict.kind === "lease") return this.#admit(attempt, plan, verdict);
    const drawn = plan.drawn[verdict.index];
    if (drawn === undefined)
      throw new Error(`the store names counter ${verdict.index} of ${plan.drawn.length}`);
    if (verdict.cause === "lost") return refuseLost(drawn);
    const { meter } = drawn.limit.spec;
    const mayFit = tightness === "bound" && (meter === "tokens" || meter === "usd");
    const refusal = refuseFull(drawn, verdict.state, this.#holding.has(drawn.counter.key));
    if (mayFit) return this.#countAndReserve(attempt, refusal, drawn);
    return this.#refused(attempt, drawn, refusal);
  }

  #refused({ exchange }: Attempt, drawn: DrawnOn, refusal: Refusal): Refusal {
    this.#options.watch.refused(drawn, exchange);
    endTask(exchange, drawn, refusal);
    return refusal;
  }

  /** The bound of the input did not fit; what it really is may. */
  async #countAndReserve(attempt: Attempt, refusal: Refusal, drawn: DrawnOn): Promise<Visit | Refusal> {
    const { call } = attempt.exchange;
    const counted = call && (await countInput(call, attempt.target.model, this.#options.counter));
    const plan = counted === undefined ? undefined : this.#plan(attempt, counted);
    if (plan === undefined) return this.#refused(attempt, drawn, refusal);
    if ("code" in plan) return plan;
    return this.#reserve(attempt, plan, "counted");
  }

  #admit(attempt: Attempt, plan: Plan, lease: Lease): Visit | Refusal {
    const { exchange } = attempt;
    const { drawn, units, draw, ceiling } = plan;
    const { watch, hasModel } = this.#options;
    const cheaper = watch.cheaperModel({ drawn, lease, draw, units });
    if (cheaper !== undefined && hasModel(cheaper)) {
      lease.settle(drawn.map(() => 0));
      exchange.model = cheaper;
      return refuse("model_downgraded");
    }
    watch.crossed(drawn, lease, exchange);
    const isCapped = units.max > 0 && (lease.units < units.max || !plan.isBounded);
    const hint = watch.hintFor(drawn, lease);
    if (isCapped || hint !== undefined) {
      attempt.terms = { outputTokensMax: isCapped ? lease.units : undefined, hint };
    }
    const onShort = (short: DrawnOn, refusal: Refusal): void => {
      this.#refused(attempt, short, refusal);
    };
    return new Budgeted({ attempt, drawn, lease, draw, ceiling, holding: this.#holding, onShort });
  }
}

/** Where the request's own ceilings are all there is: nothing is shared, so no store is asked. */
function freeLease(granted: number): Lease {
  const lease: Lease = { kind: "lease", states: [], units: granted, extend: () => lease, settle: () => {} };
  return lease;
}

// Owns reserving what an attempt can use at most, on all its limits in one step. Knows no store by name.

import { randomUUID } from "node:crypto";
import type { Call } from "../contracts/dialect.ts";
import type { Attempt, AttemptFilter, Terms } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import type { Draw, Limit } from "../contracts/limit.ts";
import type { FindPrice } from "../contracts/price.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Counters, Lease, Shortage } from "../contracts/store.ts";
import type { Visit } from "../contracts/visit.ts";
import { isTaskLife } from "../limits/counting.ts";
import { endTask } from "../motion/task-end.ts";
import type { TokenCounter } from "../tokenizer/counter.ts";
import {
  boundInput,
  countInput,
  drawOf,
  type ModelFacts,
  outputMax,
  priceOfCall,
  stopsWithin,
  unitsFor,
} from "./budgets/estimate.ts";
import { Holding } from "./budgets/holding.ts";
import { Movement } from "./budgets/movement.ts";
import {
  type DrawnOn,
  type Prospect,
  refuseFull,
  refuseLost,
  refuseUncountable,
} from "./budgets/refusals.ts";
import { type RequestShare, requestCeilings, type Short } from "./budgets/request.ts";
import { Budgeted, type BudgetedOptions } from "./budgets/visit.ts";
import type { BudgetWatch, Situation, Standing } from "./budgets/watch.ts";

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

/** What is asked of the store for one attempt. */
interface Plan extends RequestShare {
  readonly draw: Draw;
}

interface Input {
  /** Undefined: nobody can know. */
  readonly tokens: number | undefined;
  /** `bound`: it may be much less, and counting tells. */
  readonly tightness: "bound" | "counted";
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
  readonly #movement = new Movement();
  /** A last word is read by the model like the rest, and no token is shorter than a byte. */
  readonly #hintTokensMax: number;
  #asks = 0;

  constructor(options: BudgetsOptions) {
    this.#options = options;
    const hints = options.limits.map(({ spec: { wrapUp } }) => Buffer.byteLength(wrapUp?.text ?? ""));
    this.#hintTokensMax = Math.max(0, ...hints);
  }

  open(attempt: Attempt): Async<Visit | Refusal | undefined> {
    const tokens = boundInput(attempt.exchange, this.#options.findModel(attempt));
    return this.#take(attempt, { tokens, tightness: "bound" });
  }

  #take(attempt: Attempt, input: Input): Async<Visit | Refusal | undefined> {
    const plan = this.#plan(attempt, input.tokens);
    if (plan === undefined || plan.kind === "refusal") return plan;
    if (plan.kind === "short") return this.#short(attempt, input, { ...plan, prospect: "none" });
    const { drawn, units } = plan;
    this.#asks += 1;
    const id = `${this.#prefix}-${this.#asks}`;
    const counters = drawn.map(({ counter }) => counter);
    const { store } = this.#options;
    const said = counters.length === 0 ? freeLease(units.max) : store.reserve({ id, counters, units });
    const judge = (verdict: Lease | Shortage): Async<Visit | Refusal | undefined> =>
      verdict.kind === "lease"
        ? this.#admit(attempt, plan, verdict)
        : this.#missed(attempt, input, { plan, shortage: verdict });
    return said instanceof Promise ? said.then(judge) : judge(said);
  }

  /** Undefined: this attempt draws on no limit. */
  #plan(attempt: Attempt, inputTokens: number | undefined): Plan | Short | Refusal | undefined {
    const { findPrice, findModel } = this.#options;
    const { call } = attempt.exchange;
    const price = priceOfCall(call, findPrice(attempt, undefined));
    const draw = drawOf(attempt, (inputTokens ?? 0) + this.#hintTokensMax, price);
    const drawn = this.#drawnOn(draw, inputTokens === undefined ? call : undefined);
    if ("kind" in drawn) return drawn;
    if (drawn.length === 0) return undefined;
    const quarters = drawn
      .filter(({ counter }) => counter.perUnit > 0)
      .map(({ counter }) => Math.floor(counter.limit / 4 / counter.perUnit));
    const units = unitsFor(outputMax(call, findModel(attempt)), quarters);
    const share = requestCeilings(drawn, units, attempt);
    return share.kind === "share" ? { ...share, draw } : share;
  }

  /** `unbounded`: the call, where nobody knows how much it brings in. */
  #drawnOn(draw: Draw, unbounded: Call | undefined): readonly DrawnOn[] | Refusal {
    const drawn: DrawnOn[] = [];
    for (const limit of this.#options.limits) {
      const counter = limit.plan(draw);
      if (counter === undefined) continue;
      const one = { limit, counter };
      const refusal = refuseUncountable(one, draw, unbounded);
      if (refusal === undefined) drawn.push(one);
      else if (counter.role === "ceiling") return refusal;
      else this.#options.watch.uncountable(one, draw.exchange);
    }
    return drawn;
  }

  #missed(
    attempt: Attempt,
    input: Input,
    { plan, shortage: { index, cause, state } }: { plan: Plan; shortage: Shortage },
  ): Async<Visit | Refusal | undefined> {
    const drawn = plan.drawn[index];
    if (drawn === undefined) throw new Error(`the store names counter ${index} of ${plan.drawn.length}`);
    if (cause === "lost") return refuseLost(drawn);
    const { key, limit, amount, perUnit } = drawn.counter;
    const isHeld = this.#holding.has(key) || this.#isHeldElsewhere(drawn, state.used);
    const couldFit = amount + perUnit * plan.units.min <= limit;
    return this.#short(attempt, input, {
      kind: "short",
      drawn,
      state,
      prospect: isHeld && couldFit ? "held" : "none",
    });
  }

  /** A task is worked on in one place; of all else nobody here knows what other processes hold. */
  #isHeldElsewhere({ limit, counter }: DrawnOn, used: number): boolean {
    if (!this.#options.store.isShared || isTaskLife(limit.spec)) return false;
    return this.#movement.isMoving(counter.key, used, performance.now());
  }

  /** The bound of the input may not fit where what it really is does. */
  async #short(
    attempt: Attempt,
    { tokens = 0, tightness }: Input,
    { drawn, state, prospect }: Short & { readonly prospect: Prospect },
  ): Promise<Visit | Refusal | undefined> {
    const { call } = attempt.exchange;
    const { meter } = drawn.limit.spec;
    if (call !== undefined && tightness === "bound" && (meter === "tokens" || meter === "usd")) {
      const counted = await countInput(call, attempt.target.model, this.#options.counter);
      if (counted !== undefined && counted < tokens) {
        return this.#take(attempt, { tokens: counted, tightness: "counted" });
      }
    }
    const refusal = refuseFull(drawn, state, prospect);
    this.#options.watch.refused(drawn, refusal, attempt.exchange);
    endTask(attempt.exchange, drawn.limit.spec, refusal);
    return refusal;
  }

  #admit(attempt: Attempt, plan: Plan, lease: Lease): Visit | Refusal {
    const { exchange } = attempt;
    const { drawn, own, ceilings, units, draw } = plan;
    const { watch, hasModel } = this.#options;
    const standings = [
      ...drawn.map((one, index) => standingOf(one, lease, index)),
      ...own.map((one) => ({ ...one, resetMs: 0 })),
    ];
    const situation: Situation = { standings, draw, units };
    const cheaper = watch.cheaperModel(situation, hasModel);
    if (cheaper !== undefined) {
      lease.settle(drawn.map(() => 0));
      exchange.model = cheaper;
      return refuse("model_downgraded");
    }
    watch.crossed(situation);
    attempt.terms = termsOf(exchange.call, lease.units, { plan, hint: watch.hintFor(situation) });
    const onCut: BudgetedOptions["onCut"] = (full, refusal, { tokens, toolCalls }) => {
      watch.refused(full, refusal, exchange);
      endTask(exchange, full.limit.spec, refusal, { steps: 1, tokens, toolCalls });
    };
    return new Budgeted({ attempt, drawn, lease, draw, ceilings, holding: this.#holding, onCut });
  }
}

/** Undefined: what the call says stays. What is only watched changes nothing. */
function termsOf(
  call: Call | undefined,
  units: number,
  { plan: { drawn, ceilings }, hint }: { readonly plan: Plan; readonly hint: string | undefined },
): Terms | undefined {
  const isHeld =
    ceilings.length > 0 || drawn.some(({ counter: { role, perUnit } }) => role === "ceiling" && perUnit > 0);
  const outputTokensMax = isHeld && units > 0 && !stopsWithin(units, call) ? units : undefined;
  return outputTokensMax === undefined && hint === undefined ? undefined : { outputTokensMax, hint };
}

function standingOf(one: DrawnOn, { states, units }: Lease, index: number): Standing {
  const { amount, perUnit } = one.counter;
  const { used = 0, resetMs = 0 } = states[index] ?? {};
  return { ...one, usedBefore: used - amount - perUnit * units, resetMs };
}

/** Where the request's own ceilings are all there is: nothing is shared, so no store is asked. */
function freeLease(granted: number): Lease {
  const lease: Lease = { kind: "lease", states: [], units: granted, extend: () => lease, settle: () => {} };
  return lease;
}

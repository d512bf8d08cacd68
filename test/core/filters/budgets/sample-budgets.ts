// Owns a budgets filter for tests: a store in memory, a price, a scripted counter, the events it says. No
// socket.

import type { Call } from "../../../../core/contracts/dialect.ts";
import { Attempt, type Exchange } from "../../../../core/contracts/exchange.ts";
import type { Delta, Frame } from "../../../../core/contracts/frame.ts";
import type { Limit } from "../../../../core/contracts/limit.ts";
import type { LimitSpec } from "../../../../core/contracts/policy.ts";
import type { Price } from "../../../../core/contracts/price.ts";
import type { Refusal } from "../../../../core/contracts/refusal.ts";
import type { Counters } from "../../../../core/contracts/store.ts";
import type { Visit } from "../../../../core/contracts/visit.ts";
import type { ModelFacts } from "../../../../core/filters/budgets/estimate.ts";
import { BudgetWatch } from "../../../../core/filters/budgets/watch.ts";
import { budgetsFilter } from "../../../../core/filters/budgets.ts";
import { createLimit } from "../../../../core/limits/index.ts";
import { MemoryStore } from "../../../../core/stores/memory.ts";
import { sampleLimit } from "../../limits/sample-limits.ts";
import { samplePrice } from "../../prices/sample-price.ts";
import { addAttempt, chatCall, sampleContext, sampleExchange } from "../sample-exchange.ts";

/** Input 1,000 and output 10,000 nano-dollars a token. */
export const price = samplePrice({ input: 1, output: 10 });
export const noFacts: ModelFacts = {
  contextTokens: undefined,
  outputTokensMax: undefined,
  unboundedInput: "refuse",
};

export interface SampleOptions {
  readonly price?: Price | undefined;
  readonly facts?: Partial<ModelFacts>;
  readonly store?: Counters;
  /** What the tokenizer says of any call; undefined: nothing. */
  readonly counted?: number;
  readonly models?: readonly string[];
  /** Beside those of the specs. */
  readonly more?: readonly Limit[];
}

export interface Budgets {
  /** `kind:limit`, in order. */
  readonly events: readonly string[];
  /** How often the tokenizer was asked. */
  readonly countings: number;
  open(call?: Partial<Call>, exchange?: Exchange): Promise<Opened>;
}

export interface Opened {
  readonly exchange: Exchange;
  readonly attempt: Attempt;
  /** Undefined where it was refused, or no limit is drawn on. */
  readonly visit: Visit | undefined;
  readonly refusal: Refusal | undefined;
}

/** A limit on the tokens of a task, but for what is said. */
export function specOf(spec: Partial<LimitSpec>): LimitSpec {
  return { ...sampleLimit, name: "all", meter: "tokens", window: { kind: "life", of: "task" }, ...spec };
}

export function sampleBudgets(specs: readonly Partial<LimitSpec>[], options: SampleOptions = {}): Budgets {
  const events: string[] = [];
  const budgets = { countings: 0 };
  const store = options.store ?? new MemoryStore();
  const watch = new BudgetWatch((event, { limit }) => {
    const what = event.kind === "threshold" ? `${event.percent}` : event.kind;
    events.push(`${what}:${limit.name}`);
  });
  const filter = budgetsFilter({
    limits: [...specs.map((spec) => createLimit(specOf(spec), "search")), ...(options.more ?? [])],
    store,
    findPrice: () => ("price" in options ? options.price : price),
    findModel: () => ({ ...noFacts, ...options.facts }),
    hasModel: (name) => (options.models ?? ["small", "gpt-4o"]).includes(name),
    counter: {
      count: async () => {
        budgets.countings += 1;
        return options.counted === undefined ? undefined : [options.counted];
      },
    },
    watch,
  });
  const open: Budgets["open"] = async (call = {}, exchange = taskExchange()) => {
    exchange.call ??= { ...chatCall("x".repeat(100)), outputTokensMax: 50, ...call };
    exchange.model ??= exchange.call.model;
    const attempt = nextAttempt(exchange);
    const said = await filter.open(attempt);
    const visit = said?.kind === "visit" ? said : undefined;
    return { exchange, attempt, visit, refusal: said?.kind === "refusal" ? said : undefined };
  };
  return Object.assign(budgets, { events, open });
}

export function taskExchange(): Exchange {
  const exchange = sampleExchange();
  exchange.context = sampleContext;
  return exchange;
}

export function nextAttempt(exchange: Exchange): Attempt {
  addAttempt(exchange);
  const attempt = exchange.attempts.at(-1);
  if (!(attempt instanceof Attempt)) throw new Error("no attempt");
  return attempt;
}

export const frameOf = (...deltas: readonly Delta[]): Frame => ({
  kind: "frame",
  bytes: Buffer.alloc(0),
  deltas,
});
export const text = (said: string): Delta => ({ kind: "text", channel: "0", text: said, mode: "append" });
export const end: Delta = { kind: "end", channel: "0", reason: "stop", stop: "stop" };

/** What passes the visit; the writer is not asked for anything. */
export function say({ visit }: Opened, ...deltas: readonly Delta[]): unknown {
  return visit?.frame?.(frameOf(...deltas), {} as never);
}

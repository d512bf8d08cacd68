// Owns what an agent reads where a budget says no: which limit, what is left, when, what to do. Knows no
// store.

import type { Call } from "../../contracts/dialect.ts";
import type { Counter, CounterState, Draw, Limit } from "../../contracts/limit.ts";
import type { LimitSpec, Meter } from "../../contracts/policy.ts";
import { type Refusal, type RefusalCode, refuse } from "../../contracts/refusal.ts";
import { formatUsd } from "../../prices/cost.ts";
import { quoted, wholeSeconds } from "../../text/structured-field.ts";
import { namesUnbounded } from "./estimate.ts";

/** A limit an attempt draws on. */
export interface DrawnOn {
  readonly limit: Limit;
  readonly counter: Counter;
}

/** `held`: calls are under way that may give something back. */
export type Prospect = "held" | "none";

/** Where nobody knows when something comes back. */
const retryBlindS = 1;

export function refuseFull({ limit, counter }: DrawnOn, state: CounterState, prospect: Prospect): Refusal {
  const { spec, isShared } = limit;
  const code = codeOf(spec.meter, state, prospect);
  const left = `: ${leftOf(spec.meter, state.remaining, counter.limit)}${whose(spec)}`;
  const retryAfterS = retryIn(code, state);
  const remaining = remainingField([{ limit, counter }], [state]);
  return refuse(code, {
    message: `Limit "${spec.name}"${isShared ? " is reached" : left}. ${adviceOn(code, state)}`,
    status: spec.status,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    ...(remaining === "" ? {} : { headers: { "x-sluice-budget-remaining": remaining } }),
  });
}

export function refuseLost({ limit: { name } }: DrawnOn): Refusal {
  const message = `Limit "${name}" cannot be checked right now. Retry in ${retryBlindS} s.`;
  return refuse("budget_unavailable", { message, retryAfterS: retryBlindS });
}

/** What money or tokens cannot be counted of. `unbounded`: the call, where nobody knows what it brings in. */
export function refuseUncountable(
  { limit: { name, spec } }: DrawnOn,
  { price, exchange }: Draw,
  unbounded: Call | undefined,
): Refusal | undefined {
  const { meter } = spec;
  if (meter === "usd" && price === undefined) {
    const { model } = exchange.call ?? {};
    const named = model === undefined ? "this call" : `model "${model}"`;
    const message = `Limit "${name}" counts money, and nobody knows a price of ${named}: use another model.`;
    return refuse("price_unknown", { message });
  }
  if (unbounded === undefined || (meter !== "tokens" && meter !== "usd")) return undefined;
  const why = `cannot hold \`${namesUnbounded(unbounded)}\`, whose size nobody here knows`;
  return refuse("input_unbounded", { message: `Limit "${name}" ${why}: send the text itself.` });
}

/** What is left of the caller's own limits. A shared one would tell of others, a watched one of nothing. */
export function remainingField(drawn: readonly DrawnOn[], states: readonly CounterState[]): string {
  const items: string[] = [];
  for (const [index, { limit, counter }] of drawn.entries()) {
    const state = states[index];
    const isTold = !limit.isShared && counter.role === "ceiling" && counter.window.kind !== "concurrency";
    if (state === undefined || !isTold) continue;
    items.push(`${quoted(limit.name)};${fieldIn(limit.spec.meter, state.remaining)}`);
  }
  return items.join(", ");
}

/** Requests come back with time, but for those of a life. */
function codeOf(meter: Meter, { resetMs }: CounterState, prospect: Prospect): RefusalCode {
  switch (meter) {
    case "concurrency":
      return "concurrency_limited";
    case "steps":
      return "steps_exceeded";
    case "toolCalls":
      return "tool_calls_exceeded";
    case "requests":
      return resetMs > 0 ? "rate_limited" : "budget_exceeded";
    default:
      return prospect === "held" ? "budget_reserved" : "budget_exceeded";
  }
}

function retryIn(code: RefusalCode, { resetMs }: CounterState): number | undefined {
  if (code === "budget_reserved" || code === "concurrency_limited") return retryBlindS;
  return resetMs > 0 ? wholeSeconds(resetMs) : undefined;
}

function adviceOn(code: RefusalCode, { resetMs }: CounterState): string {
  switch (code) {
    case "concurrency_limited":
      return "Retry when one in flight has ended.";
    case "budget_reserved":
      return `Calls under way hold the rest: retry in ${retryBlindS} s, or ask for less output.`;
    case "rate_limited":
      return `It resets in ${wholeSeconds(resetMs)} s: retry then, not before.`;
    default:
      return resetMs > 0
        ? `It resets in ${wholeSeconds(resetMs)} s: do not retry before, wrap up with what you have.`
        : "It does not reset: do not retry, wrap up with what you have.";
  }
}

function leftOf(meter: Meter, left: number, limit: number): string {
  switch (meter) {
    case "usd":
      return `$${formatUsd(left)} left of $${formatUsd(limit)}`;
    case "toolCalls":
      return `${left} left of ${limit} tool calls`;
    case "concurrency":
      return `${left} left of ${limit} at the same time`;
    default:
      return `${left} left of ${limit} ${meter}`;
  }
}

function fieldIn(meter: Meter, amount: number): string {
  return meter === "usd" ? `usd=${formatUsd(amount)}` : `${meter.toLowerCase()}=${amount}`;
}

function whose({ window }: LimitSpec): string {
  return window?.kind === "life" ? ` for this ${window.of}` : "";
}

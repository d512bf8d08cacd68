// Owns what an agent reads where a budget says no: which limit, what is left, when, what to do. Knows no store.

import type { Counter, CounterState, Limit } from "../contracts/limit.ts";
import type { LimitSpec, Meter } from "../contracts/policy.ts";
import { type Refusal, type RefusalCode, refuse } from "../contracts/refusal.ts";
import { formatUsd } from "../prices/cost.ts";
import { quoted, seconds } from "./limits-headers.ts";

/** A limit an attempt draws on. */
export interface DrawnOn {
  readonly limit: Limit;
  readonly counter: Counter;
}

/** Where nobody knows when something comes back. */
const retryBlindS = 1;

const codes: Readonly<Partial<Record<Meter, RefusalCode>>> = {
  requests: "rate_limited",
  concurrency: "concurrency_limited",
  steps: "steps_exceeded",
  toolCalls: "tool_calls_exceeded",
};

/** `isHeld`: calls of this process are under way on the same counter, and may give something back. */
export function refuseFull({ limit, counter }: DrawnOn, state: CounterState, isHeld: boolean): Refusal {
  const { spec, isShared } = limit;
  const known = codes[spec.meter] ?? (isHeld ? "budget_reserved" : "budget_exceeded");
  const left = isShared
    ? `Limit "${spec.name}" is reached.`
    : `Limit "${spec.name}": ${amountIn(spec.meter, state.remaining)} left of ${amountIn(spec.meter, counter.limit)}${whose(spec)}.`;
  const retryAfterS = retryIn(known, state);
  const headers = { "x-sluice-budget-remaining": remainingField([{ limit, counter }], [state]) };
  return refuse(known, {
    message: `${left} ${adviceOn(known, state)}`,
    status: spec.status,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    ...(isShared ? {} : { headers }),
  });
}

export function refuseLost({ limit: { name } }: DrawnOn): Refusal {
  const message = `Limit "${name}" cannot be checked right now. Retry in ${retryBlindS} s.`;
  return refuse("budget_unavailable", { message, retryAfterS: retryBlindS });
}

export function refuseUnpriced(limit: Limit, model: string | undefined): Refusal {
  const named = model === undefined ? "this model" : `model "${model}"`;
  return refuse("price_unknown", {
    message: `Limit "${limit.name}" counts money, and the policy knows no price of ${named}: use another model.`,
  });
}

export function refuseUnbounded(limit: Limit, pointers: readonly string[]): Refusal {
  const field = pointers[0] ?? "a tool the provider runs";
  return refuse("input_unbounded", {
    message: `Limit "${limit.name}" cannot hold \`${field}\`, whose size nobody here knows: send the text itself.`,
  });
}

/** What is left of the caller's own limits; a shared one would tell of others. */
export function remainingField(drawn: readonly DrawnOn[], states: readonly CounterState[]): string {
  const items: string[] = [];
  for (const [index, { limit }] of drawn.entries()) {
    const state = states[index];
    if (state === undefined || limit.isShared || limit.spec.meter === "concurrency") continue;
    items.push(`${quoted(limit.name)};${fieldIn(limit.spec.meter, state.remaining)}`);
  }
  return items.join(", ");
}

function retryIn(code: RefusalCode, { resetMs }: CounterState): number | undefined {
  if (code === "budget_reserved" || code === "concurrency_limited") return retryBlindS;
  return resetMs > 0 ? seconds(resetMs) : undefined;
}

function adviceOn(code: RefusalCode, { resetMs }: CounterState): string {
  switch (code) {
    case "concurrency_limited":
      return "Retry when one in flight has ended.";
    case "budget_reserved":
      return `Calls under way hold the rest: retry in ${retryBlindS} s, or ask for less output.`;
    case "rate_limited":
      return `It resets in ${seconds(resetMs)} s: retry then, not before.`;
    default:
      return resetMs > 0
        ? `It resets in ${seconds(resetMs)} s: do not retry before, wrap up with what you have.`
        : "It does not reset: do not retry, wrap up with what you have.";
  }
}

function amountIn(meter: Meter, amount: number): string {
  switch (meter) {
    case "usd":
      return `$${formatUsd(amount)}`;
    case "toolCalls":
      return `${amount} tool calls`;
    case "concurrency":
      return `${amount} at the same time`;
    default:
      return `${amount} ${meter}`;
  }
}

function fieldIn(meter: Meter, amount: number): string {
  return meter === "usd" ? `usd=${formatUsd(amount)}` : `${meter.toLowerCase()}=${amount}`;
}

function whose({ window }: LimitSpec): string {
  return window?.kind === "life" ? ` for this ${window.of}` : "";
}

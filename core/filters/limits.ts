// Owns reserving on all limits of an exchange in one step, and settling once. Knows no store by name.

import { randomUUID } from "node:crypto";
import type { AnswerHead } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import { type Counter, type Draw, type Limit, noUnits } from "../contracts/limit.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Counters, Lease, Shortage } from "../contracts/store.ts";
import type { Visit } from "../contracts/visit.ts";
import {
  addField,
  type Drawn,
  policyField,
  quoted,
  seconds,
  stateField,
  stateItem,
} from "./limits-headers.ts";

/** Where time alone brings nothing back, or nobody knows what is left. */
const retryBlindS = 1;

/** At the edge nobody knows yet what an agent will use. */
export const nothingDrawn: Omit<Draw, "exchange"> = {
  isRepeat: false,
  provider: undefined,
  inputTokens: 0,
  price: undefined,
  inputNanoUsd: 0,
  outputNanoUsd: 0,
};

/** A limit with what never changes of it. */
type Named = Pick<Drawn, "limit" | "item">;

export interface LimitsOptions {
  /** `call`: what they count by stands in the body. */
  readonly countedAt?: "open" | "call";
}

export function limitsFilter(
  limits: readonly Limit[],
  store: Counters,
  { countedAt = "open" }: LimitsOptions = {},
): Filter {
  // Not the exchange's id: a trusted caller may name that one, and a name used twice counts once.
  const prefix = randomUUID();
  const all = limits.map((limit) => ({ limit, item: quoted(limit.name) }));
  let reservations = 0;
  const reserve: Reserve = (exchange) => {
    const draws = planAll(all, exchange);
    if (draws.length === 0) return undefined;
    reservations += 1;
    const id = `${prefix}-${reservations}`;
    const counters = draws.map(({ counter }) => counter);
    const verdict = store.reserve({ id, counters, units: noUnits });
    return verdict instanceof Promise
      ? verdict.then((settled) => judge(draws, settled))
      : judge(draws, verdict);
  };
  if (countedAt === "open") return { name: "limits", wantsCall: false, open: reserve };
  return { name: "limits", wantsCall: true, open: (exchange) => new LimitedLater(exchange, reserve) };
}

type Reserve = (exchange: Exchange) => Async<Limited | Refusal | undefined>;

function planAll(all: readonly Named[], exchange: Exchange): readonly Drawn[] {
  const draw: Draw = { ...nothingDrawn, exchange };
  const draws: Drawn[] = [];
  for (const { limit, item } of all) {
    const counter = limit.plan(draw);
    if (counter !== undefined) draws.push({ limit, item, counter });
  }
  return draws;
}

function judge(draws: readonly Drawn[], verdict: Lease | Shortage): Limited | Refusal {
  return verdict.kind === "lease" ? new Limited(draws, verdict) : refuseShort(draws, verdict);
}

class Limited implements Visit {
  readonly kind = "visit";
  readonly #draws: readonly Drawn[];
  readonly #lease: Lease;

  constructor(draws: readonly Drawn[], lease: Lease) {
    this.#draws = draws;
    this.#lease = lease;
  }

  head({ headers }: AnswerHead): undefined {
    addField(headers, "ratelimit-policy", policyField(this.#draws));
    const state = stateField(this.#draws, this.#lease.states);
    if (state !== "") addField(headers, "ratelimit", state);
  }

  close(): void {
    this.#lease.settle();
  }
}

class LimitedLater implements Visit {
  readonly kind = "visit";
  readonly #exchange: Exchange;
  readonly #reserve: Reserve;
  #limited: Limited | undefined = undefined;

  constructor(exchange: Exchange, reserve: Reserve) {
    this.#exchange = exchange;
    this.#reserve = reserve;
  }

  call(): Async<Refusal | undefined> {
    const reserving = this.#reserve(this.#exchange);
    return reserving instanceof Promise
      ? reserving.then((said) => this.#admit(said))
      : this.#admit(reserving);
  }

  head(head: AnswerHead): undefined {
    this.#limited?.head(head);
  }

  close(): void {
    this.#limited?.close();
  }

  #admit(said: Limited | Refusal | undefined): Refusal | undefined {
    if (said?.kind === "refusal") return said;
    this.#limited = said;
    return undefined;
  }
}

/** Figures of the caller's own counters only, and of the one limit that is short. */
function refuseShort(draws: readonly Drawn[], { index, state, cause }: Shortage): Refusal {
  const draw = draws[index];
  if (draw === undefined) throw new Error(`the store names counter ${index} of ${draws.length}`);
  const policy = { "ratelimit-policy": policyField(draws) };
  const { counter, limit } = draw;
  const { name } = limit;
  if (cause === "lost") {
    const message = `Limit "${name}" cannot be checked right now. Retry in ${retryBlindS} s.`;
    return refuse("store_unavailable", { message, retryAfterS: retryBlindS, headers: policy });
  }
  const headers = { ...policy, ratelimit: stateItem(draw, state) };
  const left = `Limit "${name}": ${state.remaining} left of ${allowance(counter)}.`;
  if (counter.window.kind === "concurrency") {
    const message = `${left} Retry when one in flight has ended.`;
    const detail = { message, status: limit.spec.status, retryAfterS: retryBlindS, headers };
    return refuse("concurrency_limited", detail);
  }
  if (state.resetMs === 0) {
    const message = `${left} It does not reset: do not retry.`;
    return refuse("budget_exceeded", { message, status: limit.spec.status, headers });
  }
  const retryAfterS = seconds(state.resetMs);
  const message = `${left} It resets in ${retryAfterS} s: retry then, not before.`;
  return refuse("rate_limited", { message, status: limit.spec.status, retryAfterS, headers });
}

function allowance({ limit, window }: Counter): string {
  switch (window.kind) {
    case "concurrency":
      return `${limit} at the same time`;
    case "life":
      return `${limit} in all`;
    case "calendar":
      return `${limit} in this period`;
    default: {
      const length = window.windowMs < 1000 ? `${window.windowMs} ms` : `${window.windowMs / 1000} s`;
      const burst =
        window.kind === "sliding" && window.burst !== undefined ? `, ${window.burst} at once` : "";
      return `${limit} in ${length}${burst}`;
    }
  }
}

// Owns reserving on all limits of an exchange in one step, and settling once. Knows no store by name.

import { randomUUID } from "node:crypto";
import type { AnswerHead } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Async } from "../contracts/frame.ts";
import { type Counter, type Draw, type Limit, nothingDrawn, noUnits } from "../contracts/limit.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import type { Counters, Lease, Shortage } from "../contracts/store.ts";
import type { Visit } from "../contracts/visit.ts";
import { quoted, wholeSeconds } from "../text/structured-field.ts";
import { addField, type Drawn, policyField, stateField, stateItem } from "./limits-headers.ts";

/** Where time alone brings nothing back, or nobody knows what is left. */
const retryBlindS = 1;

/** A limit with what never changes of it. */
type Named = Pick<Drawn, "limit" | "item">;

export interface LimitsOptions {
  /** `call`: what they count by stands in the body. */
  readonly countedAt: "open" | "call";
  /** A limit in shadow would have said no. */
  readonly onShadow: (limit: Limit, exchange: Exchange) => void;
}

export function limitsFilter(
  limits: readonly Limit[],
  store: Counters,
  { countedAt, onShadow }: LimitsOptions,
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
    const judge = (verdict: Lease | Shortage): Limited | Refusal => {
      if (verdict.kind === "shortage") return refuseShort(draws, verdict);
      for (const { limit } of findShadowed(draws, verdict)) onShadow(limit, exchange);
      return new Limited(draws, verdict);
    };
    const said = store.reserve({ id, counters, units: noUnits });
    return said instanceof Promise ? said.then(judge) : judge(said);
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

/** Counted past their limits. */
function findShadowed(draws: readonly Drawn[], { states }: Lease): readonly Drawn[] {
  return draws.filter(({ counter: { role, limit } }, index) => {
    return role === "watched" && (states[index]?.used ?? 0) > limit;
  });
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
    addField(headers, "ratelimit", stateField(this.#draws, this.#lease.states));
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
  const { counter, limit } = draw;
  const { name, isShared, spec } = limit;
  const { status } = spec;
  const policy = { "ratelimit-policy": policyField(draws) };
  if (cause === "lost") {
    const message = `Limit "${name}" cannot be checked right now. Retry in ${retryBlindS} s.`;
    return refuse("store_unavailable", { message, retryAfterS: retryBlindS, headers: policy });
  }
  const headers = isShared ? policy : { ...policy, ratelimit: stateItem(draw, state) };
  const left = isShared ? " is reached" : `: ${state.remaining} left of ${allowance(counter)}`;
  const said = `Limit "${name}"${left}.`;
  if (counter.window.kind === "concurrency") {
    const message = `${said} Retry when one in flight has ended.`;
    return refuse("concurrency_limited", { message, status, retryAfterS: retryBlindS, headers });
  }
  if (state.resetMs === 0) {
    return refuse("budget_exceeded", {
      message: `${said} It does not reset: do not retry.`,
      status,
      headers,
    });
  }
  const retryAfterS = wholeSeconds(state.resetMs);
  const message = `${said} It resets in ${retryAfterS} s: retry then, not before.`;
  return refuse("rate_limited", { message, status, retryAfterS, headers });
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

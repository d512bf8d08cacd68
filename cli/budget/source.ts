// Owns where `sluice budget` asks: a store and policies of its own, or a gateway's admin listener. Prints
// nothing.

import type { Policy } from "../../core/contracts/policy.ts";
import { type Refusal, type RefusalCode, refusalTable } from "../../core/contracts/refusal.ts";
import { type BudgetChange, BudgetDesk, type ShownBudgets } from "../../core/program/budgets/desk.ts";
import type { BudgetQuery } from "../../core/program/budgets/selection.ts";
import { openBooks } from "../../core/program/ledger.ts";
import { createHasher } from "../../core/telemetry/hashing.ts";

export type Shown = ShownBudgets & { readonly store: string };

export interface Changed {
  readonly changes: readonly BudgetChange[];
}

export type Said<T> = T | Pick<Refusal, "kind" | "code" | "message">;

export interface BudgetSource {
  show(query: BudgetQuery): Promise<Said<Shown>>;
  reset(query: BudgetQuery, of: "one" | "all"): Promise<Said<Changed>>;
  grant(query: BudgetQuery, amount: string): Promise<Said<Changed>>;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly url: string;
  readonly policy: Policy;
  readonly environment: NodeJS.ProcessEnv;
}

/** Throws where the URL names no store. */
export function openStore({ url, policy, environment }: StoreOptions): BudgetSource {
  const { SLUICE_REDIS_PASSWORD, REDIS_PASSWORD, SLUICE_HASH_KEY } = environment;
  const books = openBooks(url, SLUICE_REDIS_PASSWORD || REDIS_PASSWORD);
  const hash = createHasher({ key: SLUICE_HASH_KEY });
  const desk = new BudgetDesk({ policy: () => policy, counters: books.desk, hash });
  const onChange = (): void => {};
  return {
    show: async (query) => {
      const said = await desk.show(query);
      return "kind" in said ? said : { store: "redis", ...said };
    },
    reset: async (query, of) => {
      const said = await desk.reset(query, { of, onChange });
      return "kind" in said ? said : { changes: said };
    },
    grant: async (query, amount) => {
      const said = await desk.grant(query, { amount, onChange });
      return "kind" in said ? said : { changes: [said] };
    },
    close: () => books.close(),
  };
}

export interface AdminOptions {
  /** `http://127.0.0.1:9091` */
  readonly url: URL;
  readonly key: string;
}

const answerMsMax = 15_000;

/** Its methods throw where nobody answers, or nobody who speaks as a gateway does. */
export function openAdmin({ url, key }: AdminOptions): BudgetSource {
  const ask = async <T>(path: string, body?: object): Promise<Said<T>> => {
    const response = await fetch(new URL(path, url), {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(answerMsMax),
    });
    const code = response.headers.get("x-sluice-refusal");
    if (code !== null && isCode(code)) {
      const { detail } = (await response.json()) as { readonly detail: string };
      return { kind: "refusal", code, message: detail };
    }
    if (!response.ok) throw new Error(`no admin listener of a gateway: status ${response.status}`);
    return (await response.json()) as T;
  };
  return {
    show: ({ limit, agent, scopes }) => {
      const text = [...scopes].map(([name, value]) => `${name}=${inText(value)}`).join(",");
      const query = new URLSearchParams({
        ...(limit !== undefined && { limit }),
        ...(agent !== undefined && { agent }),
        ...(text !== "" && { scope: text }),
      });
      return ask(`/budgets?${query}`);
    },
    reset: (query, of) => ask("/budgets/reset", { ...orderOf(query), ...(of === "all" && { all: true }) }),
    grant: (query, amount) => ask("/budgets/grant", { ...orderOf(query), amount }),
    close: async () => {},
  };
}

/** As `parseScopes` reads it. */
function inText(value: string | undefined): string {
  if (value === undefined) return "?";
  return value.startsWith("#") ? value : encodeURIComponent(value);
}

function orderOf({ limit, agent, scopes }: BudgetQuery): object {
  const values = [...scopes].map(([name, value]) => [name, value ?? null] as const);
  return { limit, agent, scope: Object.fromEntries(values) };
}

function isCode(text: string): text is RefusalCode {
  return Object.hasOwn(refusalTable, text);
}

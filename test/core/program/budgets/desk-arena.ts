// Owns limits that are drawn on as exchanges do, and a desk over the store that counts them. Proves nothing.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Policy } from "../../../../core/contracts/policy.ts";
import type { Refusal } from "../../../../core/contracts/refusal.ts";
import type { CounterDesk, Lease, Shortage } from "../../../../core/contracts/store.ts";
import { createLimit } from "../../../../core/limits/index.ts";
import { loadPolicy } from "../../../../core/policy/load.ts";
import { BudgetDesk, type OnChange } from "../../../../core/program/budgets/desk.ts";
import { parseScopes } from "../../../../core/program/budgets/selection.ts";
import { MemoryStore } from "../../../../core/stores/memory.ts";
import { createHasher } from "../../../../core/telemetry/hashing.ts";
import { policyText } from "../../../e2e/world.ts";
import { chatCall, sampleContext, sampleExchange } from "../../filters/sample-exchange.ts";
import { drawFor } from "../../limits/sample-limits.ts";

const agentSpec = `  api: { run: { path: /run }, request: { task: /id, steps: /max_steps } }
  limits:
    user-daily: { usd: 5, window: { calendar: day, zone: UTC }, by: [ user ] }
    calls: { requests: 4, window: { sliding: 1h }, by: [ user ] }
    chats: { tokens: 100, window: { life: session } }
    parallel: { concurrency: 3 }
    flood: { requests: 9, window: { fixed: 1m } }
    once: { usd: 1, window: { life: request } }
    long: { wallClock: 10m, window: { life: task } }
`;
const documents = `---
apiVersion: sluice.dev/v1alpha1
kind: Limit
metadata: { name: fleet }
spec: { requests: 50, window: { sliding: 1h }, by: [ agent ] }
---
apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: mail }
spec:
  endpoints: [ "http://127.0.0.1:9" ]
  limits: { calls: { requests: 4, window: { sliding: 1h }, by: [ user ] } }
`;

export const hash = createHasher({ key: "one" });

export interface Drawing {
  readonly user?: string;
  readonly agent?: string;
  readonly session?: string;
  readonly nanoUsd?: number;
}

export class DeskArena {
  readonly store = new MemoryStore();
  readonly desk: BudgetDesk;
  /** By key, in the order they were made. */
  readonly changes: Parameters<OnChange>[] = [];
  readonly onChange: OnChange = (...change) => void this.changes.push(change);
  readonly #policy: Policy;
  #asks = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.desk = this.deskOver(this.store.desk);
  }

  static async open(): Promise<DeskArena> {
    const dir = await mkdtemp(join(tmpdir(), "sluice-desk-"));
    const nobody = "http://127.0.0.1:9";
    await writeFile(join(dir, "policy.yaml"), policyText(nobody, nobody, { agentSpec, documents }));
    const loaded = await loadPolicy([dir]);
    await rm(dir, { recursive: true });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return new DeskArena(loaded.policy);
  }

  deskOver(counters: CounterDesk): BudgetDesk {
    return new BudgetDesk({ policy: () => this.#policy, counters, hash });
  }

  /** What an agent draws on a limit of its own, or on one that stands alone. */
  async draw(
    name: string,
    { user, agent = "search", session, nanoUsd = 0 }: Drawing,
  ): Promise<Lease | Shortage> {
    const { agents, limits } = this.#policy;
    const own = agents.get(agent)?.limits.get(name);
    const spec = own ?? limits.get(name);
    if (spec === undefined) throw new Error(`no limit ${name}`);
    const exchange = sampleExchange({ agent });
    exchange.context = { ...sampleContext, user, session };
    exchange.call = chatCall("{}");
    const limit = createLimit(spec, own === undefined ? undefined : agent);
    const counter = limit.plan(drawFor(exchange, { inputTokens: 10, inputNanoUsd: nanoUsd }));
    if (counter === undefined) throw new Error(`nothing draws on ${name}`);
    this.#asks += 1;
    const units = { min: 0, max: 0 };
    return this.store.reserve({ id: `ask-${this.#asks}`, counters: [counter], units });
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

export function scopesOf(text = "") {
  return done(parseScopes(text));
}

export function done<T extends object>(said: T | Refusal): T {
  if ("kind" in said && said.kind === "refusal") throw new Error(said.message);
  return said as T;
}

// Owns the proof that the ledger says what the provider's own log says, whatever happens to sidecars and
// store.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSpending } from "../../cli/costs/spending.ts";
import type { LedgerDimension } from "../../core/contracts/ledger.ts";
import { type Books, openBooks } from "../../core/program/ledger.ts";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { monthly, vectors } from "./costs-policy.ts";
import { apiKey, policyText, providerKey, startWorld } from "./world.ts";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const run = promisify(execFile);

interface Sidecar {
  readonly egress: string;
  readonly status: string;
  readonly process: ChildProcess;
}

async function startChild(policyDirs: readonly string[], store: string): Promise<Sidecar> {
  const flags = ["--policies", ...policyDirs, "--agent", "search", "--listen", "127.0.0.1:0"];
  const rest = ["--status", "127.0.0.1:0", "--store", store, "--drain-delay", "0s", "--grace", "5s"];
  const child = spawn(process.execPath, [main, "sidecar", ...flags, ...rest], {
    env: { PATH: process.env.PATH, TEST_PROVIDER_KEY: providerKey, SLUICE_LOG_LEVEL: "silent" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const endWithUs = () => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  let said = "";
  for await (const chunk of child.stderr) {
    said += chunk;
    if (/^listening: .*\n/m.test(said)) break;
  }
  if (!said.includes("listening: ")) throw new Error(`the sidecar did not start: ${said}`);
  const portOf = (name: string) => new RegExp(`${name} (\\d+)`).exec(said)?.[1];
  return {
    egress: `http://127.0.0.1:${portOf("egress")}`,
    status: `http://127.0.0.1:${portOf("status")}`,
    process: child,
  };
}

async function end({ process: child }: Sidecar, signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
  const ended = once(child, "exit");
  child.kill(signal);
  const [code] = await ended;
  return code as number | null;
}

async function ask(sidecar: Sidecar, count: number, model = "gpt-4o"): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, at) => askOnce(sidecar, `Question ${at}`, model)));
}

async function askOnce({ egress }: Pick<Sidecar, "egress">, text: string, model: string): Promise<void> {
  const isEmbedding = model === "embed";
  const path = isEmbedding ? "/vectors/v1/embeddings" : "/openai/v1/chat/completions";
  const said = isEmbedding ? { input: text } : { messages: [{ role: "user", content: text }] };
  const response = await fetch(egress + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, ...said }),
  });
  const answer = await response.text();
  // A busy machine: Redis did not answer within its 50 ms.
  if (response.headers.get("x-sluice-refusal") === "budget_unavailable") {
    return askOnce({ egress }, text, model);
  }
  expect(response.status, answer).toBe(200);
}

interface Told {
  readonly usd: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What `--json` prints, as far as it is looked at here. */
interface Report {
  readonly total: unknown;
  readonly rows: readonly { readonly key: string }[];
  readonly types: readonly { readonly key: string }[];
  readonly models: readonly { readonly cheaper: { readonly usd: string; readonly savedUsd: string } }[];
  readonly budgets: readonly Readonly<Record<string, unknown>>[];
}

async function costs(store: string, ...flags: string[]): Promise<Report> {
  const { stdout } = await run(process.execPath, [main, "costs", "--store", store, "--json", ...flags]);
  return JSON.parse(stdout);
}

/** Nano-dollars a token, input and output. */
const rates: Readonly<Record<string, readonly [number, number]>> = {
  "gpt-4o": [2_500, 10_000],
  "gpt-4o-mini": [150, 600],
  "text-embedding-3-small": [20, 0],
};

/** By the provider's own log. */
function oracle({ log }: Pick<MockProvider, "log">, models = Object.keys(rates)): Told {
  const calls = log.filter(({ model = "", status }) => status === 200 && models.includes(model));
  const sum = (read: (call: (typeof calls)[number]) => number) =>
    calls.reduce((all, call) => all + read(call), 0);
  const nanoUsd = sum(({ model = "", promptTokens, completionTokens }) => {
    const [input, output] = rates[model] ?? [0, 0];
    return promptTokens * input + completionTokens * output;
  });
  return {
    usd: `${(nanoUsd / 1e9).toFixed(9)}`.replace(/\.?0+$/, ""),
    calls: calls.length,
    inputTokens: sum(({ promptTokens }) => promptTokens),
    outputTokens: sum(({ completionTokens }) => completionTokens),
  };
}

/** Over the last days. */
async function readSpend({ ledger }: Books, by: LedgerDimension) {
  const spending = await readSpending(ledger, { by, dayCount: 2, nowMs: Date.now() });
  if (spending === "lost") return { keys: [], calls: 0 };
  const rows = [...spending.rows];
  const calls = rows.reduce((all, [, figures]) => all + Number(figures.calls), 0);
  return { keys: rows.map(([key]) => key), calls };
}

describe.skipIf(!hasRedisServer)("the ledger of two sidecars", () => {
  let redis: RedisServer;
  let mock: MockProvider;
  let policyDir: string;
  let limitsDir: string;
  const running = new Set<Sidecar>();
  const start = async (...more: string[]) => {
    const sidecar = await startChild([policyDir, ...more], redis.url);
    running.add(sidecar);
    return sidecar;
  };
  const settled = async () => {
    const books = openBooks(redis.url, undefined);
    let calls = 0;
    while (calls < oracle(mock).calls) calls = (await readSpend(books, "type")).calls;
    await books.close();
  };

  beforeAll(async () => {
    redis = await startRedisServer();
    mock = await startMockProvider({ logEntriesMax: 10_000 });
    policyDir = await mkdtemp(join(tmpdir(), "sluice-costs-"));
    limitsDir = await mkdtemp(join(tmpdir(), "sluice-limits-"));
    await writeFile(join(limitsDir, "limits.yaml"), monthly);
    const models = ["gpt-4o", "small", "embed"];
    const text = policyText(mock.url, "http://127.0.0.1:9", { models, documents: vectors });
    await writeFile(join(policyDir, "policy.yaml"), text);
  });
  afterAll(async () => {
    for (const { process: child } of running) child.kill("SIGKILL");
    await mock.close();
    await redis.stop();
    for (const dir of [policyDir, limitsDir]) await rm(dir, { recursive: true });
  });

  it("equals the provider's log: killed, restarted, the store away, drained", {
    timeout: 120_000,
  }, async () => {
    const [first, second] = [await start(), await start()];
    await Promise.all([ask(first, 20), ask(second, 20, "small"), ask(second, 5, "embed")]);
    await settled();
    // Killed when nothing was under way: what was written down stays, once.
    await end(first, "SIGKILL");
    const third = await start();
    await Promise.all([ask(third, 10), ask(second, 10)]);
    redis.freeze();
    await Promise.all([ask(third, 15), ask(second, 15, "small")]);
    // What is sent meanwhile times out, is sent again, and is all there when the store goes on.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await ask(second, 5, "embed");
    redis.thaw();
    await settled();
    // What was not sent yet is sent at the end.
    await ask(third, 10);
    expect(await end(third, "SIGTERM")).toBe(0);
    expect(await end(second, "SIGTERM")).toBe(0);
    const told = await costs(redis.url, "--by", "model", "--policies", policyDir);
    expect(told.total).toMatchObject(oracle(mock));
    const by = Object.fromEntries(told.rows.map((row) => [row.key, row]));
    expect(by["gpt-4o"]).toMatchObject(oracle(mock, ["gpt-4o"]));
    expect(by.small).toMatchObject(oracle(mock, ["gpt-4o-mini"]));
    const types = Object.fromEntries(told.types.map((row) => [row.key, row]));
    expect(types.embedding).toMatchObject(oracle(mock, ["text-embedding-3-small"]));
    expect(types.llm).toMatchObject(oracle(mock, ["gpt-4o", "gpt-4o-mini"]));
    expect(Object.keys(types).sort()).toEqual(["embedding", "llm"]);
  });

  it("tells which Model would have saved what, and which budget is nearly spent", {
    timeout: 60_000,
  }, async () => {
    const before = mock.log.length;
    const sidecar = await start(limitsDir);
    await ask(sidecar, 5);
    await end(sidecar, "SIGTERM");
    const spentUsd = Number(oracle({ log: mock.log.slice(before) }).usd);
    const tell = () => costs(redis.url, "--policies", policyDir, limitsDir);
    // What a reservation that nobody heard of holds comes back by itself.
    // A shadow lets a call pass that Redis did not count within its 50 ms.
    const usedUsd = async () => Number((await tell()).budgets[0]?.usedUsd);
    await expect.poll(usedUsd, { timeout: 45_000, interval: 500 }).toBeLessThanOrEqual(spentUsd);
    const told = await tell();
    const [dear] = told.models;
    const { inputTokens, outputTokens } = oracle(mock, ["gpt-4o"]);
    const cheaper = (inputTokens * 150 + outputTokens * 600) / 1e9;
    expect(dear).toMatchObject({ model: "gpt-4o", cheaper: { model: "small" } });
    expect(Number(dear?.cheaper.usd)).toBeCloseTo(cheaper, 9);
    const saved = Number(oracle(mock, ["gpt-4o"]).usd) - cheaper;
    expect(Number(dear?.cheaper.savedUsd)).toBeCloseTo(saved, 9);
    const [budget] = told.budgets;
    expect(budget).toMatchObject({ limit: "monthly", amountUsd: "0.0004", isFlagged: true });
    const flags = ["--store", redis.url, "--policies", policyDir, limitsDir];
    const { stdout } = await run(process.execPath, [main, "costs", ...flags]);
    expect(stdout).toContain("<- over 80 %");
    expect(stdout).toContain(`$${oracle(mock).usd}`);
    expect(stdout).toContain("the same tokens on small");
  });

  it("moves the metric of its type", async () => {
    const sidecar = await start();
    await ask(sidecar, 2, "embed");
    await ask(sidecar, 1);
    const text = await (await fetch(`${sidecar.status}/metrics`)).text();
    const cost = (type: string) =>
      Number(
        new RegExp(`agent_cost_usd_total{agent_id="search",cost_type="${type}"} (\\S+)`).exec(text)?.[1],
      );
    const log = mock.log.slice(-3);
    const tokens = log.reduce(
      (all, { model, promptTokens }) => all + (model === "gpt-4o" ? 0 : promptTokens),
      0,
    );
    expect(cost("embedding")).toBe((tokens * 20) / 1e9);
    expect(cost("llm")).toBeGreaterThan(0);
    expect([cost("tool"), cost("storage")]).toEqual([0, 0]);
  });
});

describe.skipIf(!hasRedisServer)("whose spend it is", () => {
  it("is told by user, team, caller and task; a session as the logs name it", async () => {
    const redis = await startRedisServer();
    const environment = { SLUICE_HASH_KEY: "one key for all" };
    const world = await startWorld({ program: { store: redis.url }, environment });
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const response = await fetch(`${world.agentUrl}/run`, {
      method: "POST",
      headers: { ...headers, "x-user-id": "anna@example.com", "x-session-id": "a-secret-session" },
      body: JSON.stringify({ prompt: "hello" }),
    });
    expect(response.status).toBe(200);
    const line = world.sidecarLog.find(({ event }) => event === "llm_call");
    await world.close();
    const books = openBooks(redis.url, undefined);
    for (const [by, key] of [
      ["user", "anna@example.com"],
      ["team", "growth"],
      ["caller", "web-app"],
      ["task", line?.task_id],
      ["session", line?.session_id],
    ] as const) {
      expect(await readSpend(books, by)).toEqual({ keys: [key], calls: 1 });
    }
    await books.close();
    const raw = new Redis(redis.url);
    const named = await raw.keys("{sluice}:L:*");
    const kept = await Promise.all(named.filter((key) => !key.includes(":w:")).map((key) => raw.hkeys(key)));
    raw.disconnect();
    expect(kept.flat().length).toBeGreaterThan(5);
    expect(JSON.stringify(kept)).not.toContain("a-secret-session");
    await redis.stop();
  });
});

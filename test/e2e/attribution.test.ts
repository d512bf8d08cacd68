// Owns the proof that each task is charged its own calls, whatever the agent forwards or makes up.

import { afterEach, describe, expect, it } from "vitest";
import type { LedgerTotal } from "../../core/contracts/ledger.ts";
import type { AgentBehaviour } from "./agent.ts";
import { apiKey, startWorld, type World } from "./world.ts";

const authorized = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
const concurrency = 8;

let world: World;
afterEach(() => world.close());

/** One task; its prompt's length makes its use differ from the others'. */
async function run(name: string, words: number): Promise<void> {
  const response = await fetch(`${world.agentUrl}/run`, {
    method: "POST",
    headers: { ...authorized, "x-session-id": `session-${name}`, "x-user-id": `user-${name}` },
    body: JSON.stringify({ id: name, prompt: Array.from({ length: words }, () => `${name}word`).join(" ") }),
  });
  await response.text();
  expect(response.status).toBe(200);
}

/** What the provider's own log says each task used: the oracle. */
function oracle(name: string): { calls: number; inputTokens: number; outputTokens: number } {
  const mine = world.mock.log.filter(({ body }) => JSON.stringify(body).includes(`${name}word`));
  return {
    calls: mine.length,
    inputTokens: mine.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    outputTokens: mine.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
  };
}

function charged(dimension: "task" | "session" | "user", key: string): Partial<LedgerTotal> {
  const { calls, inputTokens, outputTokens } = world.sidecar.ledger.totals(dimension).get(key) ?? {};
  return { calls: calls ?? 0, inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}

const slowly = { rules: [{ answer: { tokens: 20, delayMs: 20 } }] };
const named = "  api: { request: { task: /id } }";

async function runAll(names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name, index) => run(name, index + 1)));
}

const names = Array.from({ length: concurrency }, (_, index) => `t${index}x`);

describe("attribution", () => {
  it("tells the agent the step of its task, and passes on the baggage of a trusted caller", async () => {
    const steps: (string | null)[] = [];
    const handle: AgentBehaviour["handle"] = async (request, response) => {
      for (let step = 0; step < 2; step++) {
        const answer = await fetch(`${world.openaiUrl}/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-task-id": String(request.headers["x-task-id"]) },
          body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] }),
        });
        await answer.text();
        steps.push(answer.headers.get("x-sluice-steps-used"));
      }
      response.end(String(request.headers.baggage));
    };
    world = await startWorld({ agent: { handle }, trust: ["baggage"] });
    const headers = { ...authorized, baggage: "tenant=a" };
    const answer = await fetch(`${world.agentUrl}/run`, { method: "POST", headers, body: "{}" });
    expect(await answer.text()).toBe("tenant=a");
    expect(steps).toEqual(["1", "2"]);
  });

  it("charges eight concurrent tasks their own where the agent forwards only traceparent", async () => {
    world = await startWorld({
      script: slowly,
      agentSpec: named,
      agent: { forwards: ["traceparent"], calls: 3 },
    });
    await runAll(names);
    for (const name of names) {
      expect(oracle(name).calls).toBe(3);
      expect(charged("task", name)).toEqual(oracle(name));
      expect(charged("session", `session-${name}`)).toEqual(oracle(name));
      expect(charged("user", `user-${name}`)).toEqual(oracle(name));
    }
    expect(charged("task", "unattributed").calls).toBe(0);
  });

  it("charges them their own where it forwards only x-task-id", async () => {
    world = await startWorld({
      script: slowly,
      agentSpec: named,
      agent: { forwards: ["x-task-id"], calls: 2 },
    });
    await runAll(names);
    for (const name of names) expect(charged("task", name)).toEqual(oracle(name));
  });

  it("charges one task at a time exactly where the agent forwards nothing", async () => {
    world = await startWorld({ agentSpec: named, agent: { calls: 2 } });
    for (const [index, name] of names.entries()) await run(name, index + 1);
    for (const name of names) expect(charged("task", name)).toEqual(oracle(name));
    expect(charged("task", "unattributed").calls).toBe(0);
  });

  it("counts concurrent ones as unattributed where it forwards nothing, and loses none", async () => {
    world = await startWorld({ script: slowly, agentSpec: named, agent: { calls: 1 } });
    await runAll(names);
    const all = names.map((name) => charged("task", name).calls ?? 0).reduce((sum, calls) => sum + calls, 0);
    const shared = charged("task", "unattributed").calls ?? 0;
    expect(shared).toBeGreaterThan(0);
    expect(all + shared).toBe(concurrency);
  });

  it("gives a forged task id nothing: no budget of its own", async () => {
    const lies = {
      "x-task-id": "somebody-elses-task",
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    };
    world = await startWorld({ script: slowly, agentSpec: named, agent: { lies, calls: 1 } });
    await run("alone", 2);
    expect(charged("task", "alone")).toEqual(oracle("alone"));
    await runAll(names);
    expect(world.sidecar.ledger.totals("task").has("somebody-elses-task")).toBe(false);
  });

  it("refuses what belongs to no task where the policy says so", async () => {
    world = await startWorld({ agentSpec: "  onUnattributed: refuse" });
    const response = await fetch(`${world.openaiUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-task-id": "made-up" },
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] }),
    });
    expect(response.status).toBe(403);
    expect(response.headers.get("x-sluice-refusal")).toBe("unattributed_denied");
    expect(world.mock.log).toHaveLength(0);
  });
});

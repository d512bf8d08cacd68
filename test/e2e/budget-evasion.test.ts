// Owns the proof that no call goes past a budget: what cannot be counted, what passes unread, who lies, and
// further attempts.

import { afterEach, describe, expect, it } from "vitest";
import type { Script } from "../../mock/script.ts";
import { ask, askOften, statuses, type Told, tokensMade, told } from "./budget-calls.ts";
import { apiKey, startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(limits: string, script: Script = {}, agentSpec = ""): Promise<World> {
  world = await startWorld({ script, agentSpec: `  limits:\n${limits}\n${agentSpec}` });
  return world;
}

const long: Script = { rules: [{ answer: { tokens: 100 } }] };

describe("what cannot be counted", () => {
  it("a model without a price is refused under a limit on money alone", async () => {
    world = await startWorld({
      agentSpec: "  limits: { all: { usd: 5, window: { life: task } } }",
      documents: (mockUrl) => `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: own }
spec: { api: openai, baseUrl: "${mockUrl}", models: { llama: {} } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: own }
spec: { targets: [ { provider: own, model: llama } ] }`,
      models: ["gpt-4o", "own"],
    });
    expect(await ask(world, { model: "own" })).toMatchObject({ status: 403, refusal: "price_unknown" });
    expect((await ask(world)).status).toBe(200);
  });

  it("input that the provider fetches is refused, and names the field", async () => {
    const it = await start(
      "    all: { tokens: 5000, window: { life: task } }",
      {},
      "  stored: { unknown: allow }",
    );
    const answer = await told(
      await fetch(`${it.openaiUrl}/responses`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "gpt-4o", input: "Go on.", previous_response_id: "resp_1" }),
      }),
    );
    expect(answer).toMatchObject({ status: 403, refusal: "input_unbounded" });
    expect(answer.text).toContain("previous_response_id");
    expect(it.mock.log).toHaveLength(0);
  });
});

describe("what passes unread", () => {
  const upload = async ({ openaiUrl }: World): Promise<Told> => {
    const form = new FormData();
    form.set("purpose", "user_data");
    form.set("file", new Blob(["x"]), "a.txt");
    return told(await fetch(`${openaiUrl}/files`, { method: "POST", body: form }));
  };

  it("counts as requests of its provider", async () => {
    const it = await start(
      "    all: { requests: 1, window: { sliding: 1m }, by: [ provider ] }",
      {},
      "  metered: [ files ]",
    );
    await upload(it);
    expect((await upload(it)).refusal).toBe("rate_limited");
  });

  it("is refused under a limit on money where nobody knows its price", async () => {
    const it = await start("    all: { usd: 5, window: { life: task } }", {}, "  metered: [ files ]");
    expect((await upload(it)).refusal).toBe("price_unknown");
  });
});

describe("headers that lie", () => {
  it("open no new budget", async () => {
    const it = await start(`    task: { steps: 2, window: { life: task } }
    session: { tokens: 100000, window: { life: session } }`);
    const answers: Told[] = [];
    for (let index = 0; index < 4; index++) {
      const id = `forged-${index}`;
      const headers = { "x-task-id": id, "x-session-id": id, "x-user-id": id, "x-request-id": id };
      answers.push(await ask(it, {}, headers));
    }
    expect(statuses(answers)).toEqual([200, 200, 429, 429]);
  });

  it("nor does a caller open another's", async () => {
    const it = await start("    session: { requests: 1, window: { life: session } }");
    const call = (session: string) =>
      fetch(`${it.agentUrl}/run`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "x-session-id": session, "x-caller": session },
        body: "{}",
      });
    expect((await call("one")).status).toBe(200);
    expect((await call("one")).status).toBe(429);
    expect((await call("two")).status).toBe(200);
  });
});

describe("further attempts", () => {
  const twoTargets = (first: string) => (mockUrl: string) =>
    `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: first }
spec:
  api: openai
  baseUrl: "${first || mockUrl}"
  models: { gpt-4o: { price: { perMillion: { input: 2.5, output: 10 } } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: both }
spec: { targets: [ { provider: first, model: gpt-4o }, { provider: openai, model: gpt-4o } ] }`;

  it("cost nothing where the one before never reached anybody, and are one step", async () => {
    world = await startWorld({
      script: long,
      models: ["both"],
      agentSpec: `  limits:
    steps: { steps: 2, window: { life: task } }
    all: { tokens: 100000, window: { life: task } }`,
      documents: twoTargets("http://127.0.0.1:9"),
    });
    expect(statuses(await askOften(world, 3, { model: "both" }))).toEqual([200, 200, 429]);
    const left = (await ask(world, { model: "both" })).text;
    expect(left).toContain("steps");
    expect(world.mock.log).toHaveLength(2);
  });

  it("are charged as well where it may have worked on it", async () => {
    world = await startWorld({
      script: { rules: [{ fault: "cut-before-head", once: true }, ...(long.rules ?? [])] },
      models: ["both"],
      agentSpec: "  limits: { all: { tokens: 4000, window: { life: task } } }",
      documents: twoTargets(""),
    });
    await ask(world, { model: "both", max_tokens: 100 });
    const { headers } = await ask(world, { model: "both", max_tokens: 100 });
    const [, left] = /tokens=(\d+)/.exec(headers.get("x-sluice-budget-remaining") ?? "") ?? [];
    expect(4_000 - Number(left)).toBeGreaterThanOrEqual(tokensMade(world) - 112);
  });
});

// Owns the proof that each budget holds at the sidecar, by the provider's own log: every meter and window.

import { afterEach, describe, expect, it } from "vitest";
import type { JsonValue } from "../../core/contracts/json.ts";
import type { Script } from "../../mock/script.ts";
import { apiKey, startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

interface Told {
  readonly status: number;
  readonly refusal: string | null;
  readonly headers: Headers;
  readonly text: string;
}

async function start(limits: string, script: Script = {}, agentSpec = ""): Promise<World> {
  world = await startWorld({ script, agentSpec: `  limits:\n${limits}\n${agentSpec}` });
  return world;
}

type Call = Readonly<Record<string, JsonValue>>;

/** One call of the agent, at the sidecar's egress. */
async function ask(
  { openaiUrl }: World,
  call: Call = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const body = { model: "gpt-4o", messages: [{ role: "user", content: "Tell me a story." }], ...call };
  return told(
    await fetch(`${openaiUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );
}

async function told(response: Response): Promise<Told> {
  const { status, headers } = response;
  return { status, refusal: headers.get("x-sluice-refusal"), headers, text: await response.text() };
}

/** Until it is refused, or so often. */
async function askOften(it: World, times: number, call: Call = {}): Promise<readonly Told[]> {
  const answers: Told[] = [];
  for (let index = 0; index < times; index++) answers.push(await ask(it, call));
  return answers;
}

/** What the provider made, as it wrote it down itself. */
const tokensMade = ({ mock }: World): number =>
  mock.log.reduce((sum, entry) => sum + entry.promptTokens + entry.completionTokens, 0);
const nanoUsdMade = ({ mock }: World): number =>
  mock.log.reduce((sum, entry) => sum + entry.promptTokens * 2_500 + entry.completionTokens * 10_000, 0);
const statuses = (answers: readonly Told[]) => answers.map(({ status }) => status);
const long: Script = { rules: [{ answer: { tokens: 100 } }] };

describe.each([false, true])("tokens, stream: %s", (stream) => {
  it("are never more than the budget, by the provider's own count", async () => {
    const it = await start("    all: { tokens: 1000, window: { life: task } }", long);
    const answers = await askOften(it, 16, { stream });
    expect(tokensMade(it)).toBeLessThanOrEqual(1_000);
    expect(tokensMade(it)).toBeGreaterThanOrEqual(700);
    const last = answers.at(-1);
    expect(last).toMatchObject({ status: 429, refusal: "budget_exceeded" });
    expect(last?.headers.get("x-should-retry")).toBe("false");
    expect(last?.text).toMatch(/Limit .{1,2}all.{1,2}: \d+ left of 1000 tokens for this task\./);
  });

  it("hold for calls that come all at once", async () => {
    const it = await start("    all: { tokens: 1000, window: { life: task } }", long);
    const answers = await Promise.all(Array.from({ length: 24 }, () => ask(it, { stream })));
    expect(tokensMade(it)).toBeLessThanOrEqual(1_000);
    expect(statuses(answers)).toContain(200);
    expect(answers.some(({ refusal }) => refusal === "budget_reserved")).toBe(true);
  });

  it("hold against a provider that says less than it makes", async () => {
    const usage = { promptTokens: 1, completionTokens: 1 };
    const forged: Script = { rules: [{ answer: { tokens: 100, usage } }] };
    const it = await start("    all: { tokens: 1000, window: { life: task } }", forged);
    const answers = await askOften(it, 60, { stream, max_tokens: 100 });
    expect(answers.at(-1)?.refusal).toBe("budget_exceeded");
    // One piece of a text is counted by its bytes: never less than half of what it is.
    expect(tokensMade(it)).toBeLessThanOrEqual(stream ? 1_150 : 2_000);
  });
});

function maxIn(body: unknown): number | undefined {
  const { max_tokens, max_completion_tokens } = Object(body);
  return max_tokens ?? max_completion_tokens;
}

describe("max_tokens", () => {
  it.each([
    ["missing", undefined],
    ["huge", 1e15],
  ])("%s is what was granted", async (_, max) => {
    const it = await start("    all: { tokens: 1000, window: { life: task } }");
    expect((await ask(it, max === undefined ? {} : { max_tokens: max })).status).toBe(200);
    expect(maxIn(it.mock.log[0]?.body)).toBeLessThanOrEqual(500);
  });

  it("below nought is refused, or is what was granted", async () => {
    const it = await start("    all: { tokens: 1000, window: { life: task } }");
    await ask(it, { max_tokens: -1 });
    for (const { body } of it.mock.log) expect(maxIn(body)).toBeGreaterThan(0);
  });

  it("that is smaller than the grant goes on as it is", async () => {
    const it = await start("    all: { tokens: 1000, window: { life: task } }");
    await ask(it, { max_tokens: 7 });
    expect(it.mock.log[0]?.body).toMatchObject({ max_tokens: 7 });
  });
});

it("dollars are never more than the budget", async () => {
  const it = await start('    all: { usd: "0.008", window: { life: task } }', long);
  const answers = await askOften(it, 12);
  expect(nanoUsdMade(it)).toBeLessThanOrEqual(8_000_000);
  expect(nanoUsdMade(it)).toBeGreaterThanOrEqual(5_000_000);
  expect(answers.at(-1)).toMatchObject({ refusal: "budget_exceeded" });
  expect(answers.at(-1)?.text).toMatch(/\$0\.00\d+ left of \$0\.008 for this task/);
});

it("steps are calls of a model that were made", async () => {
  const rules = [{ fault: 500, once: true }] as const;
  const it = await start("    all: { steps: 3, window: { life: task } }", { rules });
  expect(statuses(await askOften(it, 5))).toEqual([500, 200, 200, 429, 429]);
  expect(it.mock.log).toHaveLength(3);
  expect((await ask(it)).refusal).toBe("steps_exceeded");
});

it("tool calls that are too many end the answer that asks for them", async () => {
  const toolCalls = [{ name: "search", arguments: { q: 1 } }];
  const tools = [{ type: "function", function: { name: "search", parameters: { type: "object" } } }];
  const it = await start("    all: { toolCalls: 2, window: { life: task } }", {
    rules: [{ answer: { toolCalls } }],
  });
  const answers = await askOften(it, 3, { tools });
  expect(statuses(answers)).toEqual([200, 200, 429]);
  expect(answers[2]?.refusal).toBe("tool_calls_exceeded");
});

it("requests are counted by model", async () => {
  const it = await start("    all: { requests: 1, window: { sliding: 1m }, by: [ model ] }");
  expect(statuses(await askOften(it, 2))).toEqual([200, 429]);
  expect((await ask(it, { model: "small" })).status).toBe(200);
  expect((await ask(it)).refusal).toBe("rate_limited");
});

it("and where only their condition names a model", async () => {
  const it = await start(`    all: { requests: 1, window: { sliding: 1m }, match: 'model == "small"' }`);
  expect(statuses(await askOften(it, 2))).toEqual([200, 200]);
  expect((await ask(it, { model: "small" })).status).toBe(200);
  expect((await ask(it, { model: "small" })).refusal).toBe("rate_limited");
});

it("slots by model come back", async () => {
  const it = await start("    all: { concurrency: 2, by: [ model ] }", {
    rules: [{ answer: { tokens: 5, delayMs: 300 } }],
  });
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(it)));
  expect(statuses(answers).toSorted()).toEqual([200, 200, 429, 429, 429]);
  expect((await ask(it)).status).toBe(200);
});

describe("windows", () => {
  it.each([
    ["calendar: day, zone: Europe/Berlin", "resets in"],
    ["sliding: 1h", "resets in"],
    ["life: session", "does not reset"],
  ])("{ %s }", async (window, advice) => {
    const it = await start(`    all: { steps: 2, window: { ${window} }, by: [ user ] }`);
    const answers = await askOften(it, 3);
    expect(statuses(answers)).toEqual([200, 200, 429]);
    expect(answers[2]?.text).toContain(advice);
    expect(answers[2]?.headers.get("x-should-retry")).toBe("false");
  });

  it("life: request bounds each call by itself", async () => {
    const it = await start("    all: { tokens: 600, window: { life: request } }", {
      rules: [{ answer: { tokens: 5_000 } }],
    });
    const answers = await askOften(it, 3);
    expect(statuses(answers)).toEqual([200, 200, 200]);
    for (const { promptTokens, completionTokens } of it.mock.log) {
      expect(promptTokens + completionTokens).toBeLessThanOrEqual(600);
    }
  });
});

it("a head tells what is left of the agent's own", async () => {
  const it = await start("    all: { tokens: 5000, window: { life: task } }");
  const before = (await ask(it)).headers.get("x-sluice-budget-remaining");
  const after = (await ask(it)).headers.get("x-sluice-budget-remaining");
  const [, left] = /^"all";tokens=(\d+)$/.exec(after ?? "") ?? [];
  expect(before).toMatch(/^"all";tokens=\d+$/);
  expect(Number(left)).toBeLessThan(5_000 - tokensMade(it) / 2);
});

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
spec: { api: openai, baseUrl: "${first || mockUrl}", models: { gpt-4o: { price: { perMillion: { input: 2.5, output: 10 } } } } }
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

// Owns the proof that each budget holds at the sidecar, by the provider's own log: every meter and window.

import { afterEach, describe, expect, it } from "vitest";
import type { Script } from "../../mock/script.ts";
import { ask, askOften, statuses, tokensMade } from "./budget-calls.ts";
import { startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(limits: string, script: Script = {}, agentSpec = ""): Promise<World> {
  world = await startWorld({ script, agentSpec: `  limits:\n${limits}\n${agentSpec}` });
  return world;
}

const nanoUsdMade = ({ mock }: World): number =>
  mock.log.reduce((sum, entry) => sum + entry.promptTokens * 2_500 + entry.completionTokens * 10_000, 0);
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

// Owns the proof that a script is read strictly, its mistakes are named, and its rules are picked as written.

import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import type { Rule, Script } from "../../mock/script.ts";
import { readScript } from "../../mock/script-reader.ts";
import { ask, call, chat, streamed } from "./raw-client.ts";

const examples = new URL("../../mock/scripts/", import.meta.url);

function readExample(name: string): Script {
  const reading = readScript(readFileSync(new URL(name, examples), "utf8"));
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.script;
}

let mock: MockProvider;

beforeAll(async () => {
  mock = await startMockProvider();
});

afterAll(() => mock.close());

beforeEach(() => mock.reset());

test.each([
  ["rules: [{ wen: {} }]", "/rules/0", "wen"],
  ["rules: [{ answer: { text: 7 } }]", "/rules/0/answer/text", "must be string"],
  ["rules: [{ fault: 42 }]", "/rules/0/fault", "must be >= 300"],
  ["rules: [{ fault: explode }]", "/rules/0/fault", "cut-before-head"],
  ["rules: [{ fault: delay }]", "/rules/0/fault", "must match pattern"],
  ["rules: [{ fault: { kind: explode } }]", "/rules/0/fault", "explode"],
  ["rules: [{ fault: { kind: status } }]", "/rules/0/fault", "'status'"],
  ["rules: [{ fault: { kind: stall, afterBytes: 1 } }]", "/rules/0/fault", "afterBytes"],
  ["rules: [{ when: { header: { Accept: x } } }]", "/rules/0/when/header", "must match pattern"],
  [
    'rules: [{ fault: { kind: status, status: 400, headers: { a: "b\\nc" } } }]',
    "/rules/0/fault/headers/a",
    "pattern",
  ],
  ["static: { frames: 1, frameBytes: 1 }\nrules: []", "/rules", "beside static"],
  ["seed: 1\nseed: 2", "line 2", "unique"],
  ["rules: [", "line 1", "Flow sequence"],
  ["rules: *nowhere", "/", "nowhere"],
  ["- 1", "/", "must be object"],
])("%j is refused at %s", (text, path, problem) => {
  expect(readScript(text)).toEqual({
    problems: expect.arrayContaining([{ path, problem: expect.stringContaining(problem) }]),
  });
});

test("all mistakes are told at once, and a wrong script is not taken", () => {
  const wrong = { seed: -1, rules: [{ times: 0 }] };
  expect(() => mock.setScript(wrong)).toThrow(/\/seed: must be >= 0\n\/rules\/0\/times: must be >= 1/);
});

test("an empty file is a script", () => {
  expect(readScript("")).toEqual({ script: {} });
});

test("each example is a script, and each of its faults is applied", async () => {
  expect(readdirSync(examples).sort()).toEqual(["conversation.yaml", "demo.yaml", "faults.yaml"]);
  const script = readExample("faults.yaml");
  mock.setScript(script);
  const gaveUp = new AbortController();
  for (const [index, rule] of (script.rules ?? []).entries()) {
    const body = JSON.stringify(chat("go", { ...streamed, model: rule.when?.model }));
    fetch(`${mock.url}/v1/chat/completions`, {
      method: "POST",
      body,
      signal: gaveUp.signal,
      redirect: "manual",
    })
      .then((answer) => answer.arrayBuffer())
      .catch(() => {});
    const entry = await mock.waitFor((seen) => seen.rule === index);
    const name = rule.when?.model?.replace("fault-", "");
    expect(entry.fault).toBe(/^\d+$/.test(name ?? "") ? "status" : name);
  }
  gaveUp.abort();
});

test("a conversation is told in order and then is over", async () => {
  mock.setScript(readExample("conversation.yaml"));
  const question = { role: "user", content: "How is the weather in Paris?" };
  const tools = [{ type: "function", function: { name: "get_weather" } }];
  const first = JSON.parse((await ask(mock, { model: "gpt-4o", messages: [question], tools })).text);
  const turn = first.choices[0].message;
  expect(turn.tool_calls[0].function).toEqual({ name: "get_weather", arguments: '{"city":"Paris"}' });
  const result = { role: "tool", tool_call_id: turn.tool_calls[0].id, content: "18 degrees" };
  const messages = [question, turn, result];
  expect((await ask(mock, { model: "gpt-4o", messages })).status).toBe(429);
  const last = JSON.parse((await ask(mock, { model: "gpt-4o", messages })).text);
  expect(last.choices[0].message.content).toBe("It is 18 degrees and sunny in Paris.");
  const over = JSON.parse((await ask(mock, { model: "gpt-4o", messages })).text);
  expect(over.choices[0].message.refusal).toBe("The conversation is over.");
});

async function rulesFor(rules: readonly Rule[], bodies: readonly Record<string, unknown>[]) {
  mock.setScript({ rules });
  for (const body of bodies) await ask(mock, body);
  return mock.log.map((entry) => entry.rule);
}

test("conditions on model, stream, text and role must all hold", async () => {
  const rules: Rule[] = [
    { when: { model: "o9" } },
    { when: { stream: true, text: "sea" } },
    { when: { stream: false, text: "sea" } },
    { when: { role: "system" } },
  ];
  const system = { model: "gpt-4o", messages: [{ role: "system", content: "sea" }] };
  const bodies = [chat("x", { model: "o9" }), chat("the sea", streamed), chat("the sea"), system, chat("x")];
  expect(await rulesFor(rules, bodies)).toEqual([0, 1, 2, 3, undefined]);
});

test("a header is wanted with a value, or absent", async () => {
  mock.setScript({
    rules: [
      { when: { header: { authorization: "Bearer good" } } },
      { when: { header: { authorization: null } }, fault: 401 },
    ],
  });
  for (const authorization of ["Bearer good", "Bearer bad", undefined]) {
    const headers = authorization === undefined ? {} : { authorization };
    await call(mock, { headers, body: chat("hi") });
  }
  expect(mock.log.map((entry) => [entry.rule, entry.status])).toEqual([
    [0, 200],
    [undefined, 200],
    [1, 401],
  ]);
});

test("nth, times and once count the requests that meet the rule", async () => {
  const rules: Rule[] = [
    { when: { text: "a", nth: 2 } },
    { when: { text: "a" }, times: 2 },
    { once: true },
    {},
  ];
  const bodies = ["a", "b", "a", "a", "a", "a"].map((text) => chat(text));
  expect(await rulesFor(rules, bodies)).toEqual([1, 2, 0, 1, 3, 3]);
});

test("reset gives the rules their uses back", async () => {
  await rulesFor([{ once: true }], [chat("a"), chat("a")]);
  mock.reset();
  await ask(mock, chat("a"));
  expect(mock.log.map((entry) => entry.rule)).toEqual([0]);
});

test("probability is drawn from the seed: the same requests, the same rules", async () => {
  const rules: Rule[] = [{ when: { probability: 0.5 } }];
  const bodies = Array.from({ length: 40 }, () => chat("a"));
  const drawn = await rulesFor(rules, bodies);
  const hits = drawn.filter((rule) => rule === 0).length;
  expect(hits).toBeGreaterThan(5);
  expect(hits).toBeLessThan(35);
  mock.reset();
  for (const body of bodies) await ask(mock, body);
  expect(mock.log.map((entry) => entry.rule)).toEqual(drawn);
});

test("a rule with a path is for every request on it, a rule without for model calls only", async () => {
  mock.setScript({ rules: [{ when: { path: "/v1/models" }, fault: 500 }, { fault: 429 }] });
  expect((await call(mock, { method: "GET", path: "/v1/models" })).status).toBe(500);
  mock.setScript({ rules: [{ fault: 429 }] });
  expect((await call(mock, { method: "GET", path: "/v1/models" })).status).toBe(200);
});

test("an answer's words are said as scripted", async () => {
  const usage = { promptTokens: 1_000, cachedTokens: 600, reasoningTokens: 30 };
  const answer = { text: "two words", model: "gpt-4o-2024-08-06", finishReason: "content_filter", usage };
  mock.setScript({ rules: [{ answer: { ...answer, extra: { x_new: { deep: [1] } } } }] });
  expect(JSON.parse((await ask(mock, chat("hi"))).text)).toMatchObject({
    model: "gpt-4o-2024-08-06",
    choices: [{ message: { content: "two words" }, finish_reason: "content_filter" }],
    usage: {
      prompt_tokens: 1_000,
      completion_tokens: 32,
      total_tokens: 1_032,
      prompt_tokens_details: { cached_tokens: 600 },
      completion_tokens_details: { reasoning_tokens: 30 },
    },
    x_new: { deep: [1] },
  });
  expect(mock.log[0]).toMatchObject({ completionTokens: 2 });
  const stream = await ask(mock, chat("hi", streamed));
  expect(stream.text).toContain(',"x_new":{"deep":[1]}}\n\n');
});

test("a lying provider runs past max_tokens only when told to", async () => {
  mock.setScript({ rules: [{ answer: { tokens: 50, honoursMaxTokens: false } }] });
  await ask(mock, chat("hi", { max_tokens: 5 }));
  mock.setScript({ rules: [{ answer: { tokens: 50 } }] });
  await ask(mock, chat("hi", { max_tokens: 5 }));
  expect(mock.log.map((entry) => entry.completionTokens)).toEqual([50, 5]);
});

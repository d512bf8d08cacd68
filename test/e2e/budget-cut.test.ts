// Owns the proof that a budget cuts a provider that does not stop, at its line and in every dialect, as that
// dialect's own SDK sees it.

import { afterEach, describe, expect, it } from "vitest";
import type { Script } from "../../mock/script.ts";
import { type CutClient, cutClients } from "./sdks/cut-clients.ts";
import { modelText, vendors } from "./sdks/vendors.ts";
import { startWorld, type World } from "./world.ts";

/** Of the budget, for whatever is asked: the policy says that no prompt is longer. */
const inputTokens = 20;
const budgetTokens = 200;
const line = budgetTokens - inputTokens;

const words: Readonly<Record<string, string>> = {
  "openai responses": "max_output_tokens",
  anthropic: "max_tokens",
  gemini: "MAX_TOKENS",
  "bedrock converse": "max_tokens",
  "bedrock invoke, claude": "max_tokens",
  "bedrock invoke, nova": "max_tokens",
};

const long = Array.from({ length: 5_000 }, (_, at) => `word${at % 100}`).join(" ");
const lie = { honoursMaxTokens: false, betweenMs: 1 } as const;
const lies: Readonly<Record<string, Script>> = {
  text: { rules: [{ answer: { ...lie, tokens: 5_000 } }] },
  thought: { rules: [{ answer: { ...lie, reasoning: long, text: "Yes." } }] },
  args: {
    rules: [{ answer: { ...lie, toolCalls: [{ name: "get_weather", arguments: { city: long } }] } }],
  },
};

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const translated = { "to-openai": "openai-all/gpt-5.4", "to-anthropic": "anthropic/claude-opus-5" };

async function start(script: Script): Promise<{ world: World; egressUrl: string }> {
  world = await startWorld({
    script,
    models: [...vendors.flatMap(({ models }) => Object.keys(models)), ...Object.keys(translated)],
    agentSpec: `  limits: { all: { tokens: ${budgetTokens}, window: { life: task } } }`,
    documents: (mockUrl) =>
      [
        ...vendors.flatMap((vendor) => providerText(vendor, mockUrl)),
        ...Object.entries(translated).map(([name, target]) => modelText(name, [target])),
      ].join("\n"),
    environment: {
      TEST_VENDOR_KEY: "the-operator's-own-key",
      TEST_AWS_ID: "AKIDOFTHEOPERATOR",
      TEST_AWS_SECRET: "secret-of-the-operator",
    },
  });
  return { world, egressUrl: world.openaiUrl.replace("/openai/v1", "") };
}

function providerText({ provider, api, credential, models }: (typeof vendors)[number], url: string) {
  const names = Object.values(models);
  const bounds = names.map((name) => `    "${name}": { contextTokens: ${inputTokens} }`);
  const text = `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: ${provider} }
spec:
  api: ${api}
  baseUrl: ${url}
  credential: ${credential}
  models:
${bounds.join("\n")}`;
  return [text, ...names.map((name) => modelText(name, [`${provider}/${name}`]))];
}

/** Tokens as the mock provider makes them: a word and the space before it. */
const count = (text: string) => text.match(/\s*\S{1,8}|\s+/gu)?.length ?? 0;

const clients = Object.entries(cutClients).map(([name, client]) => ({ name, client }));
const wordOf = (name: string) => words[name] ?? "length";

describe.each(clients)("a provider that lies to $name", ({ name, client }) => {
  it("is cut within a token of the line, and what was said ends well", async () => {
    const { world, egressUrl } = await start(lies.text as Script);
    const heard = await client.stream(egressUrl, client.model);
    expect(count(heard.text)).toBe(line);
    expect(heard.finish).toBe(wordOf(name));
    if (!name.includes("unasked")) expect(heard.outputTokens).toBeGreaterThanOrEqual(line);
    const entry = await world.mock.waitFor(({ ended }) => ended !== undefined);
    expect(entry.ended).toBe("client-gone");
    expect(entry.completionTokens).toBeLessThan(1_000);
    if (heard.inputTokens !== undefined) expect(heard.inputTokens).toBe(entry.promptTokens);
  });

  it.skipIf(name === "openai completions")("is cut amid its thoughts", async () => {
    const { egressUrl } = await start(lies.thought as Script);
    const heard = await client.stream(egressUrl, client.model);
    expect(count(heard.thought)).toBe(line);
    expect(heard).toMatchObject({ text: "", finish: wordOf(name) });
  });

  // These say a call at once, in one frame, or none.
  const atOnce = /gemini|ollama|completions/.test(name);
  it.skipIf(atOnce)("is cut amid the arguments of a call, which nobody takes for whole", async () => {
    const { egressUrl } = await start(lies.args as Script);
    const heard = await client.stream(egressUrl, client.model);
    // The call's own name is a token, too.
    expect(count(heard.args)).toBe(line - 1);
    expect(() => JSON.parse(heard.args)).toThrow();
    expect(heard.finish).toBe(wordOf(name));
  });
});

const hub = ["openai chat", "anthropic", "gemini", "bedrock converse"] as const;
const pairs = hub.flatMap((name) => Object.keys(translated).map((model) => ({ name, model })));

describe.each(pairs)("a provider of another vendor that lies to $name, $model", ({ name, model }) => {
  const { stream } = cutClients[name] as CutClient;

  it.each(["text", "thought"] as const)("is cut amid its %s", async (kind) => {
    const { egressUrl } = await start(lies[kind] as Script);
    const heard = await stream(egressUrl, model);
    expect(count(heard[kind])).toBe(line);
    expect(heard.finish).toBe(wordOf(name));
  });

  it.skipIf(name === "gemini")("is cut amid the arguments of a call", async () => {
    const { egressUrl } = await start(lies.args as Script);
    const heard = await stream(egressUrl, model);
    expect(count(heard.args)).toBe(line - 1);
    expect(heard.finish).toBe(wordOf(name));
  });
});

describe.each(clients)("a provider that is honest to $name", ({ name, client }) => {
  it("stops by itself at what it was told, which is no more than what is left", async () => {
    const { world, egressUrl } = await start({ rules: [{ answer: { tokens: 5_000 } }] });
    const heard = await client.stream(egressUrl, client.model);
    const [entry] = world.mock.log;
    expect(entry?.ended).toBe("done");
    expect(entry?.completionTokens).toBe(count(heard.text));
    expect(entry?.completionTokens).toBeLessThanOrEqual(line);
    expect(entry?.completionTokens).toBeGreaterThan(0);
    expect(heard.finish).toBe(wordOf(name));
  });
});

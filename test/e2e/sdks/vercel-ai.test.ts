// Owns what the AI SDK sees through the sidecar with its own providers.

import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { APICallError, embed, generateText, jsonSchema, Output, streamText, tool } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  brokenStreams,
  readAll,
  startVendorWorld,
  twoCalls,
  type VendorWorld,
  weatherSchema,
} from "./vendors.ts";

const apiKey = "the-agent-has-none";
const weather = tool({
  inputSchema: jsonSchema<{ city: string }>(weatherSchema),
  execute: ({ city }) => `18 degrees in ${city}`,
});
const tools = { get_weather: weather };

const chat = (world: VendorWorld) =>
  createOpenAI({ apiKey, baseURL: `${world.urlOf("openai-all")}/v1` }).chat("gpt-5.4");
const responses = (world: VendorWorld) =>
  createOpenAI({ apiKey, baseURL: `${world.urlOf("openai-all")}/v1` })("gpt-5.4");
const anthropic = (world: VendorWorld) =>
  createAnthropic({ apiKey, baseURL: `${world.urlOf("anthropic")}/v1` })("claude-opus-5");
const google = (world: VendorWorld) =>
  createGoogleGenerativeAI({ apiKey, baseURL: `${world.urlOf("gemini")}/v1beta` })("gemini-3-flash");

let world: VendorWorld;

beforeAll(async () => {
  world = await startVendorWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

describe.each([
  ["openai.chat", chat],
  ["openai", responses],
  ["anthropic", anthropic],
  ["google", google],
])("the AI SDK with %s through the sidecar", (_name, modelOf) => {
  it("says text and tells its usage", async () => {
    const { text, usage } = await generateText({ model: modelOf(world), prompt: "hello" });
    expect(text).not.toBe("");
    expect(usage.outputTokens).toBe(world.mock.log[0]?.completionTokens);
  });

  it("streams, runs two tools at once and goes on", async () => {
    world.mock.setScript({
      rules: [{ when: { role: "tool" }, answer: { text: "Sunny in both." } }, { answer: twoCalls }],
    });
    const { fullStream } = streamText({
      model: modelOf(world),
      prompt: "hello",
      tools,
      stopWhen: ({ steps }) => steps.length === 2,
      onError: ({ error }) => {
        throw error;
      },
    });
    const parts = await readAll(fullStream);
    const inputs = parts.flatMap((part) => (part.type === "tool-call" ? [part.input] : []));
    expect(inputs).toEqual(twoCalls.toolCalls.map((call) => call.arguments));
    const text = parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");
    expect(text).toBe(`${twoCalls.text}Sunny in both.`);
  });

  it("parses an object", async () => {
    world.mock.setScript({ rules: [{ answer: { text: '{"city":"Paris"}' } }] });
    const output = Output.object({ schema: jsonSchema<{ city: string }>(weatherSchema) });
    const answer = await generateText({ model: modelOf(world), prompt: "hello", output });
    expect(answer.output).toEqual({ city: "Paris" });
  });

  it.each([401, 429, 500])("raises its error for the provider's %i", async (fault) => {
    world.mock.setScript({ rules: [{ fault }] });
    const asked = generateText({ model: modelOf(world), prompt: "hello", maxRetries: 0 });
    const error = await asked.catch((caught: unknown) => caught);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: fault });
  });

  it.each(brokenStreams)("tells an error, and runs no tool, where the stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames: 4 } }] });
    const errors: unknown[] = [];
    const { fullStream } = streamText({
      model: modelOf(world),
      prompt: "hello",
      tools,
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    });
    const parts = await readAll(fullStream).catch(() => []);
    expect(errors.length).toBeGreaterThan(0);
    expect(parts.filter(({ type }) => type === "tool-result")).toEqual([]);
  });
});

describe("the AI SDK", () => {
  it("embeds, and raises its error for Sluice's refusals", async () => {
    const openai = createOpenAI({ apiKey, baseURL: `${world.urlOf("openai-all")}/v1` });
    const model = openai.embedding("text-embedding-3-small");
    expect((await embed({ model, value: "one" })).embedding).toHaveLength(1_536);
    const denied = generateText({ model: openai.chat("gpt-forbidden"), prompt: "hello", maxRetries: 0 });
    const error = await denied.catch((caught: unknown) => caught);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 403, isRetryable: false });
  });
});

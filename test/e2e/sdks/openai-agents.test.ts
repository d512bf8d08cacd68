// Owns what OpenAI's Agents SDK sees through the sidecar: a run with tools, streamed and not, and its errors.

import { Agent, OpenAIProvider, Runner, tool } from "@openai/agents";
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  brokenStreams,
  readAll,
  startVendorWorld,
  twoCalls,
  type VendorWorld,
  weatherSchema,
} from "./vendors.ts";

let world: VendorWorld;
const called: unknown[] = [];

beforeAll(async () => {
  world = await startVendorWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
  called.length = 0;
});

function makeAgent(model = "gpt-5.4"): Agent {
  const weather = tool({
    name: "get_weather",
    description: "The weather of a city.",
    parameters: { ...weatherSchema, additionalProperties: true as const },
    strict: false,
    execute: (input) => {
      called.push(input);
      return "18 degrees";
    },
  });
  return new Agent({ name: "weather", instructions: "Be brief.", model, tools: [weather] });
}

describe.each([
  ["chat completions", false],
  ["responses", true],
])("the Agents SDK over %s through the sidecar", (_name, useResponses) => {
  const makeRunner = () => {
    const openAIClient = new OpenAI({
      baseURL: `${world.urlOf("openai-all")}/v1`,
      apiKey: "the-agent-has-none",
      maxRetries: 0,
      logLevel: "off",
    });
    const modelProvider = new OpenAIProvider({ openAIClient: openAIClient as never, useResponses });
    return new Runner({ modelProvider, tracingDisabled: true });
  };
  const rules = [{ when: { role: "tool" }, answer: { text: "Sunny in both." } }, { answer: twoCalls }];

  it("runs both tools and says what it found", async () => {
    world.mock.setScript({ rules });
    const result = await makeRunner().run(makeAgent(), "hello");
    expect(result.finalOutput).toBe("Sunny in both.");
    expect(called).toEqual(twoCalls.toolCalls.map((call) => call.arguments));
  });

  it("does so in a stream", async () => {
    world.mock.setScript({ rules });
    const result = await makeRunner().run(makeAgent(), "hello", { stream: true });
    await readAll(result.toStream());
    await result.completed;
    expect(result.finalOutput).toBe("Sunny in both.");
    expect(called).toEqual(twoCalls.toolCalls.map((call) => call.arguments));
  });

  it("raises the client's exceptions for the provider's errors and for Sluice's refusals", async () => {
    world.mock.setScript({ rules: [{ fault: 429 }] });
    await expect(makeRunner().run(makeAgent(), "hello")).rejects.toMatchObject({ status: 429 });
    const denied = makeRunner().run(makeAgent("gpt-forbidden"), "hello");
    await expect(denied).rejects.toMatchObject({ status: 403 });
  });

  it.each(brokenStreams)("runs no tool and raises where the stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames: 4 } }] });
    const run = async () => {
      const result = await makeRunner().run(makeAgent(), "hello", { stream: true });
      await readAll(result.toStream());
      await result.completed;
    };
    await expect(run()).rejects.toBeInstanceOf(APIError);
    expect(called).toEqual([]);
  });
});

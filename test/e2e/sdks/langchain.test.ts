// Owns what LangChain's OpenAI package sees through the sidecar: answers, streams, tools, structures, errors.

import { AIMessageChunk, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  brokenStreams,
  readAll,
  startVendorWorld,
  twoCalls,
  type VendorWorld,
  weatherSchema,
} from "./vendors.ts";

const model = "gpt-5.4";
const weather = tool(({ city }: { city: string }) => `18 degrees in ${city}`, {
  name: "get_weather",
  description: "The weather of a city.",
  schema: weatherSchema,
});

let world: VendorWorld;

beforeAll(async () => {
  world = await startVendorWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

function settings() {
  const configuration = { baseURL: `${world.urlOf("openai-all")}/v1` };
  return { model, apiKey: "the-agent-has-none", maxRetries: 0, configuration };
}

describe.each([
  ["chat completions", false],
  ["responses", true],
])("LangChain over %s through the sidecar", (_name, useResponsesApi) => {
  const make = () => new ChatOpenAI({ ...settings(), useResponsesApi });

  it("gets an answer and its usage", async () => {
    const answer = await make().invoke("hello");
    expect(answer.text).not.toBe("");
    const { completionTokens } = world.mock.log[0] ?? {};
    expect(answer).toMatchObject({ usage_metadata: { output_tokens: completionTokens } });
  });

  it("gets two calls out of a stream and goes on with their results", async () => {
    world.mock.setScript({
      rules: [{ when: { role: "tool" }, answer: { text: "Sunny in both." } }, { answer: twoCalls }],
    });
    const llm = make().bindTools([weather]);
    const question = new HumanMessage("hello");
    const chunks = await readAll(await llm.stream([question]));
    const whole = chunks
      .slice(1)
      .reduce((sum, chunk) => sum.concat(chunk), chunks[0] ?? new AIMessageChunk(""));
    const calls = whole.tool_calls ?? [];
    expect(calls.map(({ args }) => args)).toEqual(twoCalls.toolCalls.map((call) => call.arguments));
    const results = calls.map(
      ({ id = "", name }) => new ToolMessage({ tool_call_id: id, name, content: "18 degrees" }),
    );
    expect((await llm.invoke([question, whole, ...results])).text).toBe("Sunny in both.");
  });

  it("gets a structured answer", async () => {
    world.mock.setScript({ rules: [{ answer: { text: '{"city":"Paris"}' } }] });
    const llm = make().withStructuredOutput(weatherSchema, { method: "jsonSchema" });
    expect(await llm.invoke("hello")).toEqual({ city: "Paris" });
  });

  it.each([401, 404, 429, 500])("raises for the provider's %i", async (fault) => {
    world.mock.setScript({ rules: [{ fault }] });
    await expect(make().invoke("hello")).rejects.toMatchObject({ status: fault });
  });

  it.each(brokenStreams)("raises where the stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames: 4 } }] });
    const read = make().stream("hello").then(readAll);
    await expect(read).rejects.toThrow();
  });

  it.each(brokenStreams)("hands over no message, and no call in it, where it suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames: 9 } }] });
    const ended: string[] = [];
    const callbacks = [
      { handleLLMEnd: () => void ended.push("end"), handleLLMError: () => void ended.push("error") },
    ];
    const llm = new ChatOpenAI({ ...settings(), useResponsesApi, streaming: true }).bindTools([weather]);
    await expect(llm.invoke("hello", { callbacks })).rejects.toThrow();
    expect(ended).toEqual(["error"]);
  });
});

describe("LangChain", () => {
  it("embeds, and raises for Sluice's refusals", async () => {
    const embeddings = new OpenAIEmbeddings({ ...settings(), model: "text-embedding-3-small" });
    expect(await embeddings.embedDocuments(["one", "two"])).toHaveLength(2);
    const denied = new ChatOpenAI({ ...settings(), model: "gpt-forbidden" }).invoke("hello");
    await expect(denied).rejects.toMatchObject({ status: 403 });
  });
});

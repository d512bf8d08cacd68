// Owns the proof that a call to a tool which is cut on its way never reaches the openai SDK as a whole one.
// Knows no other client.

import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { modelText, startVendorWorld, twoCalls, type VendorWorld, weatherSchema } from "./vendors.ts";

const targets: Readonly<Record<string, string>> = {
  "to-anthropic": "anthropic/claude-opus-5",
  "to-gemini": "gemini/gemini-3-flash",
  "to-bedrock": "bedrock/us.anthropic.claude-opus-5-v1:0",
};
const models = ["gpt-5.4", ...Object.keys(targets)];

/** The text and both calls are said within them, by each of the vendors. */
const framesMax = 24;
const wholes = twoCalls.toolCalls.map((call) => JSON.stringify(call.arguments));

let world: VendorWorld;
let client: OpenAI;

beforeAll(async () => {
  const documents = Object.entries(targets).map(([name, target]) => modelText(name, [target]));
  world = await startVendorWorld(documents.join("\n"), Object.keys(targets));
  const settings = { apiKey: "the-agent-has-none", maxRetries: 0, logLevel: "off" as const };
  client = new OpenAI({ baseURL: `${world.urlOf("openai-all")}/v1`, ...settings });
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
});

/** Arguments of the calls that the SDK said to be done, and what it raised. */
interface Heard {
  readonly done: string[];
  readonly raised: unknown;
}

async function responses(model: string): Promise<Heard> {
  const tool = { type: "function" as const, name: "get_weather", parameters: weatherSchema, strict: false };
  const stream = client.responses.stream({ model, input: "hello", tools: [tool], store: false });
  const done: string[] = [];
  stream.on("event", (event) => {
    if (event.type === "response.function_call_arguments.done") done.push(event.arguments);
    if (event.type === "response.output_item.done" && event.item.type === "function_call") {
      done.push(event.item.arguments);
    }
  });
  return { raised: await stream.finalResponse().catch((error: unknown) => error), done };
}

async function chat(model: string): Promise<Heard> {
  const tool = { type: "function" as const, function: { name: "get_weather", parameters: weatherSchema } };
  const messages = [{ role: "user" as const, content: "hello" }];
  const stream = client.chat.completions.stream({ model, messages, tools: [tool] });
  const done: string[] = [];
  stream.on("tool_calls.function.arguments.done", (call) => done.push(call.arguments));
  return { raised: await stream.finalChatCompletion().catch((error: unknown) => error), done };
}

const cases = [
  { name: "responses", hear: responses },
  { name: "chat completions", hear: chat },
].flatMap((api) => models.map((model) => ({ ...api, model })));

describe.each(cases)("$name, $model", ({ hear, model }) => {
  it.each(["cut", "malformed", "error-in-stream"] as const)("raises, wherever it is: %s", async (kind) => {
    for (let afterFrames = 1; afterFrames <= framesMax; afterFrames++) {
      world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames } }] });
      const { raised, done } = await hear(model);
      expect([afterFrames, raised]).toEqual([afterFrames, expect.any(APIError)]);
      for (const args of done) expect(wholes).toContain(args);
    }
  });

  it("says of calls that are not cut that they are done", async () => {
    world.mock.setScript({ rules: [{ answer: twoCalls }] });
    const { raised, done } = await hear(model);
    expect(raised).not.toBeInstanceOf(Error);
    expect(new Set(done)).toEqual(new Set(wholes));
  });
});

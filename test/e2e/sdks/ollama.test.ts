// Owns what the official ollama SDK sees through the sidecar: answers, streams, tools, and its own error.

import { Ollama } from "ollama";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  brokenAnswers,
  brokenStreams,
  readAll,
  startVendorWorld,
  twoCalls,
  type VendorWorld,
  weatherSchema,
} from "./vendors.ts";

const asked = { model: "llama3.1", messages: [{ role: "user", content: "hello" }] };
const tools = [
  { type: "function", function: { name: "get_weather", description: "", parameters: weatherSchema } },
];

describe("the ollama SDK through the sidecar", () => {
  let world: VendorWorld;
  let client: Ollama;

  beforeAll(async () => {
    world = await startVendorWorld();
    client = new Ollama({ host: world.urlOf("ollama") });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.mock.setScript({});
    world.mock.reset();
  });

  it("gets an answer with its counts, and lists the agent's models", async () => {
    const answer = await client.chat(asked);
    expect(answer.eval_count).toBe(world.mock.log[0]?.completionTokens);
    const names = (await client.list()).models.map(({ name }) => name);
    expect(names).toContain("llama3.1");
    expect(names).not.toContain("forbidden");
  });

  it("gets a stream with thought, text and two calls", async () => {
    world.mock.setScript({ rules: [{ answer: { ...twoCalls, reasoning: "Two towns." } }] });
    const lines = await readAll(await client.chat({ ...asked, tools, stream: true }));
    expect(lines.map(({ message }) => message.content).join("")).toBe(twoCalls.text);
    expect(lines.map(({ message }) => message.thinking ?? "").join("")).toBe("Two towns.");
    const calls = lines.flatMap(({ message }) => message.tool_calls ?? []);
    expect(calls.map((call) => call.function)).toEqual(twoCalls.toolCalls);
  });

  it("raises its error for the provider's errors and for Sluice's refusals", async () => {
    world.mock.setScript({ rules: [{ fault: 500 }] });
    await expect(client.chat(asked)).rejects.toMatchObject({ status_code: 500 });
    const denied = client.chat({ ...asked, model: "llama-forbidden" });
    await expect(denied).rejects.toMatchObject({ status_code: 403 });
    await expect(client.delete({ model: "llama3.1" })).rejects.toMatchObject({ status_code: 403 });
  });

  it.each(brokenStreams)("raises where the provider's stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: { kind, afterFrames: 4 } }] });
    const read = client.chat({ ...asked, stream: true }).then(readAll);
    await expect(read).rejects.toThrow();
  });

  it.each(brokenAnswers)("raises where the provider's answer is not to be trusted: %s", async (kind) => {
    world.mock.setScript({ rules: [{ fault: kind }] });
    await expect(client.chat(asked)).rejects.toMatchObject({ status_code: 502 });
  });
});

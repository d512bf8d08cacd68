// Owns what a Model does whose targets are another vendor's than the agent's SDK: skipped targets, the usage
// chunk, the bill.

import OpenAI, { BadRequestError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { modelText, readAll, startVendorWorld, type VendorWorld } from "./sdks/vendors.ts";

const messages = [{ role: "user" as const, content: "hello" }];
const odd = { messages, logit_bias: { "5": 1 } };

let world: VendorWorld;
let client: OpenAI;

beforeAll(async () => {
  const models = {
    "at-gemini": ["gemini/gemini-3-flash"],
    "at-anthropic": ["anthropic/claude-opus-5"],
    "at-both": ["gemini/gemini-3-flash", "openai-all/gpt-5.4"],
  };
  const documents = Object.entries(models).map(([name, targets]) => modelText(name, targets));
  world = await startVendorWorld(documents.join("\n"), Object.keys(models));
  const settings = { apiKey: "the-agent-has-none", maxRetries: 0, logLevel: "off" as const };
  client = new OpenAI({ baseURL: `${world.urlOf("openai-all")}/v1`, ...settings });
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

describe("a call with a field that a target cannot carry", () => {
  it("is refused by that field's name where there is no other target", async () => {
    await expect(client.chat.completions.create({ model: "at-gemini", ...odd })).rejects.toMatchObject({
      constructor: BadRequestError,
      code: "call_uncarried",
      message: expect.stringContaining("`logit_bias`"),
    });
    expect(world.mock.log).toEqual([]);
  });

  it("goes to the next that can, as it came", async () => {
    await client.chat.completions.create({ model: "at-both", ...odd });
    expect(world.mock.log).toMatchObject([{ body: { ...odd, model: "gpt-5.4" } }]);
    const skipped = world.sidecarLog.findLast(({ event }) => event === "llm.fallback");
    expect(skipped).toMatchObject({ from_model: "gemini-3-flash", reason: "call_uncarried" });
  });

  it("is instructions alone where somebody has to have spoken", async () => {
    const told = [{ role: "system" as const, content: "Be brief." }];
    for (const model of ["at-anthropic", "at-gemini"]) {
      await expect(client.chat.completions.create({ model, messages: told })).rejects.toMatchObject({
        code: "call_uncarried",
        message: expect.stringMatching(/`(messages|contents)`/),
      });
    }
    expect(world.mock.log).toEqual([]);
  });
});

describe("a translated answer", () => {
  it("shows an extra chunk of usage to those alone who asked for it", async () => {
    const asked = { model: "at-anthropic", messages, stream: true } as const;
    const plain = await readAll(await client.chat.completions.create(asked));
    expect(plain.every(({ choices, usage }) => choices.length === 1 && !usage)).toBe(true);
    const options = { stream_options: { include_usage: true } };
    const told = await readAll(await client.chat.completions.create({ ...asked, ...options }));
    expect(told.at(-1)?.usage?.completion_tokens).toBe(world.mock.log[1]?.completionTokens);
  });

  it("goes out with our words for the body, and no header of the agent's own vendor", async () => {
    await client.chat.completions.create(
      { model: "at-anthropic", messages },
      { headers: { "openai-beta": "x" } },
    );
    const { headers = {} } = world.mock.log[0] ?? {};
    expect(headers["content-type"]).toBe("application/json");
    expect(headers["anthropic-version"]).toBe("2023-06-01");
    expect([headers.accept, headers["openai-beta"]]).toEqual([undefined, undefined]);
  });

  it("is charged what its own vendor says, at that vendor's price", async () => {
    const { usage } = await client.chat.completions.create({ model: "at-anthropic", messages });
    const line = world.sidecarLog.findLast(({ model }) => model === "at-anthropic");
    const { prompt_tokens: input = 0, completion_tokens: output = 0 } = usage ?? {};
    expect(line).toMatchObject({ input_tokens: input, output_tokens: output });
    expect(JSON.stringify(line)).toContain(String((input * 1 + output * 2) / 1_000_000));
  });
});

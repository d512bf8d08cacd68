// Owns what the openai SDK sees of a server or a model that knows one of OpenAI's two ways to chat. Knows no
// other client.

import OpenAI, { BadRequestError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readAll, startVendorWorld, twoCalls, type VendorWorld } from "./vendors.ts";

let world: VendorWorld;

beforeAll(async () => {
  world = await startVendorWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

const clientOf = (provider: string) =>
  new OpenAI({
    baseURL: `${world.urlOf(provider)}/v1`,
    ...{ apiKey: "the-agent-has-none", maxRetries: 0, logLevel: "off" as const },
  });
const messages = [{ role: "user" as const, content: "hello" }];
const dialects = () => world.mock.log.map(({ dialect }) => dialect);

describe("a server that only chats", () => {
  const model = "qwen-3";

  it("answers a client of responses, whole and streamed, on its own provider and on another's", async () => {
    world.mock.setScript({ rules: [{ answer: twoCalls }] });
    for (const provider of ["chatting", "openai-all"]) {
      const { responses } = clientOf(provider);
      const whole = await responses.create({ model, input: "hello", store: false });
      const streamed = await responses.stream({ model, input: "hello", store: false }).finalResponse();
      for (const said of [whole, streamed]) {
        expect(said.output_text).toBe(twoCalls.text);
        expect(said.usage?.output_tokens).toBe(world.mock.log.at(-1)?.completionTokens);
        const calls = said.output.flatMap((item) => (item.type === "function_call" ? [item.arguments] : []));
        expect(calls.map((args) => JSON.parse(args))).toEqual(
          twoCalls.toolCalls.map((call) => call.arguments),
        );
      }
    }
    expect(new Set(dialects())).toEqual(new Set(["openai-chat"]));
  });

  it("hears a client of its own way as it came", async () => {
    const asked = { model, messages, seed: 7, logit_bias: { "1": 2 } };
    await clientOf("chatting").chat.completions.create(asked);
    expect(world.mock.log[0]).toMatchObject({ dialect: "openai-chat", body: asked });
  });

  it("is not asked for what it has no word for", async () => {
    const asked = clientOf("chatting").responses.create({
      model,
      input: "a",
      previous_response_id: "resp_1",
    });
    const refused = await asked.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    expect(world.mock.log).toHaveLength(0);
    const unwritable = { model, input: "a", background: true, store: true };
    await expect(clientOf("chatting").responses.create(unwritable)).rejects.toThrow(/`background`/);
    await expect(clientOf("chatting").responses.create(unwritable)).rejects.toBeInstanceOf(BadRequestError);
  });
});

describe("a model that only responds", () => {
  it("answers a client of chat completions, whole and streamed", async () => {
    world.mock.setScript({ rules: [{ answer: { text: "Sunny" } }] });
    const { completions } = clientOf("responding").chat;
    const whole = await completions.create({ model: "o1-pro", messages });
    const chunks = await readAll(await completions.create({ model: "o1-pro", messages, stream: true }));
    expect(whole.choices[0]?.message.content).toBe("Sunny");
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("Sunny");
    expect(whole.usage?.completion_tokens).toBe(world.mock.log[0]?.completionTokens);
    expect(dialects()).toEqual(["openai-responses", "openai-responses"]);
    expect(world.mock.log[0]?.body).toMatchObject({ store: false });
  });
});

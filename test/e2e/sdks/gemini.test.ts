// Owns what the official Google SDK sees through the sidecar: answers, streams, tools, and its own error.

import { ApiError, type GenerateContentParameters, GoogleGenAI, type Part } from "@google/genai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  brokenAnswers,
  brokenStreams,
  readAll,
  startVendorWorld,
  twoCalls,
  type VendorWorld,
  vendorKey,
  weatherSchema,
} from "./vendors.ts";

const model = "gemini-3-flash";
const asked = { model, contents: "hello" };
const tools = [{ functionDeclarations: [{ name: "get_weather", parametersJsonSchema: weatherSchema }] }];
const made = twoCalls.toolCalls.map((call) => ({ name: call.name, args: call.arguments }));

/** What is shown of a stream, and what it raises then. */
async function partsOf(
  client: GoogleGenAI,
  asked: GenerateContentParameters,
): Promise<{ readonly parts: readonly Part[]; readonly error: unknown }> {
  const parts: Part[] = [];
  try {
    for await (const { candidates } of await client.models.generateContentStream(asked)) {
      parts.push(...(candidates?.[0]?.content?.parts ?? []));
    }
  } catch (error) {
    return { parts, error };
  }
  return { parts, error: undefined };
}

describe("the Google SDK through the sidecar", () => {
  let world: VendorWorld;
  let client: GoogleGenAI;

  beforeAll(async () => {
    world = await startVendorWorld();
    const httpOptions = { baseUrl: world.urlOf("gemini") };
    client = new GoogleGenAI({ apiKey: "the-agent-has-none", httpOptions });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.mock.setScript({});
    world.mock.reset();
  });

  it("gets an answer, and the provider gets the operator's key and nothing of the agent", async () => {
    const answer = await client.models.generateContent(asked);
    const [entry] = world.mock.log;
    expect(answer.usageMetadata?.candidatesTokenCount).toBe(entry?.completionTokens);
    expect(entry?.headers["x-goog-api-key"]).toBe(vendorKey);
    expect(JSON.stringify(entry)).not.toContain("the-agent-has-none");
  });

  it("gets a stream with thought, text and two calls, and its usage", async () => {
    world.mock.setScript({ rules: [{ answer: { ...twoCalls, reasoning: "Two towns." } }] });
    const chunks = await readAll(await client.models.generateContentStream({ ...asked, config: { tools } }));
    const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    const thoughts = parts.filter(({ thought }) => thought === true);
    const words = parts.filter(({ thought }) => thought !== true);
    expect(thoughts.map(({ text }) => text).join("")).toBe("Two towns.");
    expect(words.map(({ text }) => text ?? "").join("")).toBe(twoCalls.text);
    expect(parts.flatMap(({ functionCall }) => functionCall ?? [])).toMatchObject(made);
    const { candidatesTokenCount = 0, thoughtsTokenCount = 0 } = chunks.at(-1)?.usageMetadata ?? {};
    expect(candidatesTokenCount + thoughtsTokenCount).toBe(world.mock.log[0]?.completionTokens);
  });

  it("goes on after a tool's result", async () => {
    world.mock.setScript({
      rules: [{ when: { role: "tool" }, answer: { text: "Sunny." } }, { answer: twoCalls }],
    });
    const chat = client.chats.create({ model, config: { tools } });
    const first = await chat.sendMessage({ message: "hello" });
    expect(first.functionCalls).toMatchObject(made);
    const message = made.map(({ name }) => ({ functionResponse: { name, response: { output: "18" } } }));
    expect((await chat.sendMessage({ message })).text).toBe("Sunny.");
  });

  it("parses structured output, counts tokens, embeds, and lists the agent's models", async () => {
    world.mock.setScript({ rules: [{ answer: { text: '{"city":"Paris"}' } }] });
    const config = { responseMimeType: "application/json", responseJsonSchema: weatherSchema };
    const answer = await client.models.generateContent({ ...asked, config });
    expect(JSON.parse(answer.text ?? "")).toEqual({ city: "Paris" });
    expect((await client.models.countTokens(asked)).totalTokens).toBe(world.mock.log[1]?.promptTokens);
    const embedded = await client.models.embedContent({
      model: "gemini-embedding-001",
      contents: ["a", "b"],
    });
    expect(embedded.embeddings).toHaveLength(2);
    const names = (await readAll(await client.models.list())).map(({ name }) => name);
    expect(names).toContain(`models/${model}`);
    expect(names).not.toContain("models/forbidden");
  });

  it.each([400, 401, 403, 404, 429, 500, 503])("raises its error for the provider's %i", async (fault) => {
    world.mock.setScript({ rules: [{ fault }] });
    const error = await client.models.generateContent(asked).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: fault });
  });

  it("raises its error for Sluice's refusals, and nothing reaches the provider", async () => {
    const denied = client.models.generateContent({ ...asked, model: "gemini-forbidden" });
    const error = await denied.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 403, message: expect.stringContaining("PERMISSION_DENIED") });
    const hosted = client.models.generateContent({ ...asked, config: { tools: [{ googleSearch: {} }] } });
    await expect(hosted).rejects.toMatchObject({ status: 403 });
    await expect(client.files.get({ name: "files/x" })).rejects.toBeInstanceOf(ApiError);
    expect(world.mock.log).toHaveLength(0);
  });

  it.each(brokenStreams)("raises where the provider's stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: { kind, afterFrames: 4 } }] });
    const read = client.models.generateContentStream(asked).then(readAll);
    await expect(read).rejects.toBeInstanceOf(ApiError);
  });

  it.each(brokenStreams)(
    "never shows a part of a call where the provider's stream suffers: %s",
    async (kind) => {
      const { length } = twoCalls.text.split(" ");
      for (const afterFrames of [length, length + 1]) {
        world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames } }] });
        const { parts, error } = await partsOf(client, { ...asked, config: { tools } });
        expect(error).toBeInstanceOf(ApiError);
        expect(parts.flatMap(({ functionCall }) => functionCall ?? [])).toMatchObject(
          made.slice(0, afterFrames - length),
        );
      }
    },
  );

  it.each(brokenAnswers)("raises where the provider's answer is not to be trusted: %s", async (kind) => {
    world.mock.setScript({ rules: [{ fault: kind }] });
    await expect(client.models.generateContent(asked)).rejects.toMatchObject({ status: 502 });
  });
});

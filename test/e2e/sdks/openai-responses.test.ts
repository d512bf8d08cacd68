// Owns what the official openai SDK sees of responses through the sidecar: whole, streamed, kept, refused.

import OpenAI, { APIError, InternalServerError, PermissionDeniedError, RateLimitError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../world.ts";
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

const model = "gpt-5.4";
const tool = { type: "function" as const, name: "get_weather", parameters: weatherSchema, strict: false };

let world: VendorWorld;
let client: OpenAI;

beforeAll(async () => {
  world = await startVendorWorld();
  const settings = { apiKey: "the-agent-has-none", maxRetries: 0, logLevel: "off" as const };
  client = new OpenAI({ baseURL: `${world.urlOf("openai-all")}/v1`, ...settings });
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

describe("responses", () => {
  it("answers, and nothing but the credential is changed on the way", async () => {
    const asked = { model, input: "hello", instructions: "Be brief.", metadata: { run: "1" }, store: false };
    const response = await client.responses.create(asked);
    const [entry] = world.mock.log;
    expect(response.output_text).not.toBe("");
    expect(entry).toMatchObject({ body: asked, headers: { authorization: `Bearer ${vendorKey}` } });
    expect(response.usage?.output_tokens).toBe(entry?.completionTokens);
  });

  it("streams thought, text and two calls", async () => {
    world.mock.setScript({
      rules: [{ answer: { ...twoCalls, reasoning: "Two towns.", obfuscation: true } }],
    });
    const stream = client.responses.stream({ model, input: "hello", tools: [tool], store: false });
    const types = (await readAll(stream)).map(({ type }) => type);
    const final = await stream.finalResponse();
    expect(final.output_text).toBe(twoCalls.text);
    const made = final.output.filter((item) => item.type === "function_call");
    expect(made.map((call) => JSON.parse(call.arguments))).toEqual(
      twoCalls.toolCalls.map((call) => call.arguments),
    );
    expect(types).toContain("response.reasoning_summary_text.delta");
    expect(final.usage?.output_tokens).toBe(world.mock.log[0]?.completionTokens);
  });

  it("parses structured output", async () => {
    world.mock.setScript({ rules: [{ answer: { text: '{"city":"Paris"}' } }] });
    const format = { type: "json_schema" as const, name: "town", schema: weatherSchema, strict: false };
    const response = await client.responses.parse({ model, input: "hello", text: { format }, store: false });
    expect(response.output_parsed).toEqual({ city: "Paris" });
  });

  it("fetches what it made in the background, and pays for it once", async () => {
    // No other test asks for this model, or for a response that is kept.
    const bills = (requests: number) =>
      eventually(() => {
        const lines = world.sidecarLog.filter(
          (line) => line.model === "o3-pro" || String(line.route).endsWith("/responses/*"),
        );
        return lines.length === requests && lines.map((line) => Number(line.cost_usd));
      });
    const queued = await client.responses.create({ model: "o3-pro", input: "hello", background: true });
    expect(queued.status).toBe("queued");
    const [assumed = 0] = await bills(1);
    await client.responses.retrieve(queued.id);
    const done = await client.responses.retrieve(queued.id);
    const again = await client.responses.retrieve(queued.id);
    expect([done.status, again.output_text]).toEqual(["completed", done.output_text]);
    const events = await readAll(await client.responses.retrieve(queued.id, { stream: true }));
    expect(events.at(-1)?.type).toBe("response.completed");
    const { input_tokens: input = 0, output_tokens: output = 0 } = done.usage ?? {};
    const rest = (input + output * 2) / 1_000_000 - assumed;
    const fetched = (await bills(5)).slice(1).filter((bill) => bill > 0);
    expect(fetched).toEqual([expect.closeTo(rest, 9)]);
  });

  it.each([
    [429, RateLimitError],
    [500, InternalServerError],
  ])("raises the SDK's exception for the provider's %i", async (fault, exception) => {
    world.mock.setScript({ rules: [{ fault }] });
    await expect(client.responses.create({ model, input: "hello" })).rejects.toBeInstanceOf(exception);
  });

  it("raises the SDK's exceptions for Sluice's refusals", async () => {
    const denied = client.responses.create({ model: "gpt-forbidden", input: "hello" });
    await expect(denied).rejects.toBeInstanceOf(PermissionDeniedError);
    const hosted = client.responses.create({ model, input: "hello", tools: [{ type: "web_search" }] });
    await expect(hosted).rejects.toBeInstanceOf(PermissionDeniedError);
    await expect(client.responses.create({ input: "hello" })).rejects.toBeInstanceOf(APIError);
    expect(world.mock.log).toHaveLength(0);
  });

  it.each(brokenStreams)("raises where the provider's stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: { kind, afterFrames: 6 } }] });
    const asked = { model, input: "hello", stream: true as const, store: false };
    const read = client.responses.create(asked).then(readAll);
    await expect(read).rejects.toBeInstanceOf(APIError);
  });

  it.each(brokenAnswers)("raises where the provider's answer is not to be trusted: %s", async (kind) => {
    world.mock.setScript({ rules: [{ fault: kind }] });
    const asked = client.responses.create({ model, input: "hello", store: false });
    await expect(asked).rejects.toMatchObject({ status: 502 });
  });
});

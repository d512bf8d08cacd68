// Owns what the official Anthropic SDK sees through the sidecar, its own exceptions too.

import Anthropic, {
  AnthropicError,
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  brokenAnswers,
  brokenStreams,
  startVendorWorld,
  twoCalls,
  type VendorWorld,
  vendorKey,
  weatherSchema,
} from "./vendors.ts";

const model = "claude-opus-5";
const tools = [{ name: "get_weather", input_schema: weatherSchema }];
const asked = { model, max_tokens: 200, messages: [{ role: "user" as const, content: "hello" }] };

describe("the Anthropic SDK through the sidecar", () => {
  let world: VendorWorld;
  let client: Anthropic;

  beforeAll(async () => {
    world = await startVendorWorld();
    const baseURL = world.urlOf("anthropic");
    client = new Anthropic({ baseURL, apiKey: "the-agent-has-none", maxRetries: 0, logLevel: "off" });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.mock.setScript({});
    world.mock.reset();
  });

  it("gets an answer, and the provider gets the operator's key and nothing of the agent", async () => {
    const message = await client.messages.create(asked);
    const [entry] = world.mock.log;
    expect(message.usage.output_tokens).toBe(entry?.completionTokens);
    expect(entry?.headers["x-api-key"]).toBe(vendorKey);
    expect(JSON.stringify(entry?.headers)).not.toContain("the-agent-has-none");
    expect(entry?.body).toEqual(asked);
  });

  it("gets a stream with thought, text and two calls, and its usage", async () => {
    world.mock.setScript({
      rules: [{ answer: { ...twoCalls, reasoning: "Two towns.", obfuscation: true } }],
    });
    const message = await client.messages.stream({ ...asked, tools }).finalMessage();
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "Two towns.", signature: expect.stringMatching(/./) },
      { type: "text", text: twoCalls.text },
      ...twoCalls.toolCalls.map((call) => ({ type: "tool_use", name: call.name, input: call.arguments })),
    ]);
    expect(message.stop_reason).toBe("tool_use");
    expect(message.usage.output_tokens).toBe(world.mock.log[0]?.completionTokens);
  });

  it("goes on after a tool's result", async () => {
    world.mock.setScript({
      rules: [
        { when: { role: "tool" }, answer: { text: "Sunny." } },
        { answer: { toolCalls: [{ name: "get_weather", arguments: { city: "Paris" } }] } },
      ],
    });
    const first = await client.messages.create({ ...asked, tools });
    const [call] = first.content.filter((block) => block.type === "tool_use");
    const content = [{ type: "tool_result" as const, tool_use_id: call?.id ?? "", content: "18 degrees" }];
    const messages = [
      ...asked.messages,
      { role: "assistant" as const, content: first.content },
      { role: "user" as const, content },
    ];
    const second = await client.messages.create({ ...asked, tools, messages });
    expect(second.content).toMatchObject([{ type: "text", text: "Sunny." }]);
  });

  it("counts tokens, and lists the agent's own models and no others", async () => {
    const { messages } = asked;
    const { input_tokens: counted } = await client.messages.countTokens({ model, messages });
    expect(world.mock.log[0]?.promptTokens).toBe(counted);
    const listed = await client.models.list();
    const ids = listed.data.map(({ id }) => id);
    expect(ids).toContain(model);
    expect(ids).not.toContain("forbidden");
    expect(world.mock.log).toHaveLength(1);
  });

  it.each([
    [400, BadRequestError],
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [429, RateLimitError],
    [500, InternalServerError],
    [529, InternalServerError],
  ])("raises its own exception for the provider's %i", async (fault, exception) => {
    world.mock.setScript({ rules: [{ fault }] });
    await expect(client.messages.create(asked)).rejects.toBeInstanceOf(exception);
  });

  it("raises its own exceptions for Sluice's refusals, and nothing reaches the provider", async () => {
    const denied = await client.messages
      .create({ ...asked, model: "claude-forbidden" })
      .catch((error: unknown) => error);
    expect(denied).toBeInstanceOf(PermissionDeniedError);
    expect(denied).toMatchObject({ error: { type: "error", error: { type: "permission_error" } } });
    expect((denied as APIError).headers?.get("x-sluice-refusal")).toBe("model_denied");
    const { messages } = asked;
    await expect(client.messages.create({ model, messages } as never)).rejects.toBeInstanceOf(APIError);
    const hosted = [{ type: "web_search_20250305" as const, name: "web_search" as const }];
    await expect(client.messages.create({ ...asked, tools: hosted })).rejects.toBeInstanceOf(
      PermissionDeniedError,
    );
    await expect(client.get("/v1/no-such-route")).rejects.toBeInstanceOf(NotFoundError);
    expect(world.mock.log.filter(({ status }) => status === 200)).toHaveLength(0);
  });

  it.each(brokenStreams)("raises where the provider's stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: { kind, afterFrames: 4 } }] });
    await expect(client.messages.stream(asked).finalMessage()).rejects.toBeInstanceOf(AnthropicError);
  });

  it.each(brokenStreams)("never shows a call as complete whose stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: twoCalls, fault: { kind, afterFrames: 9 } }] });
    const finished: string[] = [];
    const stream = client.messages.stream({ ...asked, tools });
    stream.on("contentBlock", (block) => finished.push(block.type));
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(AnthropicError);
    expect(finished).not.toContain("tool_use");
  });

  it.each(brokenAnswers)("raises where the provider's answer is not to be trusted: %s", async (kind) => {
    world.mock.setScript({ rules: [{ fault: kind }] });
    const error = await client.messages.create(asked).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InternalServerError);
    expect((error as APIError).status).toBe(502);
  });
});

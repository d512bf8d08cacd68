// Owns what the official openai SDK sees through the sidecar: answers, streams, tool calls, and its own
// exceptions.

import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually, providerKey, startWorld, type World } from "./world.ts";

const tools = [
  {
    type: "function" as const,
    function: {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];
const hello = [{ role: "user" as const, content: "hello" }];

describe("the openai SDK through the sidecar", () => {
  let world: World;
  let client: OpenAI;

  beforeAll(async () => {
    world = await startWorld();
    client = new OpenAI({ baseURL: world.openaiUrl, apiKey: "the-agent-has-none", maxRetries: 0 });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.mock.setScript({});
    world.mock.reset();
  });

  it("gets an answer, and the provider gets the operator's key and nothing of the agent", async () => {
    const answer = await client.chat.completions.create({ model: "gpt-4o", messages: hello });
    expect(answer.choices[0]?.message.content).not.toBe("");
    const [entry] = world.mock.log;
    expect(entry?.headers.authorization).toBe(`Bearer ${providerKey}`);
    expect(JSON.stringify(entry?.headers)).not.toContain("the-agent-has-none");
    expect(answer.usage?.completion_tokens).toBe(entry?.completionTokens);
    for (const name of ["traceparent", "x-request-id", "x-task-id", "x-sluice-token"]) {
      expect(entry?.headers).not.toHaveProperty(name);
    }
  });

  it("says in headers what an unstreamed answer used and cost", async () => {
    const { data, response } = await client.chat.completions
      .create({ model: "gpt-4o", messages: hello })
      .withResponse();
    const { prompt_tokens = 0, completion_tokens = 0 } = data.usage ?? {};
    const cached = data.usage?.prompt_tokens_details?.cached_tokens ?? 0;
    const nanoUsd = (prompt_tokens - cached) * 2_500 + cached * 1_250 + completion_tokens * 10_000;
    expect(response.headers.get("x-sluice-tokens-used")).toBe(String(prompt_tokens + completion_tokens));
    expect(Number(response.headers.get("x-sluice-cost-usd"))).toBeCloseTo(nanoUsd / 1e9, 9);
  });

  it("gets a stream, whole, with its usage", async () => {
    const stream = await client.chat.completions.create({
      model: "gpt-4o",
      messages: hello,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let completionTokens = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      completionTokens = chunk.usage?.completion_tokens ?? completionTokens;
    }
    expect(text).not.toBe("");
    expect(completionTokens).toBe(world.mock.log[0]?.completionTokens);
  });

  it("gets a Model's own name for another model of the vendor", async () => {
    await client.chat.completions.create({ model: "small", messages: hello });
    expect(world.mock.log[0]?.model).toBe("gpt-4o-mini");
  });

  it("gets tool calls, streamed and not", async () => {
    const call = { name: "get_weather", arguments: { city: "Paris" } };
    world.mock.setScript({ rules: [{ answer: { toolCalls: [call] } }] });
    const answer = await client.chat.completions.create({ model: "gpt-4o", messages: hello, tools });
    const [whole] = answer.choices[0]?.message.tool_calls ?? [];
    expect(whole?.type === "function" && JSON.parse(whole.function.arguments)).toEqual({ city: "Paris" });
    const stream = client.chat.completions.stream({ model: "gpt-4o", messages: hello, tools });
    const final = await stream.finalChatCompletion();
    const [streamed] = final.choices[0]?.message.tool_calls ?? [];
    expect(streamed?.type === "function" && JSON.parse(streamed.function.arguments)).toEqual({
      city: "Paris",
    });
  });

  it("lists only the agent's own models", async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(["gpt-4o", "small"]);
    await expect(client.models.retrieve("forbidden")).rejects.toBeInstanceOf(PermissionDeniedError);
    expect(world.mock.log).toHaveLength(0);
  });

  it.each([
    [401, AuthenticationError],
    [429, RateLimitError],
    [500, InternalServerError],
    [529, InternalServerError],
  ])("raises its own exception for the provider's %i", async (status, exception) => {
    world.mock.setScript({ rules: [{ fault: status }] });
    await expect(client.chat.completions.create({ model: "gpt-4o", messages: hello })).rejects.toBeInstanceOf(
      exception,
    );
  });

  it("raises its own exceptions for Sluice's refusals, and nothing reaches the provider", async () => {
    const ask = (model: string) => client.chat.completions.create({ model, messages: hello });
    const denied = await ask("forbidden").catch((error: unknown) => error);
    expect(denied).toBeInstanceOf(PermissionDeniedError);
    expect((denied as APIError).headers?.get("x-sluice-refusal")).toBe("model_denied");
    expect((denied as APIError).headers?.get("x-should-retry")).toBe("false");
    await expect(client.chat.completions.create({ messages: hello } as never)).rejects.toBeInstanceOf(
      BadRequestError,
    );
    const hosted = { model: "gpt-4o", messages: hello, web_search_options: {} };
    await expect(client.chat.completions.create(hosted)).rejects.toBeInstanceOf(PermissionDeniedError);
    await expect(client.moderations.create({ input: "x" })).rejects.toThrow(/list `moderations`/);
    await expect(client.batches.list()).rejects.toBeInstanceOf(PermissionDeniedError);
    await expect(client.get("/no-such-route")).rejects.toBeInstanceOf(NotFoundError);
    expect(world.mock.log).toHaveLength(0);
    expect(await world.status("sidecar", "/metrics")).toContain(
      'sluice_uncovered_total{route="openai/v1/moderations"} 1',
    );
  });

  it.each(["cut", "missing-done", "malformed", "error-in-stream", "stall"] as const)(
    "raises where the provider's stream suffers: %s",
    async (kind) => {
      world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: kind }] });
      const stream = await client.chat.completions.create({ model: "gpt-4o", messages: hello, stream: true });
      const drain = async () => {
        for await (const _chunk of stream) {
          // Read to its end.
        }
      };
      await expect(drain()).rejects.toBeInstanceOf(APIError);
    },
  );

  it.each(["cut-before-head", "truncated-json", "gzip", "duplicate-keys", "bom", "redirect"] as const)(
    "raises where the provider's answer is not to be trusted: %s",
    async (kind) => {
      world.mock.setScript({ rules: [{ fault: kind }] });
      const asked = client.chat.completions.create({ model: "gpt-4o", messages: hello });
      const error = await asked.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InternalServerError);
      expect((error as APIError).status).toBe(502);
    },
  );

  it("is not charged for a redirect: it is refused, and no model has run", async () => {
    const spent = () => structuredClone(world.sidecar.ledger.totals("task"));
    const before = spent();
    world.mock.setScript({ rules: [{ fault: "redirect" }] });
    const logged = world.sidecarLog.length;
    await client.chat.completions.create({ model: "gpt-4o", messages: hello }).catch(() => undefined);
    await eventually(() => world.sidecarLog[logged]);
    expect(spent()).toEqual(before);
  });
});

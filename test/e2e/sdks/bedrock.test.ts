// Owns what the official AWS SDK sees of Bedrock through the sidecar, its own exceptions too.

import {
  AccessDeniedException,
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ThrottlingException,
  ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
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

const modelId = "us.anthropic.claude-opus-5-v1:0";
const asked = { modelId, messages: [{ role: "user" as const, content: [{ text: "hello" }] }] };
const toolConfig = {
  tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: weatherSchema } } }],
};
const decoder = new TextDecoder();

describe("the AWS SDK through the sidecar", () => {
  let world: VendorWorld;
  let client: BedrockRuntimeClient;

  beforeAll(async () => {
    world = await startVendorWorld();
    client = new BedrockRuntimeClient({
      endpoint: world.urlOf("bedrock"),
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDOFTHEAGENT", secretAccessKey: "the-agent-has-none" },
      maxAttempts: 1,
      // By default it speaks HTTP/2, in clear text too.
      requestHandler: new NodeHttpHandler(),
    });
  });
  afterAll(async () => {
    client.destroy();
    await world.close();
  });
  beforeEach(() => {
    world.mock.setScript({});
    world.mock.reset();
  });

  it("gets an answer, and the provider a signature of the operator's and nothing of the agent", async () => {
    const answer = await client.send(new ConverseCommand(asked));
    const [entry] = world.mock.log;
    expect(answer.usage?.outputTokens).toBe(entry?.completionTokens);
    expect(entry?.headers.authorization).toContain("Credential=AKIDOFTHEOPERATOR/");
    expect(JSON.stringify(entry)).not.toContain("AKIDOFTHEAGENT");
  });

  it("gets a stream with thought, text and two calls, and its usage", async () => {
    world.mock.setScript({ rules: [{ answer: { ...twoCalls, reasoning: "Two towns." } }] });
    const { stream = none() } = await client.send(new ConverseStreamCommand({ ...asked, toolConfig }));
    const events = await readAll(stream);
    const deltas = events.flatMap(({ contentBlockDelta }) => contentBlockDelta ?? []);
    const inputOf = (index: number) =>
      deltas
        .filter(({ contentBlockIndex }) => contentBlockIndex === index)
        .map(({ delta }) => delta?.toolUse?.input ?? "")
        .join("");
    expect(deltas.map(({ delta }) => delta?.text ?? "").join("")).toBe(twoCalls.text);
    expect(deltas.map(({ delta }) => delta?.reasoningContent?.text ?? "").join("")).toBe("Two towns.");
    expect([2, 3].map((index) => JSON.parse(inputOf(index)))).toEqual(
      twoCalls.toolCalls.map((call) => call.arguments),
    );
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(world.mock.log[0]?.completionTokens);
  });

  it("goes on after a tool's result", async () => {
    world.mock.setScript({
      rules: [{ when: { role: "tool" }, answer: { text: "Sunny." } }, { answer: twoCalls }],
    });
    const first = await client.send(new ConverseCommand({ ...asked, toolConfig }));
    const said = first.output?.message?.content ?? [];
    const results = said.flatMap(({ toolUse }) =>
      toolUse === undefined
        ? []
        : [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ text: "18 degrees" }] } }],
    );
    const messages = [
      ...asked.messages,
      { role: "assistant" as const, content: said },
      { role: "user" as const, content: results },
    ];
    const second = await client.send(new ConverseCommand({ modelId, messages, toolConfig }));
    expect(second.output?.message?.content).toEqual([{ text: "Sunny." }]);
  });

  it("counts tokens", async () => {
    const { messages } = asked;
    const counted = await client.send(new CountTokensCommand({ modelId, input: { converse: { messages } } }));
    expect(counted.inputTokens).toBe(world.mock.log[0]?.promptTokens);
  });

  it.each([
    [
      modelId,
      {
        anthropic_version: "bedrock-2023-05-31",
        max_tokens: 50,
        messages: [{ role: "user", content: "hi" }],
      },
    ],
    ["amazon.nova-lite-v1:0", { messages: asked.messages }],
  ])("invokes %s with its own body, whole and streamed", async (id, body) => {
    world.mock.setScript({ rules: [{ answer: { text: "Sunny and warm." } }] });
    const sent = { modelId: id, body: JSON.stringify(body), contentType: "application/json" };
    const whole = await client.send(new InvokeModelCommand(sent));
    expect(decoder.decode(whole.body)).toContain('"text":"Sunny and warm."');
    const { body: stream = none() } = await client.send(new InvokeModelWithResponseStreamCommand(sent));
    const chunks = (await readAll(stream)).map(({ chunk }) => JSON.parse(decoder.decode(chunk?.bytes)));
    const texts = chunks.map((said) => said.delta?.text ?? said.contentBlockDelta?.delta.text ?? "");
    expect(texts.join("")).toBe("Sunny and warm.");
    world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: { kind: "cut", afterFrames: 4 } }] });
    const { body: cut = none() } = await client.send(new InvokeModelWithResponseStreamCommand(sent));
    await expect(readAll(cut)).rejects.toThrow();
  });

  it.each([
    [400, ValidationException],
    [403, AccessDeniedException],
    [429, ThrottlingException],
    [500, BedrockRuntimeServiceException],
    [503, BedrockRuntimeServiceException],
  ])("raises its own exception for the provider's %i", async (fault, exception) => {
    world.mock.setScript({ rules: [{ fault }] });
    await expect(client.send(new ConverseCommand(asked))).rejects.toBeInstanceOf(exception);
  });

  it("raises its own exceptions for Sluice's refusals, and nothing reaches the provider", async () => {
    const denied = client.send(new ConverseCommand({ ...asked, modelId: "anthropic.forbidden-v1:0" }));
    await expect(denied).rejects.toBeInstanceOf(AccessDeniedException);
    const streamed = client.send(
      new ConverseStreamCommand({ ...asked, modelId: "anthropic.forbidden-v1:0" }),
    );
    await expect(streamed).rejects.toBeInstanceOf(AccessDeniedException);
    expect(world.mock.log).toHaveLength(0);
  });

  it.each(brokenStreams)("raises where the provider's stream suffers: %s", async (kind) => {
    world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: { kind, afterFrames: 4 } }] });
    const { stream = none() } = await client.send(new ConverseStreamCommand(asked));
    await expect(readAll(stream)).rejects.toThrow();
  });

  it.each(brokenAnswers)("raises where the provider's answer is not to be trusted: %s", async (kind) => {
    world.mock.setScript({ rules: [{ fault: kind }] });
    const error = await client.send(new ConverseCommand(asked)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BedrockRuntimeServiceException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 502 } });
  });
});

async function* none(): AsyncGenerator<never> {}

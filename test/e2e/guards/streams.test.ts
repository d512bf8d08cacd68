// Owns what official SDKs see of streams that guards change or stop: markers only, a proper end, and the
// error of a stop.

import { APIError as AnthropicError } from "@anthropic-ai/sdk";
import { BedrockRuntimeServiceException } from "@aws-sdk/client-bedrock-runtime";
import { ApiError as GoogleError } from "@google/genai";
import { APIError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cutClients } from "../sdks/cut-clients.ts";
import { hubClients } from "../sdks/hub-clients.ts";
import { startVendorWorld, type VendorWorld } from "../sdks/vendors.ts";
import { counted, expectUntold, findings, guardText, usesText } from "./guarded.ts";
import { callArguments, letter, markers, planted, untold } from "./planted.ts";
import { type WayIn, waysIn } from "./ways-in.ts";

const answerStages = "[llm.answer, llm.reasoning, tool.args]";
const pii = guardText("pii", "{ detector: pii, config: { types: [email, credit_card] }, action: redact }");
const secrets = guardText("secrets", "{ detector: secrets, action: redact }");
const redacting = [
  pii,
  secrets,
  usesText({
    pii: `{ guard: pii, on: ${answerStages} }`,
    secrets: `{ guard: secrets, on: ${answerStages} }`,
  }),
].join("");

const models: Readonly<Record<string, string>> = {
  "openai chat": "gpt-5.4",
  "openai responses": "gpt-5.4",
  anthropic: "claude-opus-5",
  gemini: "gemini-3-flash",
  "bedrock converse": "us.anthropic.claude-opus-5-v1:0",
};

const withThought = new Set(["openai chat", "openai responses", "anthropic", "gemini", "bedrock converse"]);

function only<T>(all: Readonly<Record<string, T>>, name: string): T {
  const one = all[name];
  if (one === undefined) throw new RangeError(`no ${name}`);
  return one;
}

describe("what is found in an answer is redacted", () => {
  let world: VendorWorld;
  beforeAll(async () => {
    world = await startVendorWorld(redacting);
  });
  afterAll(() => world.close());
  beforeEach(() => world.mock.reset());

  describe.each(Object.keys(cutClients))("%s", (name) => {
    const { model, stream } = only(cutClients, name);

    it.each([
      ["token by token", {}],
      ["frames in bursts", { burst: 7 }],
      ["in chunks of 5 bytes", { chunkBytes: 5 }],
      ["in chunks of 997 bytes", { chunkBytes: 997 }],
    ])("streamed %s", async (_how, pacing) => {
      const from = world.sidecarLog.length;
      world.mock.setScript({ rules: [{ answer: { text: letter(planted), ...pacing } }] });
      const heard = await stream(world.egressUrl, model);
      expect(heard.text).toBe(letter(markers));
      expect(heard.finish).not.toBe("");
      const used = world.mock.log[0]?.completionTokens;
      expect(used).toBeGreaterThan(100);
      expect(heard.outputTokens).toBe(name.includes("unasked") ? undefined : used);
      const told = findings(world.sidecarLog, from).map(({ type }) => type);
      expect(told.toSorted()).toEqual([
        "credit_card",
        "credit_card",
        "email",
        "email",
        "github_token",
        "openai_key",
      ]);
    });

    it("in thoughts and where nothing else is said", async () => {
      if (!withThought.has(name)) return;
      world.mock.setScript({
        rules: [{ answer: { reasoning: `Is ${planted.email} meant?`, text: planted.token } }],
      });
      const heard = await stream(world.egressUrl, model);
      expect(heard.thought).toBe("Is [EMAIL_REDACTED] meant?");
      expect(heard.text).toBe("[GITHUB_TOKEN_REDACTED]");
    });
  });

  describe.each(Object.keys(hubClients))("%s", (name) => {
    const client = () => only(hubClients, name)(world);
    const model = only(models, name);

    it("in an answer that comes whole", async () => {
      world.mock.setScript({ rules: [{ answer: { text: letter(planted) } }] });
      const said = await client().ask(model);
      expect(said.text).toBe(letter(markers));
      expect(said.outputTokens).toBe(world.mock.log[0]?.completionTokens);
    });

    it.each(["ask", "stream"] as const)("in the arguments of two calls, which stay JSON: %s", async (how) => {
      const call = { name: "get_weather", arguments: callArguments(planted) };
      const other = { name: "get_weather", arguments: { city: "Rome", days: [4] } };
      world.mock.setScript({ rules: [{ answer: { text: "Let me look.", toolCalls: [call, other] } }] });
      const said = await client()[how](model);
      expect(said.text).toBe("Let me look.");
      expect(said.calls).toEqual([
        { name: "get_weather", arguments: callArguments(markers) },
        { name: "get_weather", arguments: { city: "Rome", days: [4] } },
      ]);
      expect(said.outputTokens).toBe(world.mock.log[0]?.completionTokens);
    });

    it.each(["ask", "stream"] as const)("written with escapes, and as a number: %s", async (how) => {
      const [local, domain] = planted.email.split("@");
      const digits = planted.card.replaceAll(" ", "");
      const city = `${local}\\u0040${domain}`;
      const written = `{"city": "${city}", "unit": "\\u0063", "card": ${digits}, "days": []}`;
      world.mock.setScript({
        rules: [{ answer: { toolCalls: [{ name: "get_weather", arguments: written }] } }],
      });
      const said = await client()[how](model);
      expect(said.calls).toMatchObject([
        { arguments: { city: markers.email, unit: "c", card: markers.card, days: [] } },
      ]);
    });
  });
});

/** What each SDK raises where a stream is stopped. */
const raised: Readonly<Record<string, new (...args: never[]) => Error>> = {
  "openai chat": APIError,
  "openai chat, usage unasked": APIError,
  "openai completions": APIError,
  "openai responses": APIError,
  anthropic: AnthropicError,
  gemini: GoogleError,
  "bedrock converse": BedrockRuntimeServiceException,
  "bedrock invoke, claude": BedrockRuntimeServiceException,
  "bedrock invoke, nova": BedrockRuntimeServiceException,
  "ollama chat": Error,
};
const advice = "Leave the name of that bird out.";

describe("what must not be said ends the stream", () => {
  const bird = "codename osprey";
  const blocking = [
    guardText(
      "house",
      `{ detector: patterns, config: { words: [ ${bird} ] }, action: { block: { message: ${advice} } } }`,
    ),
    usesText({ house: "{ guard: house, on: [llm.answer] }" }),
  ].join("");
  const harmless = "The harbour lies at the mouth of the river, and the ferry leaves at eight. ";
  let world: VendorWorld;
  beforeAll(async () => {
    world = await startVendorWorld(blocking);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.mock.reset();
    const text = `${harmless.repeat(40)}It is ${bird}. ${harmless.repeat(400)}`;
    world.mock.setScript({ rules: [{ answer: { text, betweenMs: 1, burst: 20 } }] });
  });

  it.each(Object.keys(cutClients))("%s raises its own error", async (name) => {
    const { model, stream } = only(cutClients, name);
    const error = await stream(world.egressUrl, model).then(
      (heard) => `heard to its end: ${heard.finish}`,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(only(raised, name));
    expect(String(error)).not.toContain("osprey");
    expect(String(error)).toContain(advice);
    expect(world.mock.log).toHaveLength(1);
    const entry = await world.mock.waitFor(({ ended }) => ended !== undefined);
    expect(entry.ended).toBe("client-gone");
  });

  const streaming = waysIn.filter(
    ({ stream, name }) => stream !== undefined && !/Cohere|generate/.test(name),
  );

  it.each(streaming)("$name: what was said before it is out, and nothing of it", async (way) => {
    const response = await fetch(world.egressUrl + pathOf(way), request(way));
    expect(response.status).toBe(200);
    const text = Buffer.from(await response.arrayBuffer()).toString("latin1");
    expect(text.length).toBeGreaterThan(1_000);
    const ends = ["[DONE]", "message_stop", "messageStop", '"done":true', "response.completed"];
    expect(["codename", "osprey", ...ends].filter((word) => text.includes(word))).toEqual([]);
    expect(text.includes(advice), text.slice(-600)).toBe(true);
  });
});

const pathOf = ({ path, stream }: WayIn): string =>
  stream === undefined || stream === "member" ? path : stream;

/** Usage is asked for: else Sluice asks, and the provider's bytes are others. */
function request({ path, places, stream }: WayIn): RequestInit {
  const [place] = Object.values(places);
  const body: Record<string, unknown> = {
    ...place?.body("hello"),
    ...(stream === "member" && { stream: true }),
  };
  if ("max_tokens" in body) body.max_tokens = 50_000;
  if (path.endsWith("completions") || path.includes("azure")) body.stream_options = { include_usage: true };
  const authorization = "Bearer the-agent-has-none";
  const headers = { authorization, "content-type": "application/json", "anthropic-version": "2023-06-01" };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

describe("in shadow", () => {
  const watching = [
    pii,
    secrets,
    guardText("house", "{ detector: patterns, config: { words: [harbour] }, action: block }"),
    usesText({
      pii: `{ guard: pii, on: ${answerStages}, mode: shadow }`,
      secrets: `{ guard: secrets, on: ${answerStages}, mode: shadow }`,
      house: "{ guard: house, on: [llm.answer], mode: shadow }",
    }),
  ].join("");
  let world: VendorWorld;
  beforeAll(async () => {
    world = await startVendorWorld(watching);
  });
  afterAll(() => world.close());

  const answering = waysIn.filter(
    ({ stream, name }) => stream !== undefined && !/Cohere|generate|another/.test(name),
  );

  it.each(answering)("$name has the very bytes of the provider, and what is found is told", async (way) => {
    const from = world.sidecarLog.length;
    world.mock.reset();
    const toolCalls = [{ name: "get_weather", arguments: callArguments(planted) }];
    world.mock.setScript({
      rules: [{ answer: { text: letter(planted), reasoning: planted.email, toolCalls, chunkBytes: 61 } }],
    });
    const through = await fetch(world.egressUrl + pathOf(way), request(way));
    const direct = await fetch(world.mock.url + pathOf(way).replace(/^\/[^/]+/, ""), request(way));
    expect(through.status).toBe(200);
    const bytes = Buffer.from(await through.arrayBuffer());
    expect(bytes.equals(Buffer.from(await direct.arrayBuffer()))).toBe(true);
    const told = findings(world.sidecarLog, from);
    expect(told.length).toBeGreaterThan(6);
    expect(new Set(told.map(({ mode }) => mode))).toEqual(new Set(["shadow"]));
    expect(new Set(told.map(({ guard }) => guard))).toEqual(new Set(["pii", "secrets", "house"]));
  });

  it("counts nothing as acted on, and tells nothing of what it found", async () => {
    expect(await counted(world, "sidecar", "guardrail_violations_total")).toBe(0);
    await expectUntold(world, untold);
  });
});

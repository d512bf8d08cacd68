// Owns the proof that the payloads which must never pass do not, wherever a client puts them: neither an
// agent nor a model hears of them.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startVendorWorld, type VendorWorld } from "../sdks/vendors.ts";
import { apiKey } from "../world.ts";
import { expectUntold, findings, guardText, usesText } from "./guarded.ts";
import { cohereText, passing, payloads } from "./payloads.ts";
import { type WayIn, waysIn } from "./ways-in.ts";

const disguises: Readonly<Record<string, (text: string) => string>> = {
  "in capitals": (text) => text.toUpperCase(),
  "in changing case": (text) =>
    [...text].map((sign, at) => (at % 2 === 0 ? sign.toUpperCase() : sign.toLowerCase())).join(""),
  "with wide gaps": (text) => text.replaceAll(" ", "  \t\n "),
  "with gaps that do not break": (text) => text.replaceAll(" ", "\u00a0"),
  "letter by letter": (text) => [...text].join(" "),
  "with zero-width signs in the words": (text) => [...text].join("\u200b"),
  "with joiners and marks of direction": (text) =>
    text.replaceAll("e", "\u200de\u2060").replaceAll("s", "\u200es"),
  "with soft hyphens": (text) => text.replaceAll("i", "i\u00ad"),
  "in wide letters": (text) =>
    text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  "amid other words": (text) => `Dear all, thanks for the minutes. ${text} Best regards, Ann`,
  "in Markdown": (text) => `## Notes\n\n> **${text}**\n`,
};

const documents = (mockUrl: string): string =>
  `${cohereText(mockUrl)}
${guardText("injection", "{ detector: injection, action: block }")}
${usesText({ injection: "{ guard: injection, on: [edge.request, llm.request, tool.result] }" })}`;

let world: VendorWorld;

beforeAll(async () => {
  world = await startVendorWorld(documents, ["command-a"]);
});
afterAll(() => world.close());
beforeEach(() => world.mock.reset());

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answered> {
  const sent = { "content-type": "application/json", ...headers };
  const response = await fetch(url, { method: "POST", headers: sent, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function ask({ path, stream }: WayIn, body: object, how: "whole" | "stream"): Promise<Answered> {
  const isMember = stream === "member";
  const asked = isMember ? { ...body, stream: how === "stream" } : body;
  const place = how === "stream" && stream !== undefined && !isMember ? stream : path;
  return post(world.egressUrl + place, JSON.stringify(asked), {
    "anthropic-version": "2023-06-01",
    authorization: "Bearer the-agent-has-none",
  });
}

const waysOf = ({ stream }: WayIn): readonly ("whole" | "stream")[] =>
  stream === undefined ? ["whole"] : ["whole", "stream"];

function expectRefused({ status, headers, text }: Answered, payload: string): void {
  expect(status, text).toBe(400);
  expect(headers.get("x-sluice-refusal")).toBe("prompt_injection_detected");
  expect(headers.get("x-should-retry")).toBe("false");
  expect(headers.get("retry-after")).toBeNull();
  expect(text.toLowerCase()).not.toContain(payload.toLowerCase());
}

/** Each vendor's SDK takes its words from there. */
const wordsIn = (text: string): unknown => {
  const { error, message, detail } = JSON.parse(text);
  return typeof error === "string" ? error : (error?.message ?? message ?? detail);
};

describe.each(waysIn)("at the sidecar, $name", (way) => {
  const places = Object.entries(way.places);

  it.each(places)("refuses them as %s", async (_name, { stage, body }) => {
    for (const payload of payloads) {
      for (const how of waysOf(way)) {
        const from = world.sidecarLog.length;
        const answer = await ask(way, body(payload), how);
        expectRefused(answer, payload);
        expect(JSON.parse(answer.text)).toMatchObject(way.error);
        expect(wordsIn(answer.text)).toMatch(/guard/);
        const isAws = way.path.startsWith("/bedrock/");
        expect(answer.headers.get("x-amzn-errortype")).toBe(isAws ? "ValidationException" : null);
        expect(findings(world.sidecarLog, from)).toMatchObject([
          { guard: "injection", type: "prompt_injection", stage, action: "block", mode: "enforce" },
        ]);
      }
    }
    expect(world.mock.log).toHaveLength(0);
  });

  it("refuses them in any dress", async () => {
    for (const [, { body }] of places) {
      for (const [name, dress] of Object.entries(disguises)) {
        for (const payload of payloads) {
          const { status, text } = await ask(way, body(dress(payload)), "whole");
          expect(status, `${name}: ${text}`).toBe(400);
        }
      }
    }
    expect(world.mock.log).toHaveLength(0);
  });

  it.each(places)("lets others pass as %s", async (_name, { body }) => {
    const from = world.sidecarLog.length;
    let uncarried = 0;
    for (const text of passing) {
      const refusal = (await ask(way, body(text), "whole")).headers.get("x-sluice-refusal");
      if (refusal === "call_uncarried") uncarried++;
      else expect(refusal).not.toBe("prompt_injection_detected");
    }
    expect(world.mock.log).toHaveLength(passing.length - uncarried);
    // Another vendor's model does not take all that this one's does.
    if (!way.name.includes("another")) expect(uncarried).toBe(0);
    expect(findings(world.sidecarLog, from)).toEqual([]);
  });
});

describe("at the sidecar, cut into pieces", () => {
  const halves = (text: string): readonly [string, string] => {
    const at = text.indexOf("previous") + 4;
    return [text.slice(0, at), text.slice(at)];
  };
  const model = "gpt-5.4";

  it.each(payloads)("over the parts of a message: %s", async (payload) => {
    const content = halves(payload).map((text) => ({ type: "text", text }));
    const url = `${world.egressUrl}/openai-all/v1/chat/completions`;
    expectRefused(await post(url, JSON.stringify({ model, messages: [{ role: "user", content }] })), payload);
    const contents = [{ role: "user", parts: halves(payload).map((text) => ({ text })) }];
    const gemini = `${world.egressUrl}/gemini/v1beta/models/gemini-3-flash:generateContent`;
    expectRefused(await post(gemini, JSON.stringify({ contents })), payload);
    expect(world.mock.log).toHaveLength(0);
  });

  it.each(payloads)("behind a megabyte of harmless text: %s", async (payload) => {
    const harmless = "The harbour was built in 1890 and lies at the mouth of the river. ".repeat(4_000);
    const messages = [{ role: "user", content: `${harmless}${payload} ${harmless}` }];
    const url = `${world.egressUrl}/openai-all/v1/chat/completions`;
    expectRefused(await post(url, JSON.stringify({ model, messages })), payload);
    expect(world.mock.log).toHaveLength(0);
  });

  it.each(payloads)("as JSON escapes: %s", async (payload) => {
    const escaped = [...payload].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
    const body = `{"model":"${model}","messages":[{"role":"user","content":"${escaped.join("")}"}]}`;
    expectRefused(await post(`${world.egressUrl}/openai-all/v1/chat/completions`, body), payload);
    expect(world.mock.log).toHaveLength(0);
  });
});

/** Somebody else may choose them. */
describe("names of members", () => {
  const named: readonly (readonly [where: string, path: string, body: (name: string) => object])[] = [
    [
      "of a tool's result, Gemini",
      "/gemini/v1beta/models/gemini-3-flash:generateContent",
      (name) => ({
        contents: [
          { role: "user", parts: [{ functionResponse: { name: "f", response: { [name]: true } } }] },
        ],
      }),
    ],
    [
      "of a tool's result, Converse",
      "/bedrock/model/amazon.nova-lite-v1%3A0/converse",
      (name) => {
        const toolResult = { toolUseId: "t", content: [{ json: { [name]: true } }] };
        return { messages: [{ role: "user", content: [{ toolResult }] }] };
      },
    ],
    [
      "of a tool's parameters",
      "/openai-all/v1/chat/completions",
      (name) => ({
        model: "gpt-5.4",
        messages: [{ role: "user", content: "hello" }],
        tools: [{ type: "function", function: { name: "f", parameters: { properties: { [name]: {} } } } }],
      }),
    ],
  ];

  it.each(named)("%s", async (_where, path, body) => {
    for (const payload of payloads) {
      expectRefused(await post(world.egressUrl + path, JSON.stringify(body(payload))), payload);
    }
  });

  it("of what a caller sends", async () => {
    const authorization = `Bearer ${apiKey}`;
    for (const payload of payloads) {
      const body = JSON.stringify({ prompt: "hello", [payload]: true });
      expectRefused(await post(`${world.agentUrl}/run`, body, { authorization }), payload);
    }
  });
});

describe("at the gateway", () => {
  const key = { authorization: `Bearer ${apiKey}` };
  const askAgent = (body: unknown, headers: Record<string, string> = {}) =>
    post(`${world.agentUrl}/run`, typeof body === "string" ? body : JSON.stringify(body), {
      ...key,
      ...headers,
    });
  const bodies: Readonly<Record<string, (text: string) => unknown>> = {
    "a prompt": (prompt) => ({ prompt }),
    "one of several texts": (notes) => ({ prompt: "hello", notes }),
    "deep below": (text) => ({ prompt: "hello", context: { pages: [{ lines: ["one", text] }] } }),
    "a message": (content) => ({ messages: [{ role: "user", content }] }),
    "the body itself": (text) => JSON.stringify(text),
    "a list": (text) => ["hello", text],
  };

  it.each(Object.entries(bodies))("refuses them as %s", async (_name, body) => {
    const before = world.agent.bodies.length;
    for (const payload of payloads) {
      const from = world.gatewayLog.length;
      const answer = await askAgent(body(payload));
      expectRefused(answer, payload);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code: "prompt_injection_detected" });
      expect(findings(world.gatewayLog, from)).toMatchObject([{ stage: "edge.request", action: "block" }]);
      for (const dress of Object.values(disguises)) {
        expectRefused(await askAgent(body(dress(payload))), payload);
      }
    }
    expect(world.agent.bodies).toHaveLength(before);
    expect(world.mock.log).toHaveLength(0);
  });

  it("refuses them where a stream is asked for, and in plain words", async () => {
    const before = world.agent.bodies.length;
    for (const payload of payloads) {
      expectRefused(
        await askAgent({ prompt: payload, stream: true }, { accept: "text/event-stream" }),
        payload,
      );
      expectRefused(await askAgent(payload, { "content-type": "text/plain" }), payload);
    }
    expect(world.agent.bodies).toHaveLength(before);
  });

  it("lets others pass", async () => {
    for (const prompt of passing) {
      const before = world.agent.bodies.length;
      expect((await askAgent({ prompt })).status).toBe(200);
      expect(world.agent.bodies.slice(before)).toEqual([JSON.stringify({ prompt })]);
    }
    expect(world.mock.log).toHaveLength(passing.length);
  });
});

describe("afterwards", () => {
  it("no log and no metric holds one of them", async () => {
    await expectUntold(world, payloads);
    expect(await world.status("sidecar", "/metrics")).toMatch(/^guardrail_violations_total [1-9]/m);
    expect(await world.status("gateway", "/metrics")).toMatch(/^guardrail_violations_total [1-9]/m);
  });
});

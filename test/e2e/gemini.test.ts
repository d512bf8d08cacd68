// Owns what the SDK does not do with Google's API through the sidecar: keys in the query, streams as one
// array, Vertex AI's paths. Knows no other vendor.

import { GoogleGenAI } from "@google/genai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readAll, startVendorWorld, type VendorWorld, vendorKey } from "./sdks/vendors.ts";

const model = "gemini-3-flash";
const agentsKey = "AIzaKeyThatTheAgentWasGiven";
const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: "hello" }] }] });

let world: VendorWorld;

beforeAll(async () => {
  world = await startVendorWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  world.mock.setScript({});
  world.mock.reset();
});

function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const init = { method: "POST", body, headers: { "content-type": "application/json", ...headers } };
  return fetch(world.urlOf("gemini") + path, init);
}

describe("a credential of the agent's own", () => {
  it.each([
    ["in the query", `?key=${agentsKey}`, {}],
    ["in the query, beside what stays", `?key=${agentsKey}&alt=json`, {}],
    ["in the query under its longer name", `?%24access_token=${agentsKey}`, {}],
    ["in a header", "", { "x-goog-api-key": agentsKey }],
    ["as a token", "", { authorization: `Bearer ${agentsKey}` }],
  ])("%s goes to nobody, and into no log", async (_where, query, headers) => {
    const answer = await ask(`/v1beta/models/${model}:generateContent${query}`, headers);
    expect(answer.status).toBe(200);
    const [entry] = world.mock.log;
    expect(entry?.headers["x-goog-api-key"]).toBe(vendorKey);
    expect(entry?.headers.authorization).toBeUndefined();
    expect(entry?.query ?? "").toBe(query.includes("alt") ? "alt=json" : "");
    expect(JSON.stringify([entry, world.sidecarLog])).not.toContain(agentsKey);
  });

  it("is in no log where the call is refused", async () => {
    const lines = world.sidecarLog.length;
    const refused = await ask(`/v1beta/models/forbidden:generateContent?key=${agentsKey}`);
    const unknown = await ask(`/v1beta/nothing?key=${agentsKey}`);
    expect([refused.status, unknown.status]).toEqual([403, 404]);
    expect((await refused.text()) + (await unknown.text())).not.toContain(agentsKey);
    expect(world.sidecarLog.length).toBeGreaterThan(lines);
    expect(JSON.stringify(world.sidecarLog)).not.toContain(agentsKey);
    expect(world.mock.log).toEqual([]);
  });
});

describe("a stream as one array", () => {
  const path = `/v1beta/models/${model}:streamGenerateContent`;

  it("comes as it was sent, and is metered", async () => {
    const pieces = JSON.parse(await (await ask(path)).text());
    expect(pieces.length).toBeGreaterThan(2);
    const { candidatesTokenCount } = pieces.at(-1).usageMetadata;
    expect(candidatesTokenCount).toBe(world.mock.log[0]?.completionTokens);
    expect(world.sidecarLog.at(-1)).toMatchObject({ output_tokens: candidatesTokenCount });
  });

  it.each(["cut", "missing-done", "malformed", "error-in-stream"] as const)(
    "ends in an error where it suffers: %s",
    async (kind) => {
      world.mock.setScript({ rules: [{ answer: { tokens: 40 }, fault: { kind, afterFrames: 4 } }] });
      const pieces = JSON.parse(await (await ask(path)).text());
      expect(pieces.at(-1).error.code).toBeGreaterThanOrEqual(500);
      expect(JSON.stringify(pieces)).not.toContain("finishReason");
    },
  );
});

describe("Vertex AI's paths", () => {
  const whole = `/v1beta1/projects/p/locations/global/publishers/google/models/${model}:generateContent`;

  it("are asked for in the client's project where the policy names none", async () => {
    expect((await ask(whole, { authorization: `Bearer ${agentsKey}` })).status).toBe(200);
    const [entry] = world.mock.log;
    expect(entry?.path).toBe(whole);
    expect(entry?.headers.authorization).toBe(`Bearer ${vendorKey}`);
  });

  it("answer the SDK, streamed and not", async () => {
    const httpOptions = { baseUrl: world.urlOf("gemini") };
    const { models } = new GoogleGenAI({ vertexai: true, apiKey: agentsKey, httpOptions });
    const { text } = await models.generateContent({ model, contents: "hello" });
    const chunks = await readAll(await models.generateContentStream({ model, contents: "hello" }));
    expect(chunks.map((chunk) => chunk.text).join("")).toBe(text);
    expect(world.mock.log.map(({ path }) => path)).toEqual([
      expect.stringMatching(/\/publishers\/google\/models\/gemini-3-flash:generateContent$/),
      expect.stringMatching(/\/publishers\/google\/models\/gemini-3-flash:streamGenerateContent$/),
    ]);
    expect(JSON.stringify([world.mock.log, world.sidecarLog])).not.toContain(agentsKey);
  });
});

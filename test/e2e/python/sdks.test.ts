// Owns what the official Python SDKs see through the sidecar: answers, streams, tools, their own exceptions.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startVendorWorld, twoCalls, type VendorWorld } from "../sdks/vendors.ts";
import { askThrough, preparePython } from "./runtime.ts";

const python = await preparePython();
if (!python.isThere) console.log(`SKIPPED Python SDKs: ${python.reason}`);

const text = "Sunny and warm.";
const script = {
  rules: [
    { when: { role: "tool" }, answer: { text: "Sunny in both." } },
    { when: { text: "two calls, cut" }, answer: twoCalls, fault: { kind: "cut" as const, afterFrames: 4 } },
    { when: { text: "two calls, unfinished" }, answer: twoCalls, fault: "missing-done" as const },
    { when: { text: "weather" }, answer: { toolCalls: twoCalls.toolCalls } },
    { when: { text: "fail with 429" }, fault: { kind: "status" as const, status: 429, retryAfterS: 0 } },
    { when: { text: "fail with 500" }, fault: 500 },
    { when: { text: "cut" }, answer: { tokens: 40 }, fault: { kind: "cut" as const, afterFrames: 5 } },
    { when: { text: "unfinished" }, answer: { tokens: 40 }, fault: "missing-done" as const },
    { answer: { text } },
  ],
};

const seen = {
  text,
  streamed: text,
  calls: twoCalls.toolCalls.map((call) => call.arguments),
  "went on": "Sunny in both.",
};
const openaiErrors = {
  denied: "PermissionDeniedError",
  "429": "RateLimitError",
  "500": "InternalServerError",
  cut: expect.stringMatching(/Error$/),
  unfinished: expect.stringMatching(/Error$/),
};
const langchainErrors = {
  ...openaiErrors,
  denied: "OpenAIPermissionDeniedError",
  "429": "OpenAIRateLimitError",
  "500": "OpenAIAPIError",
};
const googleErrors = {
  denied: "ClientError",
  "429": "ClientError",
  "500": "ServerError",
  cut: "ServerError",
  unfinished: "ServerError",
  // Google's calls come whole: one that is cut off is not there at all.
  "cut in calls": { calls: seen.calls.slice(0, 1), raised: "ServerError" },
  "unfinished calls": { calls: seen.calls, raised: "ServerError" },
};

describe.skipIf(!python.isThere)("the Python SDKs through the sidecar", () => {
  let world: VendorWorld;

  beforeAll(async () => {
    world = await startVendorWorld();
    world.mock.setScript(script);
  });
  afterAll(() => world.close());

  it.each([
    ["openai", { ...openaiErrors, embedded: 1_536 }],
    ["openai-responses", openaiErrors],
    ["anthropic", openaiErrors],
    ["google-genai", { ...googleErrors, embedded: 768 }],
    ["langchain-openai", { ...langchainErrors, embedded: 1_536 }],
    ["langchain-openai-responses", { ...langchainErrors, embedded: 1_536 }],
  ])("%s", { timeout: 60_000 }, async (sdk, more) => {
    const command = python.isThere ? python.command : "";
    expect(await askThrough(command, sdk, world.egressUrl)).toEqual({
      ...seen,
      ...more,
    });
  });
});

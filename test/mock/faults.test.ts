// Owns the proof that every fault is seen from outside as what it is called.

import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import type { Fault, Rule } from "../../mock/script.ts";
import { ask, chat, chunksOf, countDeltas, payloads, type Seen, streamed } from "./raw-client.ts";

let mock: MockProvider;
const answer = { text: "one two three four five six" };
const wholeStream = chat("go", streamed);
const unstreamed = chat("go");

beforeAll(async () => {
  mock = await startMockProvider();
});

afterAll(() => mock.close());

beforeEach(() => mock.reset());

function provoke(fault: Fault, body = wholeStream, more: Partial<Rule> = {}): Promise<Seen> {
  mock.setScript({ rules: [{ fault, answer, ...more }] });
  return ask(mock, body);
}

test.each([
  [429, { type: "requests", code: "rate_limit_exceeded" }],
  [500, { type: "server_error" }],
  [529, { type: "server_error", code: "overloaded" }],
  [401, { code: "invalid_api_key" }],
  [418, { type: "invalid_request_error" }],
])("status %i has the vendor's error body", async (status, error) => {
  const seen = await provoke(status);
  expect(seen.status).toBe(status);
  expect(JSON.parse(seen.text).error).toMatchObject(error);
  expect(mock.log[0]).toMatchObject({
    fault: "status",
    ended: "refused",
    promptTokens: 0,
    completionTokens: 0,
  });
});

test("429 comes with retry-after and rate-limit headers, each of which a script may change", async () => {
  const usual = await provoke(429);
  expect(usual.headers).toMatchObject({ "retry-after": "20", "x-ratelimit-remaining-requests": "0" });
  const headers = { "x-ratelimit-remaining-requests": "1" };
  const changed = await provoke({ kind: "status", status: 429, retryAfterS: 3, headers });
  expect(changed.headers).toMatchObject({ "retry-after": "3", ...headers });
});

test("a status has the body that the script gives, text or JSON", async () => {
  expect((await provoke({ kind: "status", status: 502, body: "<html>bad gateway" })).text).toBe(
    "<html>bad gateway",
  );
  expect((await provoke({ kind: "status", status: 500, body: { oops: 1 } })).text).toBe('{"oops":1}');
});

test("delay waits before the head", async () => {
  const coming = provoke({ kind: "delay", ms: 30 });
  const entry = await mock.waitFor(({ fault }) => fault === "delay");
  expect(entry).toMatchObject({ status: undefined, framesSent: 0, ended: undefined });
  expect(await coming).toMatchObject({ status: 200, isComplete: true });
  expect(entry).toMatchObject({ status: 200, ended: "done" });
});

test("redirect points elsewhere", async () => {
  const seen = await provoke({ kind: "redirect", location: "http://169.254.169.254/latest/meta-data" });
  expect(seen.status).toBe(307);
  expect(seen.headers.location).toBe("http://169.254.169.254/latest/meta-data");
  expect(mock.log[0]?.ended).toBe("refused");
});

test.each([0, 1, 3])("cut after %i frames closes the socket behind exactly these", async (afterFrames) => {
  const seen = await provoke({ kind: "cut", afterFrames });
  expect(seen).toMatchObject({ status: 200, isComplete: false });
  expect(payloads(seen.text)).toHaveLength(afterFrames);
  const entry = await mock.waitFor(({ ended }) => ended === "cut");
  expect(entry).toMatchObject({
    framesSent: afterFrames,
    completionTokens: countDeltas(chunksOf(seen.text)),
  });
  expect(entry.clientGoneAt).toBeUndefined();
});

test("cut after bytes cuts in the middle of a frame, whose tokens do not count", async () => {
  const whole = await provoke({ kind: "delay", ms: 0 });
  const [first = ""] = payloads(whole.text);
  const afterBytes = `data: ${first}\n\n`.length + 40;
  const seen = await provoke({ kind: "cut", afterBytes });
  expect(seen.text).toBe(whole.text.slice(0, afterBytes));
  expect(mock.log.at(-1)).toMatchObject({ bytesSent: afterBytes, completionTokens: 0, ended: "cut" });
});

test("cut of an unstreamed body breaks its content-length", async () => {
  const seen = await provoke({ kind: "cut", afterBytes: 100 }, unstreamed);
  expect(seen).toMatchObject({ status: 200, isComplete: false });
  expect(seen.text).toHaveLength(100);
});

test("cut never waits for the end, so it always shows", async () => {
  expect(await provoke({ kind: "cut", afterFrames: 1_000 })).toMatchObject({ isComplete: false });
  expect(await provoke("cut", unstreamed)).toMatchObject({ isComplete: false, text: "" });
});

test("cut before the head is no answer at all", async () => {
  expect(await provoke("cut-before-head")).toMatchObject({ status: undefined });
  expect(mock.log[0]).toMatchObject({ status: undefined, ended: "cut", framesSent: 0 });
});

test("malformed breaks one event and keeps the rest", async () => {
  const seen = await provoke({ kind: "malformed", afterFrames: 2 });
  const events = payloads(seen.text);
  expect(() => JSON.parse(events[2] ?? "")).toThrow();
  expect(JSON.parse(events[3] ?? "")).toMatchObject({ object: "chat.completion.chunk" });
  expect(events.at(-1)).toBe("[DONE]");
  expect(seen.isComplete).toBe(true);
});

test("error-in-stream comes after a 200, with the end mark or without", async () => {
  const seen = await provoke({ kind: "error-in-stream", afterFrames: 2 });
  expect(seen).toMatchObject({ status: 200, isComplete: true });
  expect(JSON.parse(payloads(seen.text).at(-1) ?? "")).toMatchObject({ error: { type: "internal_error" } });
  const marked = await provoke({ kind: "error-in-stream", afterFrames: 0, endMark: true });
  expect(payloads(marked.text)).toEqual([expect.stringContaining("error"), "[DONE]"]);
  const whole = await provoke("error-in-stream", unstreamed);
  expect(JSON.parse(whole.text)).toHaveProperty("error");
});

test("missing-done ends cleanly without the mark, or already in mid-answer", async () => {
  const seen = await provoke("missing-done");
  expect(seen.isComplete).toBe(true);
  expect(chunksOf(seen.text).at(-1)).toHaveProperty("usage.completion_tokens", 6);
  expect(seen.text).not.toContain("[DONE]");
  const early = await provoke({ kind: "missing-done", afterFrames: 3 });
  expect(early.isComplete).toBe(true);
  expect(payloads(early.text)).toHaveLength(3);
  expect(await provoke("missing-done", unstreamed)).toMatchObject({ status: 200, isComplete: true });
});

test("no-usage tells none, and the log still counts", async () => {
  expect((await provoke("no-usage")).text).not.toContain("usage");
  expect(JSON.parse((await provoke("no-usage", unstreamed)).text)).not.toHaveProperty("usage");
  expect(mock.log.map((entry) => entry.completionTokens)).toEqual([6, 6]);
});

test("truncated-json lies about its length, or does not tell it", async () => {
  const lying = await provoke("truncated-json", unstreamed);
  expect(lying.isComplete).toBe(false);
  expect(Number(lying.headers["content-length"])).toBeGreaterThan(lying.text.length);
  const absent = await provoke({ kind: "truncated-json", contentLength: "absent" }, unstreamed);
  expect(absent.isComplete).toBe(true);
  expect(absent.headers).not.toHaveProperty("content-length");
  expect(() => JSON.parse(absent.text)).toThrow();
});

test.each([
  ["a stream", wholeStream],
  ["a body", unstreamed],
])("gzip encodes %s that nobody wanted encoded", async (_name, body) => {
  const plain = await provoke({ kind: "delay", ms: 0 }, body);
  const seen = await provoke("gzip", body);
  expect(seen.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(Buffer.concat(seen.chunks)).toString()).toBe(plain.text);
});

test("duplicate-keys gives two readings of one object", async () => {
  const body = await provoke("duplicate-keys", unstreamed);
  expect(body.text.match(/"id":/g)).toHaveLength(2);
  expect(JSON.parse(body.text).id).toMatch(/^chatcmpl-/);
  const stream = await provoke("duplicate-keys");
  expect(stream.text.match(/\{"id":null,"id":/g)).toHaveLength(payloads(stream.text).length - 1);
});

test("bom stands before the first byte only", async () => {
  for (const body of [wholeStream, unstreamed]) {
    const bytes = Buffer.concat((await provoke("bom", body)).chunks);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.indexOf(Buffer.from([0xef, 0xbb, 0xbf]), 3)).toBe(-1);
  }
});

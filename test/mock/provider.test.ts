// Owns the proof of the mock provider's server: its routes, log, control paths, bounds and end.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import { ask, call, chat, streamed } from "./raw-client.ts";

let mock: MockProvider;

beforeEach(async () => {
  mock = await startMockProvider({ logEntriesMax: 3, waitMaxMs: 50 });
});

afterEach(() => mock.close());

test("an entry says who asked what, when, and what was sent", async () => {
  const body = chat("hi", streamed);
  const headers = { Authorization: "Bearer canary", "X-Twice": ["a", "b"] };
  const before = Date.now();
  const seen = await call(mock, { path: "/v1/chat/completions?debug=1", headers, body });
  const [entry] = mock.log;
  expect(entry).toMatchObject({
    sequence: 1,
    method: "POST",
    path: "/v1/chat/completions",
    headers: { authorization: "Bearer canary", "x-twice": "a, b" },
    bodyBytes: JSON.stringify(body).length,
    body,
    dialect: "openai-chat",
    model: "gpt-4o",
    stream: true,
    status: 200,
    bytesSent: seen.text.length,
    ended: "done",
    clientGoneAt: undefined,
    fault: undefined,
    rule: undefined,
  });
  expect(entry?.startedAt).toBeGreaterThanOrEqual(before);
  expect(entry?.endedAt).toBeGreaterThanOrEqual(entry?.startedAt ?? Number.POSITIVE_INFINITY);
});

test.each([
  ["GET", "/"],
  ["GET", "/v1/chat/completions"],
  ["POST", "/v1/audio/speech"],
  ["DELETE", "/v1/models"],
])("%s %s is OpenAI's 404", async (method, path) => {
  const seen = await call(mock, { method, path });
  expect(seen.status).toBe(404);
  expect(JSON.parse(seen.text).error).toMatchObject({
    message: `Invalid URL (${method} ${path})`,
    type: "invalid_request_error",
  });
  expect(mock.log[0]).toMatchObject({ ended: "refused", dialect: undefined });
});

test("GET /v1/models lists", async () => {
  const { text } = await call(mock, { method: "GET", path: "/v1/models" });
  expect(JSON.parse(text).data[0]).toEqual({
    id: "gpt-4o",
    object: "model",
    created: expect.any(Number),
    owned_by: "system",
  });
});

test("the log keeps the newest entries up to its bound", async () => {
  for (const text of ["1", "2", "3", "4", "5"]) await ask(mock, chat(text));
  expect(mock.log.map((entry) => entry.sequence)).toEqual([3, 4, 5]);
});

test("waitFor has the present, the future, and an end", async () => {
  const future = mock.waitFor(({ ended }) => ended === "done");
  await ask(mock, chat("hi"));
  expect(await future).toBe(mock.log[0]);
  expect(await mock.waitFor(({ model }) => model === "gpt-4o")).toBe(mock.log[0]);
  await expect(mock.waitFor(() => false)).rejects.toThrow("within 50 ms");
  const own = await startMockProvider();
  const never = expect(own.waitFor(() => true)).rejects.toThrow("closed");
  await own.close();
  await never;
});

test("reset empties the log and sequence numbers go on", async () => {
  await ask(mock, chat("hi"));
  mock.reset();
  expect(mock.log).toEqual([]);
  await ask(mock, chat("hi"));
  expect(mock.log.map((entry) => entry.sequence)).toEqual([2]);
});

test("the control paths do the same from outside, and are not logged", async () => {
  const control = (method: string, path: string, body?: unknown) => call(mock, { method, path, body });
  expect(JSON.parse((await control("GET", "/_mock/health")).text)).toEqual({ status: "ok" });
  const yaml = "rules:\n  - answer: { text: scripted from outside }\n";
  expect(JSON.parse((await control("POST", "/_mock/script", yaml)).text)).toEqual({ rules: 1 });
  expect((await ask(mock, chat("hi"))).text).toContain("scripted from outside");
  const log = JSON.parse((await control("GET", "/_mock/log")).text);
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({ completionTokens: mock.log[0]?.completionTokens, ended: "done", rule: 0 });
  expect((await control("POST", "/_mock/reset")).status).toBe(200);
  expect(mock.log).toEqual([]);
});

test("the control paths refuse a wrong script, a huge one and unknown paths", async () => {
  const wrong = await call(mock, { path: "/_mock/script", body: { rules: [{ fault: "explode" }] } });
  expect(wrong.status).toBe(400);
  expect(JSON.parse(wrong.text).problems[0].path).toBe("/rules/0/fault");
  expect((await call(mock, { path: "/_mock/script", body: " ".repeat(1_048_577) })).status).toBe(413);
  expect((await call(mock, { method: "GET", path: "/_mock/nothing" })).status).toBe(404);
});

test("a body over 32 MiB is refused", async () => {
  const seen = await call(mock, { body: "x".repeat(32 * 1024 * 1024 + 1) });
  expect(seen.status).toBe(413);
  expect(seen.headers.connection).toBe("close");
  expect(mock.log[0]).toMatchObject({ ended: "refused", body: undefined });
});

test("a header by the name of __proto__ is recorded and nothing else", async () => {
  await call(mock, { headers: { ["__proto__"]: "x" }, body: chat("hi") });
  expect(Object.keys(mock.log[0]?.headers ?? {})).toContain("__proto__");
});

test.each(["localhost", "127.0.0.1:99999", ":80", ""])("%j is no address to listen on", async (listen) => {
  await expect(startMockProvider({ listen })).rejects.toThrow("host:port");
});

test("a taken port is an error, an IPv6 address has its brackets", async () => {
  await expect(startMockProvider({ listen: `127.0.0.1:${mock.port}` })).rejects.toThrow("EADDRINUSE");
  const six = await startMockProvider({ listen: "[::1]:0" });
  expect(six.url).toBe(`http://[::1]:${six.port}`);
  await six.close();
});

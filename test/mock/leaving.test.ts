// Owns the proof of pacing, stalls, backpressure and what the log says of clients that leave.

import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MockProvider, startMockProvider } from "../../mock/provider.ts";
import type { ScriptAnswer } from "../../mock/script.ts";
import { ask, chat, payloads, streamed } from "./raw-client.ts";

let mock: MockProvider;

beforeAll(async () => {
  mock = await startMockProvider();
});

afterAll(() => mock.close());

beforeEach(() => mock.reset());

interface OpenCall {
  readonly sent: ClientRequest;
  readonly head: Promise<IncomingMessage>;
}

/** A call whose answer is not read until somebody does. */
function open(provider: MockProvider, body: unknown): OpenCall {
  const sent = request(`${provider.url}/v1/chat/completions`, { method: "POST", agent: false });
  const head = new Promise<IncomingMessage>((resolve) => {
    sent.once("response", resolve);
  });
  sent.on("error", () => {});
  sent.end(JSON.stringify(body));
  return { sent, head };
}

function script(answer: ScriptAnswer): void {
  mock.setScript({ rules: [{ answer }] });
}

test.each([1, 7, 1_000])(
  "chunkBytes %i changes the cuts, not the bytes nor the count",
  async (chunkBytes) => {
    script({ tokens: 5 });
    const plain = await ask(mock, chat("go", streamed));
    script({ tokens: 5, chunkBytes });
    const seen = await ask(mock, chat("go", streamed));
    expect(seen.text).toBe(plain.text);
    expect(mock.log[1]).toMatchObject({
      framesSent: mock.log[0]?.framesSent,
      completionTokens: 5,
      bytesSent: plain.text.length,
    });
  },
);

test("small chunks arrive apart from each other", async () => {
  script({ tokens: 5, chunkBytes: 100 });
  const seen = await ask(mock, chat("go", streamed));
  expect(seen.chunks.length).toBeGreaterThan(10);
  expect(Math.max(...seen.chunks.map((chunk) => chunk.length))).toBeLessThan(seen.text.length);
});

test("burst joins frames without changing what is counted", async () => {
  script({ tokens: 10, burst: 4 });
  const seen = await ask(mock, chat("go", streamed));
  expect(mock.log[0]).toMatchObject({ framesSent: payloads(seen.text).length, completionTokens: 10 });
});

test("betweenMs lets the log grow while the stream goes", async () => {
  script({ tokens: 10_000, betweenMs: 1 });
  const { sent } = open(mock, chat("go", streamed));
  const entry = await mock.waitFor(({ completionTokens }) => completionTokens >= 3);
  expect(entry).toMatchObject({ completionTokens: 3, ended: undefined, endedAt: undefined });
  sent.destroy();
  await mock.waitFor(({ ended }) => ended === "client-gone");
  const sentByThen = entry.completionTokens;
  expect(sentByThen).toBeLessThan(10_000);
  // One more exchange: the one that was left has not moved since.
  script({ tokens: 20, betweenMs: 1 });
  await ask(mock, chat("go", streamed));
  expect(entry.completionTokens).toBe(sentByThen);
});

test("a client that leaves during the delay is seen, and gets no head", async () => {
  script({ delayMs: 600_000 });
  const { sent } = open(mock, chat("go"));
  await mock.waitFor(({ dialect }) => dialect !== undefined);
  sent.destroy();
  const entry = await mock.waitFor(({ clientGoneAt }) => clientGoneAt !== undefined);
  expect(entry).toMatchObject({
    ended: "client-gone",
    status: undefined,
    framesSent: 0,
    completionTokens: 0,
  });
});

test("a client that leaves in the middle of its own body is seen", async () => {
  const sent = request(`${mock.url}/v1/chat/completions`, {
    method: "POST",
    agent: false,
    headers: { "content-length": "1000" },
  });
  sent.on("error", () => {});
  sent.write("{");
  await mock.waitFor(() => true);
  sent.destroy();
  const entry = await mock.waitFor(({ clientGoneAt }) => clientGoneAt !== undefined);
  expect(entry).toMatchObject({ ended: "client-gone", body: undefined, dialect: undefined });
});

test.each(["stall", "stall-before-head"] as const)(
  "%s keeps the socket until the client leaves",
  async (fault) => {
    mock.setScript({ rules: [{ fault }] });
    const { sent, head } = open(mock, chat("go", streamed));
    const entry = await mock.waitFor(({ ended }) => ended === "stalled");
    expect(entry.clientGoneAt).toBeUndefined();
    expect(entry.framesSent).toBe(fault === "stall" ? 1 : 0);
    if (fault === "stall") (await head).on("error", () => {}).resume();
    sent.destroy();
    await mock.waitFor(({ clientGoneAt }) => clientGoneAt !== undefined);
    expect(entry.ended).toBe("stalled");
  },
);

test("a reader that does not read stops the provider, and reading lets it go on", async () => {
  const tokens = 90_000;
  script({ tokens, burst: 100 });
  const { head } = open(mock, chat("go", streamed));
  const answer = await head;
  const sentBefore = await settled(() => mock.log[0]?.bytesSent ?? 0);
  expect(mock.log[0]?.completionTokens).toBeLessThan(tokens);
  expect(mock.log[0]?.ended).toBeUndefined();
  let received = 0;
  for await (const chunk of answer) received += chunk.length;
  expect(mock.log[0]).toMatchObject({ ended: "done", completionTokens: tokens, bytesSent: received });
  expect(received).toBeGreaterThan(sentBefore);
});

/** The figure once it stands still: full buffers are seen by nothing else. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1; ; ) {
    const now = read();
    if (now === last) return now;
    last = now;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

test("close ends a delay, a stall and a stream under way", async () => {
  const own = await startMockProvider({
    script: {
      rules: [
        { once: true, answer: { delayMs: 600_000 } },
        { once: true, fault: "stall" },
        { answer: { tokens: 100, betweenMs: 60_000 } },
      ],
    },
  });
  for (const turn of [1, 2, 3]) {
    open(own, chat("go", streamed));
    await own.waitFor(({ sequence, dialect }) => sequence === turn && dialect !== undefined);
  }
  await own.waitFor(({ ended }) => ended === "stalled");
  await own.waitFor(({ sequence, framesSent }) => sequence === 3 && framesSent === 1);
  await own.close();
  expect(own.log.map(({ ended, clientGoneAt }) => [ended, clientGoneAt])).toEqual([
    ["cut", undefined],
    ["stalled", undefined],
    ["cut", undefined],
  ]);
});

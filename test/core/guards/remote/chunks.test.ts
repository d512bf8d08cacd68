// Owns the proof that a long text is asked about in pieces, and that its findings stand where they stood.

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../../../core/contracts/guard.ts";
import { cutChunks, joinFindings } from "../../../../core/guards/remote/chunks.ts";
import { GuardServer, openGuard, type Respond, saying, scan, userText } from "./guard-server.ts";

/** Marks each `needle` in what it is asked about. */
const marking: Respond = (request, response) => {
  const { text } = request.body as { text: string };
  const findings = [...text.matchAll(/needle/g)].map(({ index }) => ({
    type: "needle",
    start: index,
    end: index + 6,
  }));
  const answer = findings.length === 0 ? { action: "allow" } : { action: "mask", findings };
  saying(answer)(request, response);
};

const needlesIn = (text: string): Finding[] =>
  [...text.matchAll(/needle/g)].map(({ index }) => ({
    type: "needle",
    start: index,
    end: index + 6,
    score: 1,
    method: "remote",
  }));

const texts = fc
  .array(fc.oneof(fc.constantFrom("needle", " ", "\n", "😀", "hay"), fc.string({ unit: "grapheme" })), {
    maxLength: 600,
  })
  .map((parts) => parts.join(""));

describe("chunks", () => {
  it("hold every place of the text, none too long, no pair in two", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 400 }), (text, chunkChars) => {
        const chunks = cutChunks(text, chunkChars);
        let end = 0;
        for (const chunk of chunks) {
          expect(chunk.start).toBeLessThanOrEqual(end);
          expect(text.slice(chunk.start, chunk.start + chunk.text.length)).toBe(chunk.text);
          expect(chunk.text.length).toBeLessThanOrEqual(chunkChars);
          end = chunk.start + chunk.text.length;
          if (text.isWellFormed()) expect(chunk.text.isWellFormed()).toBe(true);
        }
        expect(end).toBe(text.length);
      }),
    );
  });

  it("give the findings that the whole text has", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const chunks = cutChunks(text, 64);
        const found = chunks.map((chunk) => needlesIn(chunk.text));
        expect(joinFindings(chunks, found)).toEqual(needlesIn(text));
      }),
    );
  });

  it("say once what is about the whole text, by the worst score", () => {
    const chunks = cutChunks("word ".repeat(100), 256);
    const whole = (score: number): Finding => ({
      type: "hate_speech",
      start: 0,
      end: 0,
      score,
      method: "remote",
    });
    expect(joinFindings(chunks, [[whole(0.8)], [whole(0.9)]])).toEqual([whole(0.9)]);
  });
});

describe("a long text", () => {
  let server: GuardServer;
  beforeEach(async () => {
    server = await GuardServer.open(marking);
  });
  afterEach(() => server.close());

  it("is asked about in pieces", async () => {
    const text = Array.from({ length: 400 }, (_, at) => `hay ${at} and a needle in it 😀`).join(" ");
    const guard = openGuard({ adapter: "webhook", url: server.url, chunkChars: 1_000, timeout: "10s" });
    expect(await scan(guard, text)).toEqual(needlesIn(text));
    expect(server.seen.length).toBeGreaterThan(10);
    expect(server.openMax).toBeLessThanOrEqual(4);
  });

  it("that is too long is not asked about, nor kept", async () => {
    const guard = openGuard({ adapter: "webhook", url: server.url, charsMax: 100 });
    const scanner = guard.scan(userText);
    for (let at = 0; at < 200; at += 1) expect(scanner?.push("word ")).toEqual({ findings: [], decided: 0 });
    expect(await scanner?.end()).toEqual({ kind: "unable", because: "too_long" });
    expect(server.seen).toEqual([]);
  });

  it("stops being asked about where one piece is not decided", async () => {
    server.respond = saying({}, 500);
    const guard = openGuard({ adapter: "webhook", url: server.url, chunkChars: 256 });
    expect(await scan(guard, "word ".repeat(2_000))).toMatchObject({ kind: "unable" });
    expect(server.seen.length).toBeLessThan(10);
  });

  it("has the same findings however it is cut on its way, and an empty one none", async () => {
    const text = "hay needle hay 😀 needle";
    const guard = openGuard({ adapter: "webhook", url: server.url, cache: { entries: 0 } });
    for (let cut = 0; cut <= text.length; cut += 1) {
      const scanner = guard.scan(userText);
      scanner?.push(text.slice(0, cut));
      scanner?.push(text.slice(cut));
      expect(await scanner?.end()).toEqual(needlesIn(text));
    }
    const asked = server.seen.length;
    expect(await guard.scan(userText)?.end()).toEqual([]);
    expect(server.seen).toHaveLength(asked);
  });
});

// Owns the proof that an answer in another dialect than the client's is told in the client's, its errors too.
// Knows no socket; the other vendor speaks lines.

import { describe, expect, it } from "vitest";
import type { Composer, Dialect } from "../../../core/contracts/dialect.ts";
import type { AttemptFilter, Target } from "../../../core/contracts/exchange.ts";
import { type Delta, type Frame, noUsage } from "../../../core/contracts/frame.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { LineDialect, linesType } from "../../line-dialect.ts";
import { type RigOptions, rig, rigTarget, type UpstreamScript } from "../../rig.ts";
import { Watch } from "../../watched-chain.ts";
import { textsOf } from "../dialects/answers.ts";
import { delta, done, end } from "../dialects/openai-chat/chunks.ts";

const usage = { ...noUsage, inputTokens: 5, outputTokens: 3, cacheWrite1hTokens: 2, webSearches: 1 };

/** What lines say beside text: `?` starts a call, `#` counts, `!` is an error, `.` the end. */
function deltasOf(line: string): readonly Delta[] {
  const said = { channel: "0/tool/7", mode: "append" } as const;
  if (line === ".") return [{ kind: "end", channel: "0", reason: "fin", stop: "stop" }];
  if (line === "#") return [{ kind: "usage", usage }];
  if (line.startsWith("!")) return [{ kind: "error", status: Number(line.slice(1)) || undefined }];
  if (line.startsWith("?"))
    return [
      { kind: "tool", channel: said.channel, id: "c1", isHosted: false },
      { kind: "tool.name", text: line.slice(1), ...said },
    ];
  if (line.startsWith("{")) return [{ kind: "tool.args", text: line, ...said }];
  return [{ kind: "text", channel: "0", text: line, mode: "append" }];
}

/** Another vendor. */
class Telegraph extends LineDialect {
  override reader(...about: Parameters<LineDialect["reader"]>): ReturnType<LineDialect["reader"]> {
    const reader = super.reader(...about);
    const tell = (frames: ReturnType<typeof reader.push>) =>
      "kind" in frames
        ? frames
        : frames.map(({ bytes }): Frame => ({ kind: "frame", bytes, deltas: deltasOf(lineOf(bytes)) }));
    return { push: (chunk) => tell(reader.push(chunk)), end: () => tell(reader.end()) };
  }
}
const lineOf = (bytes: Buffer) => bytes.toString().replace(/\n$/, "");
const telegraph = new Telegraph();

/** Asked by a client of OpenAI's. */
function asked(how: { readonly stream: boolean }): NonNullable<RigOptions["request"]> {
  return {
    path: "/v1/chat/completions",
    body: JSON.stringify({ model: "m", messages: [], ...how }),
  };
}

/** Writes as another vendor's target does. */
function translating(at: number, dialect: Dialect = telegraph): Target {
  return {
    ...rigTarget(at),
    write: () => ({ kind: "outbound", dialect, path: "/telegraph", body: Buffer.from("asked anew") }),
  };
}

const speaking = (...lines: string[]): UpstreamScript => ({
  headers: {
    "content-type": linesType,
    "x-request-id": "theirs",
    "content-length": "99",
    "retry-after": "7",
  },
  steps: lines.map((line) => `${line}\n`),
});

const reads = new Watch().filter("reads", { call: () => undefined });

function translated(upstream: UpstreamScript | readonly UpstreamScript[], options: Partial<RigOptions> = {}) {
  const targets = [upstream].flat().map((_, at) => translating(at));
  return rig({
    dialect: openAiChat,
    chain: [reads],
    request: asked({ stream: true }),
    upstream,
    targets,
    ...options,
  });
}

describe("an answer of another vendor", () => {
  it("is the client's own vendor's, as it comes", async () => {
    const { status, headers, frames, sent, outcome } = await translated(
      speaking("Hel", "lo", "?get", "{}", "#", "."),
    );
    expect(sent).toMatchObject([{ path: "/telegraph", body: Buffer.from("asked anew") }]);
    expect(status).toBe(200);
    expect(headers).toEqual({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
    });
    expect(textsOf(frames)).toEqual({
      "text 0": "Hello",
      "tool.name 0/tool/0": "get",
      "tool.args 0/tool/0": "{}",
    });
    expect(outcome.ended).toBe("done");
  });

  it("is released piece by piece", async () => {
    const { log } = await translated(speaking("one", "two", "."));
    expect(log.filter((line) => line.startsWith("take"))).toHaveLength(3);
  });

  it("is one body with its length where the client wants no stream", async () => {
    const { headers, bytes } = await translated(speaking("Hello", "."), {
      request: asked({ stream: false }),
    });
    expect(headers).toEqual({ "content-type": "application/json", "content-length": String(bytes.length) });
    expect(JSON.parse(bytes.toString()).choices[0].message.content).toBe("Hello");
  });

  it("is seen by filters in the client's dialect, but for what the vendor says of itself", async () => {
    const seen: Delta[] = [];
    const sees: AttemptFilter = {
      name: "sees",
      open: () => ({
        kind: "visit",
        frame: (frame) => {
          seen.push(...frame.deltas);
          return frame;
        },
      }),
    };
    await translated(speaking("hi", "#", "."), { attemptChain: [sees] });
    expect(seen).toMatchObject([
      { kind: "start", model: "m" },
      { kind: "text", text: "hi", pointer: "/choices/0/delta/content" },
      { kind: "end", reason: "stop" },
      { kind: "usage", usage },
    ]);
  });

  it("says no figure before the vendor has said one", async () => {
    const early: Composer = {
      headers: { "content-type": "text/event-stream" },
      add: () =>
        Buffer.from(
          delta({ content: "a" }).replace("}\n\n", ',"usage":{"prompt_tokens":0,"completion_tokens":0}}\n\n'),
        ),
      end: () => Buffer.from(done),
    };
    const nobody = () => undefined;
    const translation = { prover: nobody, composer: () => early, read: never, write: never };
    const dialect = { ...openAiChat, translation };
    const figures: Delta[] = [];
    const counts: AttemptFilter = {
      name: "counts",
      open: () => ({
        kind: "visit",
        frame: (frame) => {
          figures.push(...frame.deltas.filter(({ kind }) => kind === "usage"));
          return frame;
        },
      }),
    };
    await translated(speaking("a", "#", "b", "."), { dialect, attemptChain: [counts] });
    expect(figures).toEqual(Array(3).fill({ kind: "usage", usage }));
  });
});

describe("an answer of another vendor that ends badly", () => {
  it.each([
    ["cut off", { ...speaking("Hel", "?get", '{"a":') }, "upstream_truncated"],
    ["cut off between two calls", { ...speaking("?get", "{}", "#") }, "upstream_truncated"],
    ["malformed", speaking("Hel", "malformed", "."), "upstream_malformed"],
    ["an error in its midst", speaking("Hel", "!529", "."), "upstream_failed"],
  ])("%s after its first bytes is an error event, and no end", async (_what, upstream, code) => {
    const { status, bytes, outcome } = await translated(upstream);
    const said = bytes.toString();
    expect(status).toBe(200);
    expect(said).toContain(`"code":"${code}"`);
    expect(said).not.toContain("[DONE]");
    expect(said).not.toContain('"finish_reason":"');
    expect(outcome).toMatchObject({ ended: "refused", refusal: { code } });
  });

  it.each([
    ["cut off", speaking("Hel"), 502, "upstream_truncated"],
    ["an error in its midst", speaking("Hel", "!529", "."), 529, "upstream_failed"],
    ["an error of no status", speaking("!", "."), 502, "upstream_failed"],
  ])("%s where nothing was sent yet has a status of its own", async (_what, upstream, status, code) => {
    const result = await translated(upstream, { request: asked({ stream: false }) });
    expect(result.status).toBe(status);
    expect(JSON.parse(result.bytes.toString()).error.code).toBe(code);
  });

  it("is replaced by the next target's where nothing was sent yet", async () => {
    const { status, frames, sent } = await translated([speaking("!529", "."), speaking("well", ".")]);
    expect(status).toBe(200);
    expect(textsOf(frames)).toEqual({ "text 0": "well" });
    expect(sent.map(({ target }) => target)).toEqual(["target-0", "target-1"]);
  });

  it.each([{ stream: true }, { stream: false }])(
    "keeps its status and when to come again, in the client's words ($stream)",
    async (how) => {
      const upstream = { ...speaking("a secret of theirs"), status: 429 };
      const { status, headers, bytes, outcome } = await translated(upstream, { request: asked(how) });
      expect(status).toBe(429);
      expect(headers["retry-after"]).toBe("7");
      expect(headers["x-request-id"]).toBeUndefined();
      expect(JSON.parse(bytes.toString())).toMatchObject({
        error: { code: "upstream_failed", type: "rate_limit_error" },
      });
      expect(bytes.toString()).not.toContain("secret");
      expect(outcome).toMatchObject({ ended: "done", status: 429 });
    },
  );
});

describe("a target that cannot carry the call", () => {
  const cannot = (at: number): Target => ({
    ...rigTarget(at),
    write: () => refuse("call_uncarried", { message: `Not \`field-${at}\`.` }),
  });
  const sse = { headers: { "content-type": "text/event-stream" } };

  it("is skipped", async () => {
    const { status, sent, exchange } = await rig({
      dialect: openAiChat,
      chain: [reads],
      request: asked({ stream: true }),
      upstream: { ...sse, steps: [delta({ content: "a" }), end("stop"), done] },
      targets: [cannot(0), rigTarget(1)],
    });
    expect(status).toBe(200);
    expect(sent.map(({ target }) => target)).toEqual(["target-1"]);
    expect(exchange.attempts).toHaveLength(1);
  });

  it("is named by the first where no other is left, in the client's dialect", async () => {
    const { status, bytes, sent } = await rig({
      dialect: openAiChat,
      chain: [reads],
      request: asked({ stream: true }),
      targets: [cannot(0), cannot(1)],
    });
    expect(status).toBe(400);
    expect(JSON.parse(bytes.toString()).error).toMatchObject({
      code: "call_uncarried",
      message: "Not `field-0`.",
    });
    expect(sent).toEqual([]);
  });

  it("does not hide why another failed", async () => {
    const failed = {
      dialect: openAiChat,
      chain: [reads],
      upstream: { failure: "upstream_timeout" },
    } as const;
    for (const targets of [
      [cannot(0), rigTarget(1)],
      [rigTarget(0), cannot(1)],
    ]) {
      const { status, sent } = await rig({ ...failed, request: asked({ stream: true }), targets });
      expect(status).toBe(504);
      expect(sent).toHaveLength(1);
    }
  });
});

function never(): never {
  throw new Error("not asked for");
}

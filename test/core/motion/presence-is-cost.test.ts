// Owns the proof of invariants 7 to 10 as far as the walk alone keeps them. Knows no sockets and no vendor.

import { describe, expect, it } from "vitest";
import { refuse } from "../../../core/contracts/refusal.ts";
import { Pump } from "../../../core/motion/pump.ts";
import { LineDialect, linesType } from "../../line-dialect.ts";
import { rig } from "../../rig.ts";
import { Watch } from "../../watched-chain.ts";

const garbage = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 7919) % 256));

describe("7. Presence is cost", () => {
  it("no call hook: the body streams through, is never read whole and never sent twice", async () => {
    const { log, sent, status } = await rig({
      chain: [new Watch().filter("a", { head: () => undefined })],
      request: { body: garbage, headers: { "content-length": "1024" } },
      upstream: [{ steps: [{ is: "lost" }] }, { steps: ["good\n.\n"] }],
    });
    expect(log).toContain("stream body");
    expect(log).not.toContain("read body");
    expect(sent.map(({ body }) => body)).toEqual([garbage]);
    expect(status).toBe(502);
  });

  it("a call hook: the body is read once and may be sent twice", async () => {
    const { log, sent, status } = await rig({
      chain: [new Watch().filter("a", { call: () => undefined })],
      request: { body: "ask" },
      upstream: [{ steps: [{ is: "lost" }] }, { steps: ["good\n.\n"] }],
    });
    expect(log.filter((line) => line.endsWith("body"))).toEqual(["read body"]);
    expect(sent.map(({ body }) => body.toString())).toEqual(["ask", "ask"]);
    expect(status).toBe(200);
  });

  it("no frame hook: bytes are piped as they came, no reader and no writer is made", async () => {
    for (let size = 1; size <= garbage.length; size *= 3) {
      const dialect = new LineDialect();
      const steps = Array.from({ length: Math.ceil(garbage.length / size) }, (_, index) =>
        garbage.subarray(index * size, (index + 1) * size),
      );
      const chain = [new Watch().filter("a", { head: () => undefined, close: () => {} })];
      const { bytes, outcome } = await rig({ chain, dialect, upstream: { steps } });
      expect(bytes).toEqual(garbage);
      expect(outcome.ended).toBe("done");
      expect([dialect.readersMade, dialect.writersMade]).toEqual([0, 0]);
    }
  });

  it("where there can be no content, none is read: HEAD, 204, 304", async () => {
    const cases = [
      ["HEAD", 200],
      ["GET", 204],
      ["GET", 304],
    ] as const;
    for (const [method, status] of cases) {
      const watch = new Watch();
      const result = await rig({
        chain: [watch.filter("a", { frame: (frame) => frame, flush: () => [] })],
        request: { method },
        upstream: { status, headers: { "content-type": linesType, "content-length": "12" } },
      });
      expect(result.outcome).toMatchObject({ ended: "done", status });
      expect(result.headers["content-length"]).toBe("12");
      expect(watch.of("frame", "flush")).toEqual([]);
    }
  });

  it("what nobody edits is written as the very bytes that came, without a copy", async () => {
    const chunk = Buffer.from("one\ntwo\nthree\n.\n");
    const written: Buffer[] = [];
    const pump = new Pump({
      head: { status: 200, headers: { "content-type": linesType } },
      source: { attach: (sink) => sink.data(chunk), pause() {}, resume() {}, abort() {} },
      dialect: new LineDialect(),
      reader: new LineDialect().reader({ status: 200, headers: { "content-type": linesType } }),
      hooks: [{ kind: "visit", frame: (frame) => frame }],
      client: {
        readBody: (_bytesMax, onRead) => onRead(chunk),
        bodyStream: () => undefined,
        write: (bytes) => written.push(bytes) > 0,
        writeHead() {},
        end() {},
        reset() {},
        onDrain: undefined,
      },
    });
    void pump.run();
    // Where the test before it has used up the turn, the bytes go in the next one.
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toHaveLength(1);
    expect(written[0]?.buffer).toBe(chunk.buffer);
    expect(written[0]).toEqual(chunk);
  });

  it("a full client stops the upstream until there is room again", async () => {
    const steps = Array.from({ length: 50 }, () => ["0123456789\n", { is: "pause" }] as const).flat();
    const stalled = rig({
      upstream: { steps },
      client: { stallsAfter: 100 },
      onExchange: (exchange) => setTimeout(() => exchange.cut({ kind: "gone" }), 50),
    });
    const { bytes } = await stalled;
    expect(bytes.length).toBe(110);
    const slow = await rig({ upstream: { steps: [...steps, ".\n"] }, client: { isSlow: true } });
    expect(slow.bytes.length).toBe(552);
    expect(slow.outcome.ended).toBe("done");
  });
});

describe("8. What was checked is what is sent", () => {
  const checks = { call: () => undefined };

  it("what the dialect cannot read in one way is refused, and nothing is sent", async () => {
    const { sent, status, headers } = await rig({
      chain: [new Watch().filter("a", checks)],
      request: { body: "malformed" },
    });
    expect(sent).toEqual([]);
    expect(status).toBe(400);
    expect(headers["x-sluice-refusal"]).toBe("body_malformed");
  });

  it("the original bytes go on; where a visit edited the call, what it wrote, with its length", async () => {
    const plain = await rig({ chain: [new Watch().filter("a", checks)], request: { body: garbage } });
    expect(plain.sent[0]?.body).toEqual(garbage);
    const edits = { call: (call: { edits: Map<string, unknown> }) => void call.edits.set("", "masked") };
    const edited = await rig({
      chain: [new Watch().filter("a", edits as never)],
      request: { body: "my secret", headers: { "content-length": "9" } },
    });
    expect(edited.sent[0]?.body.toString()).toBe("masked");
    expect(edited.sent[0]?.headers["content-length"]).toBe("6");
  });

  it("an answer that cannot be read is no answer", async () => {
    const { bytes, headers } = await rig({
      chain: [new Watch().filter("a", { frame: (frame) => frame })],
      upstream: { steps: ["malformed\n"] },
    });
    expect(bytes.toString()).toBe("refused upstream_malformed");
    expect(headers["x-sluice-refusal"]).toBe("upstream_malformed");
  });
});

describe("9. Covered or refused", () => {
  it("a body past its bound is refused unread", async () => {
    const { status, sent } = await rig({
      chain: [new Watch().filter("a", { call: () => undefined })],
      request: { body: garbage },
      bodyBytesMax: 1023,
    });
    expect([status, sent.length]).toEqual([413, 0]);
  });

  it("where nothing is routed the same walk says so, past the same filters", async () => {
    const watch = new Watch();
    const { status } = await rig({ chain: [watch.filter("audit")], targets: refuse("route_unknown") });
    expect(status).toBe(404);
    expect(watch.outcomes).toMatchObject([
      { ended: "refused", status: 404, refusal: { code: "route_unknown" } },
    ]);
  });
});

describe("10. Fail closed, say so", () => {
  it.each(["open", "call", "head", "frame", "flush"])(
    "a filter that breaks in %s lets nothing by",
    async (hook) => {
      const broken = (): never => {
        throw new Error("it holds a secret");
      };
      const holds = { mayEdit: true, frame: () => [] };
      const hooks = hook === "flush" ? holds : {};
      const filter = new Watch().filter("a", hook === "open" ? {} : { ...hooks, [hook]: broken });
      const { bytes, status, headers, bugs } = await rig({
        chain: [hook === "open" ? { ...filter, open: broken } : filter],
        request: { body: "ask" },
        upstream: { steps: ["answer\n.\n"] },
      });
      expect(status).toBe(500);
      expect(bytes.toString()).toBe("refused internal");
      expect(headers["x-sluice-refusal"]).toBe("internal");
      expect(bugs).toHaveLength(1);
    },
  );

  it("an attempt that cannot be reserved is not sent", async () => {
    const { sent, status } = await rig({
      attemptChain: [new Watch().attemptFilter("reserve", {}, refuse("store_unavailable"))],
    });
    expect([sent.length, status]).toEqual([0, 503]);
  });
});

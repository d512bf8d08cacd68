// Owns the proof of the design's invariants 1 to 5, one by one, on the walk alone. Knows no sockets.

import { describe, expect, it } from "vitest";
import { type Frame, noUsage } from "../../../core/contracts/frame.ts";
import { type Refusal, refuse } from "../../../core/contracts/refusal.ts";
import type { Halt } from "../../../core/contracts/visit.ts";
import { lineFrame, textOf } from "../../line-dialect.ts";
import { type RigOptions, rig } from "../../rig.ts";
import { Watch } from "../../watched-chain.ts";

const pass = {
  call: () => undefined,
  head: () => undefined,
  frame: <F>(frame: F): F => frame,
  flush: () => [],
};
const upstream = { steps: ["one\n", { is: "pause" }, "two\n.\n"] } as const;
const answer: Halt = {
  kind: "answer",
  head: { status: 203, headers: { "content-type": "text/lines" } },
  body: Buffer.from("cached\n.\n"),
};

describe("1. One direction", () => {
  it("open and call go outside-in; head, frame, flush and close go inside-out", async () => {
    const watch = new Watch();
    await rig({
      chain: [watch.filter("a", pass), watch.filter("b", pass)],
      attemptChain: [watch.attemptFilter("attempt c", pass)],
      upstream: { steps: ["one\n.\n"] },
      request: { body: "ask" },
    });
    const inward = ["open a", "open b", "call a", "call b", "open attempt c"];
    const names = ["attempt c", "b", "a"];
    const outward = ["head", "frame", "frame", "flush", "close"].flatMap((hook) =>
      names.map((name) => `${hook} ${name}`),
    );
    expect(watch.asked).toEqual([...inward, ...outward]);
    expect(watch.breaches()).toEqual([]);
  });
});

describe("2. One answer path", () => {
  const ways: readonly [string, RigOptions, string][] = [
    ["an upstream's reply", { upstream }, "one\ntwo\n.\n"],
    ["an Answer", { chain: [new Watch().filter("x", {}, answer)] }, "cached\n.\n"],
    ["a Refusal", { chain: [new Watch().filter("x", {}, refuse("rate_limited"))] }, "refused rate_limited"],
    ["a lost upstream", { upstream: { failure: "upstream_timeout" } }, "refused upstream_timeout"],
    ["no target", { targets: refuse("model_denied") }, "refused model_denied"],
  ];

  it.each(ways)("%s leaves past the filters that opened before it", async (_what, options, bytes) => {
    const watch = new Watch();
    const chain = [watch.filter("a", pass), watch.filter("b", pass), ...(options.chain ?? [])];
    const result = await rig({ ...options, chain });
    expect(result.bytes.toString()).toBe(bytes);
    for (const hook of ["head", "frame", "flush", "close"]) {
      expect(watch.of(hook).slice(0, 2)).toEqual([`${hook} b`, `${hook} a`]);
    }
    expect(watch.breaches()).toEqual([]);
  });

  it("an Ending leaves past those beyond the one that said it, which give back what they hold", async () => {
    const watch = new Watch();
    const held: Frame[] = [];
    const holds = watch.filter("holds", {
      mayEdit: true,
      frame: (frame) => {
        held.push(frame);
        return [];
      },
      flush: () => held.splice(0),
    });
    const ends = watch.filter("ends", {
      frame: (frame) =>
        textOf(frame) === "two"
          ? { kind: "ending", reason: "length", usage: noUsage, otherwise: refuse("rate_limited") }
          : frame,
    });
    const { bytes, outcome } = await rig({ chain: [holds, ends], upstream });
    expect(bytes.toString()).toBe("one\n~length\n.\n");
    expect(outcome).toMatchObject({ ended: "ended", status: 200 });
  });

  it("a halt in call is seen by those before it alone", async () => {
    const watch = new Watch();
    const halts = { ...pass, call: () => refuse("schema_violation") };
    const chain = [watch.filter("a", pass), watch.filter("b", halts), watch.filter("c", pass)];
    const { status, sent } = await rig({ chain, request: { body: "ask" } });
    expect(status).toBe(400);
    expect(sent).toEqual([]);
    expect(watch.of("call", "head")).toEqual(["call a", "call b", "head a"]);
    expect(watch.breaches()).toEqual([]);
  });

  it("a refusal of a refusal goes on further out, and ends", async () => {
    const watch = new Watch();
    const stubborn = { head: (): Refusal => refuse("egress_denied") };
    const chain = [watch.filter("a", pass), watch.filter("b", stubborn), watch.filter("c", stubborn)];
    const { bytes, outcome } = await rig({ chain, upstream });
    expect(bytes.toString()).toBe("refused egress_denied");
    expect(outcome).toMatchObject({ ended: "refused", status: 403 });
    expect(watch.of("head")).toEqual(["head c", "head b", "head a"]);
  });
});

describe("3. One stream path", () => {
  it("an unstreamed answer is a stream of one frame: what guards the one guards the other", async () => {
    const guard = {
      mayEdit: true,
      frame: (frame: Frame) => (textOf(frame).includes("secret") ? refuse("agent_failed") : frame),
    };
    for (const type of ["text/lines", "text/whole"]) {
      const steps = ["a sec", { is: "pause" }, "ret\n.\n"] as const;
      const { bytes, outcome } = await rig({
        chain: [new Watch().filter("guard", guard)],
        upstream: { headers: { "content-type": type }, steps },
      });
      expect(bytes.toString()).toBe("refused agent_failed");
      expect(outcome).toMatchObject({ ended: "refused", status: 502 });
    }
  });
});

describe("4. The head waits for the first released bytes", () => {
  const holdsUntil = (word: string) => {
    const held: Frame[] = [];
    return {
      mayEdit: true,
      // Another answer: what was held of the one before is nobody's any more.
      head: () => void held.splice(0),
      frame: (frame: Frame) => {
        held.push(frame);
        return textOf(frame) === word ? held.splice(0) : [];
      },
      flush: () => held.splice(0),
    };
  };

  it("while all is held no head is written", async () => {
    const { log } = await rig({ chain: [new Watch().filter("holds", holdsUntil("two"))], upstream });
    expect(log).toEqual(["send to target-0", "head 200", "take 8", "over", "take 2", "end"]);
  });

  it("until then a refusal has its own status", async () => {
    const watch = new Watch();
    const refuses = {
      frame: (frame: Frame) => (textOf(frame) === "two" ? refuse("rate_limited", { retryAfterS: 7 }) : frame),
    };
    const chain = [watch.filter("holds", holdsUntil("never")), watch.filter("refuses", refuses)];
    const { status, headers, bytes } = await rig({ chain, upstream });
    expect([status, bytes.toString()]).toEqual([429, "refused rate_limited"]);
    expect(headers).toMatchObject({ "x-sluice-refusal": "rate_limited", "retry-after": "7" });
    expect(headers["content-length"]).toBe(String(bytes.length));
  });

  it("an upstream that dies at once is replaced, one that dies later is not", async () => {
    const watch = new Watch();
    const attemptChain = [watch.attemptFilter("attempt", pass)];
    const good = { steps: ["good\n.\n"] };
    const early = await rig({ attemptChain, upstream: [{ steps: ["on", { is: "lost" }] }, good] });
    expect(early.bytes.toString()).toBe("good\n.\n");
    expect(early.sent.map(({ target }) => target)).toEqual(["target-0", "target-1"]);
    expect(watch.outcomes).toMatchObject([{ ended: "replaced" }, { ended: "done" }]);
    expect(watch.breaches()).toEqual([]);
    const late = await rig({ attemptChain, upstream: [{ steps: ["one\n", { is: "lost" }] }, good] });
    expect(late.bytes.toString()).toBe("one\n!upstream_truncated\n");
    expect(late.sent).toHaveLength(1);
  });

  it("Again asks once more, at most once", async () => {
    const watch = new Watch();
    const otherwise = refuse("answer_invalid");
    const again = { frame: () => ({ kind: "again", because: "schema", otherwise }) as const };
    let asked = 0;
    const once = {
      call: () => undefined,
      frame: (frame: Frame) => (asked++ === 0 ? again.frame() : frame),
    };
    const repaired = await rig({ chain: [watch.filter("once", once)], upstream, request: { body: "ask" } });
    expect(repaired.bytes.toString()).toBe("one\ntwo\n.\n");
    expect(repaired.sent).toHaveLength(2);
    const endless = await rig({
      chain: [new Watch().filter("always", { ...again, call: () => undefined })],
      upstream,
    });
    expect(endless.sent).toHaveLength(2);
    expect(endless.outcome).toMatchObject({ ended: "refused", status: otherwise.status });
    expect(watch.breaches()).toEqual([]);
  });

  it("Again is not legal once the body was streamed: it is gone", async () => {
    const otherwise = refuse("answer_invalid");
    const again = { frame: () => ({ kind: "again", because: "schema", otherwise }) as const };
    const { sent, outcome } = await rig({
      chain: [new Watch().filter("again", again)],
      upstream,
      request: { body: "ask" },
    });
    expect(sent).toHaveLength(1);
    expect(outcome).toMatchObject({ ended: "refused", status: otherwise.status });
  });

  it("an edited stream drops what vouched for its bytes; one whole frame has its length anew", async () => {
    const shout = {
      mayEdit: true,
      frame: (frame: Frame) => lineFrame(textOf(frame).toUpperCase()),
    };
    const vouched = { "content-length": "3", etag: '"x"', digest: "y", "content-digest": "z" };
    const chain = [new Watch().filter("shout", shout)];
    const whole = await rig({
      chain,
      upstream: { headers: { ...vouched, "content-type": "text/whole" }, steps: ["abc"] },
    });
    expect(whole.headers).toEqual({ "content-type": "text/whole", "content-length": "4" });
    const stream = await rig({
      chain,
      upstream: { ...upstream, headers: { ...vouched, "content-type": "text/lines" } },
    });
    expect(stream.headers).toEqual({ "content-type": "text/lines" });
  });
});

describe("5. Every exit but done aborts the upstream", () => {
  const endless = { steps: ["one\n", { is: "pause" }, "two\n", { is: "stall" }] } as const;
  const at = (word: string, act: () => never | Refusal | Halt) => ({
    frame: (frame: Frame) => (textOf(frame) === word ? (act() as Refusal) : frame),
  });
  const broken = (): never => {
    throw new Error("broken");
  };

  it.each([
    ["refused before the commit", at("one", () => refuse("agent_failed")), "refused agent_failed"],
    ["refused after it", at("two", () => refuse("agent_failed")), "one\n!agent_failed\n"],
    ["a bug before the commit", at("one", broken), "refused internal"],
    ["a bug after it", at("two", broken), "one\n!internal\n"],
    ["a bug in head", { head: broken }, "refused internal"],
  ])("%s", async (_what, hooks, bytes) => {
    const watch = new Watch();
    const result = await rig({ chain: [watch.filter("a", hooks)], upstream: endless });
    expect(result.bytes.toString()).toBe(bytes);
    expect(result.log).toContain("abort");
    expect(result.frames).toEqual(result.bytes.includes("!") ? [] : result.frames);
    expect(watch.breaches()).toEqual([]);
  });

  it("where the format cannot say it, the connection is reset: no end that looks complete", async () => {
    const headers = { "content-type": "text/whole" };
    const upstream = { headers, steps: ["half", { is: "pause" }, { is: "lost" }] } as const;
    const { log, isWhole, outcome } = await rig({ upstream });
    expect(log).toEqual(["send to target-0", "head 200", "take 4", "over", "reset"]);
    expect(isWhole).toBe(false);
    expect(outcome).toMatchObject({ ended: "refused", status: 200, isCommitted: true });
  });

  it("nothing is said past a length that was stated", async () => {
    const headers = { "content-type": "text/lines", "content-length": "100" };
    const upstream = { headers, steps: ["one\n", { is: "pause" }, { is: "lost" }] } as const;
    const { log } = await rig({ upstream });
    expect(log.at(-1)).toBe("reset");
  });

  it("a client that leaves takes the upstream along", async () => {
    const { outcome, log } = await rig({ upstream: endless, client: { leavesAfter: 4 } });
    expect(outcome.ended).toBe("client-gone");
    expect(log).toContain("abort");
  });
});

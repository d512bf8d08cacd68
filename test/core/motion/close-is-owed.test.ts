// Owns the proof of invariant 6: every exit there is, at every place, closes every opened visit once. No
// sockets.

import { describe, expect, it } from "vitest";
import type { CutBy, Exchange } from "../../../core/contracts/exchange.ts";
import { type Async, type Frame, noUsage } from "../../../core/contracts/frame.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import type { Visit } from "../../../core/contracts/visit.ts";
import { textOf } from "../../line-dialect.ts";
import { type RigOptions, type RigResult, rig } from "../../rig.ts";
import { Watch } from "../../watched-chain.ts";

type HookName = "open" | "call" | "head" | "frame" | "flush" | "close";
const hookNames: readonly HookName[] = ["open", "call", "head", "frame", "flush", "close"];
const exchangeFilters = ["a", "b", "c"];
const attemptFilters = ["attempt d", "attempt e"];
const steps = ["one\n", { is: "pause" }, "two\nthr", { is: "pause" }, "ee\n", ".\n"] as const;

const pacings = {
  "at once": <T>(value: () => T): Async<T> => value(),
  "a microtask later": async <T>(value: () => T): Promise<T> => value(),
  "a turn later": <T>(value: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          resolve(value());
        } catch (bug) {
          reject(bug);
        }
      });
    }),
};
type Pace = (typeof pacings)["at once"];

/** Hooks that pass everything, each at this pace; `act` speaks in place of one of them. */
function hooksOf(pace: Pace, hook: HookName | undefined, act: () => unknown): Omit<Visit, "kind"> {
  const say = <T>(name: HookName, usual: T): Async<T> =>
    pace(() => (name === hook ? ((act() ?? usual) as T) : usual));
  return {
    call: () => say("call", undefined),
    head: () => say("head", undefined),
    frame: (frame: Frame) =>
      (textOf(frame) === "three" ? say("frame", frame) : pace(() => frame)) as Async<Frame>,
    flush: () => say("flush", [] as Frame[]),
    close: () => void (hook === "close" ? act() : undefined),
  };
}

interface Case {
  readonly filter: string;
  readonly hook: HookName;
  readonly pace: Pace;
  readonly act: (exchange: Exchange | undefined) => unknown;
}

async function run({ filter, hook, pace, act }: Case, more: RigOptions = {}): Promise<[Watch, RigResult]> {
  const watch = new Watch();
  let exchange: Exchange | undefined;
  const hooks = (name: string) => hooksOf(pace, name === filter ? hook : undefined, () => act(exchange));
  const opening = (name: string, made: { open: (subject: never) => unknown }) => ({
    ...made,
    open: (subject: never) =>
      name === filter && hook === "open"
        ? pace(() => act(exchange) ?? made.open(subject))
        : made.open(subject),
  });
  const result = await rig({
    chain: exchangeFilters.map((name) => opening(name, watch.filter(name, hooks(name))) as never),
    attemptChain: attemptFilters.map(
      (name) => opening(name, watch.attemptFilter(name, hooks(name))) as never,
    ),
    request: { body: "ask" },
    upstream: { steps },
    onExchange: (made) => {
      exchange = made;
    },
    ...more,
  });
  return [watch, result];
}

/** What must hold however it ended. */
function check(watch: Watch, { log, sent, isWhole, frames, outcome, status }: RigResult): void {
  expect(watch.breaches()).toEqual([]);
  const isStream = status === 200;
  if (isWhole && isStream && outcome.ended === "done") expect(frames).not.toEqual([]);
  expect(log.filter((line) => line === "abort" || line === "over")).toHaveLength(sent.length);
  expect(watch.outcomes.every(({ ended }) => ended === outcome.ended)).toBe(true);
}

const places = [...exchangeFilters, ...attemptFilters].flatMap((filter) =>
  hookNames
    .filter((hook) => hook !== "call" || exchangeFilters.includes(filter))
    .map((hook) => [filter, hook] as const),
);

describe.each(Object.entries(pacings))("6. Close is owed (hooks answer %s)", (_name, pace) => {
  it("done", async () => {
    const [watch, result] = await run({ filter: "none", hook: "frame", pace, act: () => undefined });
    check(watch, result);
    expect(result.outcome).toMatchObject({ ended: "done", status: 200 });
    expect(result.bytes.toString()).toBe("one\ntwo\nthree\n.\n");
  });

  it.each(places.filter(([, hook]) => hook !== "close"))("refused by %s in %s", async (filter, hook) => {
    const [watch, result] = await run({ filter, hook, pace, act: () => refuse("rate_limited") });
    check(watch, result);
    expect(result.outcome).toMatchObject({ ended: "refused", refusal: { code: "rate_limited" } });
  });

  it.each(places)("a bug in %s, %s", async (filter, hook) => {
    const act = (): never => {
      throw new Error("broken");
    };
    const [watch, result] = await run({ filter, hook, pace, act });
    check(watch, result);
    expect(result.bugs).toHaveLength(1);
    if (hook === "close") expect(result.outcome.ended).toBe("done");
    else expect(result.outcome).toMatchObject({ ended: "bug", refusal: { code: "internal" } });
  });

  const cuts: readonly (readonly [string, CutBy])[] = [
    ["a refusal", refuse("draining")],
    ["an ending", { kind: "ending", reason: "length", usage: noUsage, otherwise: refuse("draining") }],
    ["the client's leaving", { kind: "gone" }],
  ];
  it.each(cuts)("cut by %s from within every hook", async (_by, by) => {
    for (const [filter, hook] of places.filter(([, name]) => name !== "close")) {
      const act = (exchange: Exchange | undefined): undefined => exchange?.cut(by) as undefined;
      const [watch, result] = await run({ filter, hook, pace, act });
      check(watch, result);
      const ended = by.kind === "gone" ? "client-gone" : /refused|ended/;
      expect(result.outcome.ended, `${filter} ${hook}`).toMatch(ended);
    }
  });

  it("client gone at every byte", async () => {
    for (let leavesAfter = 0; leavesAfter < 16; leavesAfter++) {
      const [watch, result] = await run(
        { filter: "none", hook: "open", pace, act: () => undefined },
        { client: { leavesAfter } },
      );
      check(watch, result);
      expect(result.log).toContain("leave");
    }
  });

  it("upstream lost at every step", async () => {
    for (let at = 0; at <= steps.length; at++) {
      const upstream = { steps: [...steps.slice(0, at), { is: "lost" }] } as const;
      const [watch, result] = await run(
        { filter: "none", hook: "open", pace, act: () => undefined },
        { upstream },
      );
      check(watch, result);
      expect(result.outcome).toMatchObject({ ended: "refused", refusal: { code: "upstream_truncated" } });
      if (result.isWhole && result.status === 200) expect(result.frames).toEqual([]);
    }
  });
});

describe("6. Close is owed, where more than one thing goes wrong", () => {
  const fine = { filter: "none", hook: "open", pace: pacings["at once"], act: () => undefined } as const;

  it("two upstreams lost, the third good: an attempt's visits close before the next opens", async () => {
    const lost = { steps: [{ is: "lost" }] } as const;
    const [watch, result] = await run(fine, {
      upstream: [lost, { failure: "upstream_unreachable" }, { steps }],
    });
    expect(watch.breaches()).toEqual([]);
    expect(result.outcome.ended).toBe("done");
    const ofAttempts = watch.of("open", "close").filter((line) => line.endsWith("attempt d"));
    expect(ofAttempts).toEqual(Array(3).fill(["open attempt d", "close attempt d"]).flat());
    const ended = watch.outcomes.map((outcome) => outcome.ended);
    expect(ended).toEqual([...Array(4).fill("replaced"), ...Array(5).fill("done")]);
  });

  it("a dialect that cannot even refuse", async () => {
    const broken = (): never => {
      throw new Error("broken");
    };
    const { LineDialect } = await import("../../line-dialect.ts");
    const dialect = Object.assign(new LineDialect(), { refuse: broken, reader: broken });
    const [watch, { log, bugs, outcome }] = await run(fine, { dialect });
    expect(watch.breaches()).toEqual([]);
    expect(log.slice(-3)).toEqual(["bug", "reset", "abort"]);
    expect(bugs).toHaveLength(2);
    expect(outcome.ended).toBe("bug");
  });

  it("a dialect that cannot read its own refusals is a bug, not a circle", async () => {
    const { LineDialect } = await import("../../line-dialect.ts");
    const never = { push: () => refuse("upstream_malformed"), end: () => refuse("upstream_malformed") };
    const dialect = Object.assign(new LineDialect(), { reader: () => never });
    const [watch, { status, bugs }] = await run(fine, { dialect });
    expect(watch.breaches()).toEqual([]);
    expect(status).toBe(500);
    expect(bugs).toHaveLength(1);
  });

  it("a hook that never answers is not waited for once the exchange is cut", async () => {
    const watch = new Watch();
    let cut = (): void => {};
    const think = (): Promise<never> => {
      setImmediate(cut);
      return new Promise(() => {});
    };
    const stuck = watch.filter("stuck", { frame: think });
    const holds = watch.filter("outer", { frame: () => [], flush: () => [], mayEdit: true });
    const { status, outcome } = await rig({
      chain: [holds, stuck, watch.filter("inner", { flush: () => [] })],
      upstream: { steps },
      onExchange: (exchange) => {
        cut = () => exchange.cut(refuse("draining"));
      },
    });
    expect(watch.breaches()).toEqual([]);
    expect([status, outcome.ended]).toEqual([503, "refused"]);
    expect(watch.of("flush")).toEqual(["flush outer"]);
  });

  it("a body that never comes is not waited for once the exchange is cut", async () => {
    const watch = new Watch();
    const { status } = await rig({
      chain: [watch.filter("a", { call: () => undefined })],
      request: { body: "ask" },
      client: { neverSendsBody: true },
      onExchange: (exchange) => setImmediate(() => exchange.cut(refuse("draining"))),
    });
    expect(status).toBe(503);
    expect(watch.breaches()).toEqual([]);
  });

  it("the whole exchange has a wall clock", async () => {
    const watch = new Watch();
    const { status } = await rig({
      chain: [watch.filter("a")],
      upstream: { failure: "stall" },
      totalMs: 5,
    });
    expect(status).toBe(504);
    expect(watch.breaches()).toEqual([]);
  });
});

describe("6. Close is owed: the check itself", () => {
  const broken: readonly (readonly [string, (visit: Visit) => void, RegExp])[] = [
    ["closed twice", (visit) => [0, 1].map(() => visit.close?.(outcome)), /closed 2 times/],
    ["never closed", () => {}, /never closed/],
    [
      "asked after its close",
      (visit) => {
        visit.close?.(outcome);
        void visit.head?.({ status: 200, headers: {} });
      },
      /after its close/,
    ],
  ];
  const outcome = { ended: "done", status: 200, refusal: undefined, isCommitted: true } as const;

  it.each(broken)("sees a visit that is %s", async (_what, mistreat, said) => {
    const watch = new Watch();
    const opened = await watch.filter("a", { head: () => undefined }).open({} as Exchange);
    if (opened?.kind === "visit") mistreat(opened);
    expect(watch.breaches().join()).toMatch(said);
  });

  it("sees a walk that closes outside-in", async () => {
    const watch = new Watch();
    for (const name of ["a", "b"]) {
      const opened = await watch.filter(name).open({} as Exchange);
      if (opened?.kind === "visit") queueMicrotask(() => opened.close?.(outcome));
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(watch.breaches().join()).toMatch(/a was closed before one that opened later/);
  });
});

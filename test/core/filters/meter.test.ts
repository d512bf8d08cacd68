// Owns the proof that an attempt is charged what it used: as said, or counted where nobody says. Knows no
// dialect.

import { describe, expect, it } from "vitest";
import type { AnswerHead, Call } from "../../../core/contracts/dialect.ts";
import type { Attempt } from "../../../core/contracts/exchange.ts";
import { type Delta, type Frame, noUsage, type Usage } from "../../../core/contracts/frame.ts";
import type { Price } from "../../../core/contracts/price.ts";
import type { KeptRecords } from "../../../core/contracts/store.ts";
import type { Outcome, Visit } from "../../../core/contracts/visit.ts";
import { meterFilter } from "../../../core/filters/meter.ts";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { samplePrice } from "../prices/sample-price.ts";
import { addAttempt, asVisit, chatCall, done, sampleExchange } from "./sample-exchange.ts";

const price = samplePrice({ input: 1, output: 10 }, { perCallNanoUsd: 7 });
const gone: Outcome = { ...done, ended: "client-gone" };

interface World {
  readonly attempt: Attempt;
  readonly visit: Visit;
  readonly head: AnswerHead;
  readonly asked: (readonly (readonly string[])[])[];
  say(...deltas: Delta[]): void;
}

interface Options {
  readonly call?: Partial<Call>;
  readonly price?: Price | undefined;
  readonly status?: number;
  readonly counted?: readonly number[];
  readonly records?: Pick<KeptRecords, "charge">;
}

/** An attempt whose head has come, and a counter that answers `counted`. */
function open(options: Options = {}): World {
  const exchange = sampleExchange();
  exchange.call = { ...chatCall('{"messages":[]}'), isStream: true, ...options.call };
  addAttempt(exchange);
  const [attempt] = exchange.attempts;
  if (attempt === undefined) throw new Error("no attempt");
  const asked: World["asked"] = [];
  const counter = {
    count: (lists: readonly (readonly string[])[]) => {
      asked.push(lists);
      return Promise.resolve(options.counted);
    },
  };
  const findPrice = () => ("price" in options ? options.price : price);
  const visit = asVisit(
    meterFilter({ findPrice, counter, records: options.records ?? new MemoryStore().kept }).open(attempt),
  );
  const head = { status: options.status ?? 200, headers: {} };
  visit.head?.(head);
  const writer = { edit: (frame: Frame) => frame, end: () => [], refuse: () => undefined };
  const say = (...deltas: Delta[]): void => {
    visit.frame?.({ kind: "frame", bytes: Buffer.alloc(0), deltas }, writer);
  };
  return { attempt, visit, head, asked, say };
}

const text = (said: string): Delta => ({
  kind: "text",
  channel: "0",
  text: said,
  mode: "append",
});
const used = (usage: Partial<Usage>): Delta => ({ kind: "usage", usage: { ...noUsage, ...usage } });
const end: Delta = { kind: "end", channel: "0", reason: "stop", stop: "stop" };

describe("usage that is said", () => {
  it("is the usage, and nothing is counted", () => {
    const { attempt, visit, asked, say } = open();
    say(text("Hello"), text(" world"));
    say(end, used({ inputTokens: 1_000, outputTokens: 100 }));
    visit.close?.(done);
    expect(attempt.usage).toEqual({ ...noUsage, inputTokens: 1_000, outputTokens: 100 });
    expect(attempt.costNanoUsd).toBe(1_000_000 + 1_000_000 + 7);
    expect(attempt.finishReason).toBe("stop");
    expect([asked, attempt.counting]).toEqual([[], undefined]);
  });

  it("is in the head of an answer that is not streamed, and only there", () => {
    const whole = open({ call: { isStream: false } });
    whole.say(text("Hello"), end, used({ inputTokens: 8, outputTokens: 2 }));
    expect(whole.head.headers).toEqual({ "x-sluice-tokens-used": "10", "x-sluice-cost-usd": "0.000028007" });
    const streamed = open();
    streamed.say(used({ inputTokens: 8, outputTokens: 2 }));
    expect(streamed.head.headers).toEqual({});
  });

  it("is no longer exact where the answer was cut behind it", () => {
    const { attempt, visit, say } = open();
    say(text("Hello"), used({ inputTokens: 8, outputTokens: 2 }));
    visit.close?.(gone);
    expect(attempt.usage).toEqual({ ...noUsage, inputTokens: 8, outputTokens: 2, isExact: false });
  });

  it("at the start of an answer is added to by what is said after it", async () => {
    const { attempt, visit, asked, say } = open({ counted: [0, 40] });
    say(used({ inputTokens: 500, outputTokens: 1, isExact: false }));
    say(text("one two"), text(" three"));
    visit.close?.(gone);
    await attempt.counting;
    expect(asked).toEqual([[[], ["one two three"]]]);
    expect(attempt.usage).toEqual({ ...noUsage, inputTokens: 500, outputTokens: 41, isExact: false });
  });
});

const asking: Partial<Call> = {
  texts: [{ pointer: "/messages/0/content", role: "user", kind: "text", text: "How are you?" }],
  model: "gpt-4o",
};

describe("usage that nobody says", () => {
  const call = asking;

  it("is an estimate at once, and counted soon", async () => {
    const { attempt, visit, asked, say } = open({ call, counted: [4, 3] });
    say(text("Fine, "), text("and you?"), end);
    visit.close?.(done);
    expect(attempt.usage).toMatchObject({ inputTokens: 5, outputTokens: 5, isExact: false });
    await attempt.counting;
    expect(asked).toEqual([[["How are you?"], ["Fine, and you?"]]]);
    expect(attempt.usage).toEqual({ ...noUsage, inputTokens: 8, outputTokens: 3, isExact: false });
    expect(attempt.costNanoUsd).toBe(8_000 + 30_000 + 7);
  });

  it("stays the estimate where it cannot be counted", async () => {
    const { attempt, visit, say } = open({ call });
    say(text("Fine, "), text("and you?"));
    visit.close?.(gone);
    const estimate = attempt.usage;
    await attempt.counting;
    expect(attempt.usage).toBe(estimate);
  });

  it("is never less than the pieces that were streamed", async () => {
    const { attempt, visit, say } = open({ call, counted: [4, 1] });
    for (const letter of "abcdef") say(text(letter));
    visit.close?.(gone);
    await attempt.counting;
    expect(attempt.usage.outputTokens).toBe(6);
  });

  it("holds text up to a bound, and the length of what is beyond it", async () => {
    const { attempt, visit, asked, say } = open({ call, counted: [4, 20_000] });
    for (let index = 0; index < 100; index++) say(text("0123456789".repeat(100)));
    visit.close?.(gone);
    await attempt.counting;
    const [, output = []] = asked[0] ?? [];
    expect(output.join("").length).toBe(33_000);
    expect(attempt.usage.outputTokens).toBe(20_000 + Math.ceil(67_000 / 3));
  });

  it("counts no snapshot, but every call of a tool", async () => {
    const { attempt, visit, say } = open({ call, counted: [4, 2] });
    say({ kind: "tool", channel: "0/tool/0", id: "1", isHosted: false });
    say({ kind: "tool.args", channel: "0/tool/0", text: "{}", mode: "append" });
    say({ kind: "tool.args", channel: "0/tool/0", text: "{}", mode: "snapshot" });
    visit.close?.(done);
    await attempt.counting;
    expect(attempt.usage.outputTokens).toBe(2 + 8);
  });

  it("is charged for an upstream that was reached and never answered", async () => {
    const { attempt, visit } = open({ call, counted: [4] });
    const silent = asVisit(
      meterFilter({
        findPrice: () => price,
        counter: { count: async () => [4] },
        records: new MemoryStore().kept,
      }).open(attempt),
    );
    attempt.hasReachedUpstream = true;
    silent.close?.(gone);
    await attempt.counting;
    expect(attempt.usage).toMatchObject({ inputTokens: 8, outputTokens: 0, isExact: false });
    expect(visit.kind).toBe("visit");
  });
});

describe("an answer that says it has failed", () => {
  const failed = (status: number | undefined): Delta => ({ kind: "error", status });

  it("has failed its attempt, by its first error, and is paid for", () => {
    const { attempt, visit, say } = open();
    say(used({ inputTokens: 25, outputTokens: 1 }), failed(529), failed(undefined));
    visit.close?.(done);
    expect(attempt.failure).toMatchObject({ code: "upstream_failed", status: 529 });
    expect(attempt.usage.inputTokens).toBe(25);
  });

  it("names no status where nothing tells, and adds nothing to a head that says so", () => {
    const { attempt, say } = open();
    say(failed(undefined));
    expect(attempt.failure).toMatchObject({ code: "upstream_failed", status: 502 });
    const refused = open({ status: 429 });
    refused.say(failed(429));
    expect(refused.attempt.failure).toBeUndefined();
  });
});

describe("nothing is charged", () => {
  it.each([
    ["what the provider refused", { status: 429 }],
    ["a count of tokens", { call: { operation: "count" } }],
    ["an answer that was made before", { call: { operation: "stored" } }],
  ] as const)("for %s", (_what, options) => {
    const { attempt, visit, asked } = open(options);
    visit.close?.(done);
    expect([attempt.usage, attempt.costNanoUsd, asked]).toEqual([noUsage, 0, []]);
  });
});

describe("an answer that the provider keeps", () => {
  const usage = { inputTokens: 1_000, outputTokens: 100 };
  const start: Delta = { kind: "start", id: "resp_1", model: "gpt-4o" };
  const fetched = { operation: "stored", answerId: "resp_1" } as const;

  it("is paid for when it is made, and not when it is fetched", () => {
    const records = new MemoryStore().kept;
    const made = open({ records, call: { isKept: true } });
    made.say(start, end, used(usage));
    made.visit.close?.(done);
    expect(made.attempt.usage).toEqual({ ...noUsage, ...usage });
    const again = open({ records, call: fetched });
    again.say(start, end, used(usage));
    again.visit.close?.(done);
    expect(again.attempt.usage).toEqual(noUsage);
  });

  it("that was made in the background is paid for once, when its usage is known", async () => {
    const records = new MemoryStore().kept;
    const made = open({ records, call: { ...asking, isKept: true }, counted: [596, 0] });
    made.say(start);
    made.visit.close?.(done);
    await made.attempt.counting;
    expect(made.attempt.usage).toMatchObject({ inputTokens: 600, outputTokens: 0, isExact: false });
    const first = open({ records, call: fetched });
    first.say(start, end, used(usage));
    first.visit.close?.(done);
    expect(first.attempt.usage).toEqual({ ...noUsage, inputTokens: 400, outputTokens: 100 });
    const second = open({ records, call: fetched });
    second.say(start, end, used(usage));
    second.visit.close?.(done);
    expect(second.attempt.usage).toEqual(noUsage);
  });

  it("and nobody here knows is paid for when it is fetched", () => {
    const { attempt, visit, say } = open({ call: fetched });
    say(start, end, used(usage));
    visit.close?.(done);
    expect(attempt.usage).toEqual({ ...noUsage, ...usage });
  });
});

describe("a price", () => {
  it("nobody knows leaves the cost unknown", () => {
    const { attempt, visit, say } = open({ price: undefined });
    say(end, used({ inputTokens: 8, outputTokens: 2 }));
    visit.close?.(done);
    expect([attempt.costNanoUsd, attempt.isCostAssumed]).toEqual([undefined, false]);
  });

  it("that is assumed says so of its cost", () => {
    const { attempt, visit, say } = open({ price: { ...price, origin: { kind: "assumed" } } });
    say(end, used({ inputTokens: 8, outputTokens: 2 }));
    visit.close?.(done);
    expect(attempt.isCostAssumed).toBe(true);
  });
});

// Owns the proof of what an attempt is charged: as said, as counted, as reserved, and never less than was
// seen.

import { describe, expect, it } from "vitest";
import type { Attempt } from "../../../../core/contracts/exchange.ts";
import { noUsage, type Usage } from "../../../../core/contracts/frame.ts";
import type { CounterState } from "../../../../core/contracts/limit.ts";
import type { LimitSpec } from "../../../../core/contracts/policy.ts";
import { refuse } from "../../../../core/contracts/refusal.ts";
import type { Outcome } from "../../../../core/contracts/visit.ts";
import { MemoryStore } from "../../../../core/stores/memory.ts";
import { done } from "../sample-exchange.ts";
import { end, type Opened, sampleBudgets, say, text } from "./sample-budgets.ts";

const gone: Outcome = { ...done, ended: "client-gone" };
const replaced: Outcome = { ...done, ended: "replaced", status: 0 };

interface World {
  readonly opened: Opened;
  readonly attempt: Attempt;
  /** What the counters of tokens and money hold, and the slots. */
  held(): Promise<{ readonly tokens: number; readonly nanoUsd: number; readonly slots: number }>;
}

/** 400 tokens of input are reserved (144 bytes, and what a vendor may add), and 1,000 of output. */
async function open(call: Parameters<ReturnType<typeof sampleBudgets>["open"]>[0] = {}): Promise<World> {
  const store = new MemoryStore();
  const keys: string[] = [];
  const reserve = store.reserve.bind(store);
  store.reserve = (ask) => {
    keys.push(...ask.counters.map(({ key }) => key));
    return reserve(ask);
  };
  const specs: Partial<LimitSpec>[] = [
    { name: "tokens", amount: 10_000 },
    { name: "money", meter: "usd", amount: 1_000_000_000 },
    { name: "slots", meter: "concurrency", window: undefined, amount: 5 },
  ];
  const opened = await sampleBudgets(specs, { store }).open({
    body: Buffer.alloc(144, "x"),
    outputTokensMax: 1_000,
    ...call,
  });
  const used = async (index: number, window: "life" | "concurrency"): Promise<number> => {
    const key = keys[index] ?? "";
    const limit = 1e12;
    const gauge =
      window === "life"
        ? ({ key, limit, window: { kind: "life", idleMs: 86_400_000 } } as const)
        : ({ key, limit, window: { kind: "concurrency" } } as const);
    const states = (await store.desk.read([gauge])) as readonly CounterState[];
    return states[0]?.used ?? -1;
  };
  const held = async () => ({
    tokens: await used(0, "life"),
    nanoUsd: await used(1, "life"),
    slots: await used(2, "concurrency"),
  });
  return { opened, attempt: opened.attempt, held };
}

/** As the meter writes it down. */
function tell(attempt: Attempt, usage: Partial<Usage>): void {
  attempt.hasReachedUpstream = true;
  attempt.usage = { ...noUsage, ...usage };
  attempt.costNanoUsd = attempt.usage.inputTokens * 1_000 + attempt.usage.outputTokens * 10_000;
}

it("all that may be used is held until then", async () => {
  const { held } = await open();
  expect(await held()).toEqual({ tokens: 1_400, nanoUsd: 400_000 + 10_000_000, slots: 1 });
});

describe("an attempt is charged", () => {
  it("what the provider says, exactly", async () => {
    const { opened, attempt, held } = await open();
    say(opened, text("hello"), end);
    tell(attempt, { inputTokens: 30, outputTokens: 70 });
    opened.visit?.close?.(done);
    expect(await held()).toEqual({ tokens: 100, nanoUsd: 730_000, slots: 0 });
  });

  it("more than was reserved, where it says so", async () => {
    const { opened, attempt, held } = await open();
    say(opened, end);
    tell(attempt, { inputTokens: 500, outputTokens: 2_000 });
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 2_500, nanoUsd: 20_500_000 });
  });

  it("what was counted of a whole answer that says nothing", async () => {
    const { opened, attempt, held } = await open();
    say(opened, text("hello"), end);
    tell(attempt, { inputTokens: 30, outputTokens: 70, isExact: false });
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 100, nanoUsd: 730_000 });
  });

  it("only once, and later where tokens are still being counted", async () => {
    const { opened, attempt, held } = await open();
    say(opened, end);
    tell(attempt, { inputTokens: 30, outputTokens: 70, isExact: false });
    const counting = Promise.withResolvers<void>();
    attempt.counting = counting.promise;
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 1_400 });
    tell(attempt, { inputTokens: 31, outputTokens: 71, isExact: false });
    counting.resolve();
    await counting.promise;
    expect(await held()).toMatchObject({ tokens: 102, slots: 0 });
  });

  it("its whole input and a slice beyond what came, where it was cut", async () => {
    const { opened, attempt, held } = await open({ outputTokensMax: 5_000 });
    say(opened, text("one"), text("two"));
    tell(attempt, { inputTokens: 30, outputTokens: 2, isExact: false });
    opened.visit?.close?.(gone);
    expect(await held()).toMatchObject({
      tokens: 400 + 2 + 1_024,
      nanoUsd: 400_000 + 1_026 * 10_000,
      slots: 0,
    });
  });

  it("but no more output than the upstream was told to stop at", async () => {
    const { opened, attempt, held } = await open({ outputTokensMax: 100 });
    say(opened, text("one"));
    tell(attempt, { inputTokens: 30, outputTokens: 1, isExact: false });
    opened.visit?.close?.(replaced);
    expect(await held()).toMatchObject({ tokens: 500 });
  });

  it("the same where the answer itself says that it has failed", async () => {
    const { opened, attempt, held } = await open({ outputTokensMax: 100 });
    say(opened, text("one"));
    tell(attempt, { inputTokens: 30, outputTokens: 1, isExact: false });
    attempt.failure = refuse("upstream_failed");
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 500 });
  });

  it("nothing where it never reached its upstream", async () => {
    const { opened, held } = await open();
    opened.visit?.close?.(replaced);
    expect(await held()).toEqual({ tokens: 0, nanoUsd: 0, slots: 0 });
  });

  it("nothing where the provider has refused it", async () => {
    const { opened, attempt, held } = await open();
    attempt.hasReachedUpstream = true;
    attempt.costNanoUsd = 0;
    opened.visit?.close?.(done);
    expect(await held()).toEqual({ tokens: 0, nanoUsd: 0, slots: 0 });
  });

  it("all that was reserved where the answer is made behind its back", async () => {
    const { opened, attempt, held } = await open();
    say(opened, { kind: "start", id: "resp_1", model: "m" });
    tell(attempt, { inputTokens: 30, isExact: false });
    opened.visit?.close?.(done);
    expect(await held()).toEqual({ tokens: 1_400, nanoUsd: 10_400_000, slots: 0 });
  });
});

describe("forged usage", () => {
  const words = Array.from({ length: 200 }, (_, index) => text(`w${index} `));

  it("of less output than passed is charged what passed", async () => {
    const { opened, attempt, held } = await open();
    say(opened, ...words, end);
    tell(attempt, { inputTokens: 30, outputTokens: 1 });
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 230, nanoUsd: 30_000 + 200 * 10_000 });
  });

  it("of less than a long text in one piece can be is charged by its length", async () => {
    const { opened, attempt, held } = await open();
    say(opened, text("x".repeat(1_600)), end);
    tell(attempt, { inputTokens: 30, outputTokens: 1 });
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 230 });
  });

  it("of no input is charged the least that the texts can be", async () => {
    const texts = [{ pointer: "/a", role: "user", kind: "text", text: "x".repeat(3_200) }] as const;
    const { opened, attempt, held } = await open({ texts });
    say(opened, end);
    tell(attempt, { inputTokens: 0, outputTokens: 10 });
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 210, nanoUsd: 200 * 1_000 + 10 * 10_000 });
  });

  it("is not suspected of summed-up thought, spaced arguments, or what a vendor's tool gave", async () => {
    const { opened, attempt, held } = await open();
    say(
      opened,
      { kind: "reasoning", channel: "0", text: "x".repeat(320), mode: "append" },
      { kind: "tool.args", channel: "0/tool/0", text: `{${" ".repeat(150)}}`, mode: "append" },
      { kind: "tool.result", channel: "0/tool/0", text: "x".repeat(9_000), mode: "append" },
      { kind: "text", channel: "0", text: "x".repeat(9_000), mode: "snapshot" },
      end,
    );
    tell(attempt, { inputTokens: 30, outputTokens: 20 });
    opened.visit?.close?.(done);
    expect(await held()).toMatchObject({ tokens: 50 });
  });
});

describe("an upstream that does not stop", () => {
  const openOn = async (amount: number, outputTokensMax: number) => {
    const budgets = sampleBudgets([{ amount }]);
    const opened = await budgets.open({ body: Buffer.alloc(144, "x"), outputTokensMax });
    return { budgets, opened };
  };
  const words = (count: number) => Array.from({ length: count }, () => text("w "));

  it("is given more while there is some", async () => {
    const { opened } = await openOn(10_000, 10);
    expect(say(opened, ...words(10))).toMatchObject({ kind: "frame" });
    expect(say(opened, ...words(1_000))).toMatchObject({ kind: "frame" });
  });

  it("is cut as soon as there is none, well and with what it used", async () => {
    const { budgets, opened } = await openOn(450, 50);
    expect(say(opened, ...words(50))).toMatchObject({ kind: "frame" });
    expect(say(opened, text("one more"))).toMatchObject({
      kind: "ending",
      reason: "length",
      usage: { inputTokens: 48, outputTokens: 51, isExact: false },
      otherwise: { code: "budget_exceeded" },
    });
    expect(budgets.events).toContain("refused:all");
  });

  it("with an error where the policy prefers it", async () => {
    const budgets = sampleBudgets([{ amount: 450, onCut: "error" }]);
    const opened = await budgets.open({ body: Buffer.alloc(144, "x"), outputTokensMax: 50 });
    expect(say(opened, ...words(51))).toMatchObject({ kind: "refusal", code: "budget_exceeded" });
  });

  it("ends its task there, with what it has used", async () => {
    const budgets = sampleBudgets([{ amount: 450, onExceeded: "end" }]);
    const opened = await budgets.open({ body: Buffer.alloc(144, "x"), outputTokensMax: 50 });
    const inbound = (await open()).opened.exchange;
    opened.exchange.inbound = inbound;
    inbound.tally = { steps: 2, tokens: 1_000, toolCalls: 1, costNanoUsd: 0 };
    inbound.lastText = "so far";
    say(opened, ...words(51));
    const { cutBy } = inbound;
    if (cutBy?.kind !== "answer") throw new Error("not answered");
    expect(JSON.parse(cutBy.body.toString())).toMatchObject({
      task_id: "task-1",
      status: "completed",
      output: "so far",
      steps_used: 3,
      tokens_used: 1_099,
      tool_calls: 1,
      error: "token_budget_exceeded",
    });
  });
});

describe("tool calls", () => {
  it("are taken as they are asked for, and stay", async () => {
    const budgets = sampleBudgets([{ meter: "toolCalls", amount: 2 }]);
    const first = await budgets.open();
    first.attempt.toolCalls = 2;
    expect(say(first, text("a"))).toMatchObject({ kind: "frame" });
    tell(first.attempt, { inputTokens: 1, outputTokens: 1 });
    first.visit?.close?.(done);
    const second = await budgets.open();
    expect(say(second, text("words are free"))).toMatchObject({ kind: "frame" });
    second.attempt.toolCalls = 1;
    expect(say(second, text("a"))).toMatchObject({ otherwise: { code: "tool_calls_exceeded" } });
  });
});

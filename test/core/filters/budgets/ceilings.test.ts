// Owns the proof of what a budget refuses because nobody can count it, and of a request's own ceilings.

import { describe, expect, it } from "vitest";
import type { LimitSpec } from "../../../../core/contracts/policy.ts";
import { MemoryStore } from "../../../../core/stores/memory.ts";
import { sampleBudgets, say, taskExchange, text } from "./sample-budgets.ts";

const ofRequest: Partial<LimitSpec> = { window: { kind: "life", of: "request" } };
const body = (bytes: number) => ({ body: Buffer.alloc(bytes, "x") });

describe("what cannot be counted", () => {
  const unpriced = { price: undefined };
  it("is refused under a limit on money, and names the model", async () => {
    const { refusal } = await sampleBudgets([{ meter: "usd" }], unpriced).open();
    expect(refusal?.code).toBe("price_unknown");
    expect(refusal?.message).toContain('nobody knows a price of model "gpt-4o"');
    expect((await sampleBudgets([{ amount: 10_000 }], unpriced).open()).refusal).toBeUndefined();
  });

  it("is refused under one on tokens or money, and names the place", async () => {
    const outside = { references: ["/previous_response_id"] };
    for (const meter of ["tokens", "usd"] as const) {
      const { refusal } = await sampleBudgets([{ meter }]).open(outside);
      expect(refusal?.code).toBe("input_unbounded");
      expect(refusal?.message).toContain("cannot hold `/previous_response_id`");
    }
    expect((await sampleBudgets([{ meter: "steps" }]).open(outside)).refusal).toBeUndefined();
  });

  it("is the model's whole context where the policy takes it for that", async () => {
    const facts = { unboundedInput: "context", contextTokens: 8_000 } as const;
    const { refusal } = await sampleBudgets([{ amount: 9_000 }], { facts }).open({
      references: ["/previous_response_id"],
    });
    expect(refusal).toBeUndefined();
    const { refusal: full } = await sampleBudgets([{ amount: 8_000 }], { facts }).open({
      references: ["/previous_response_id"],
    });
    expect(full?.code).toBe("budget_exceeded");
  });

  it("is no business of a shadow, which says so", async () => {
    const shadow = sampleBudgets([{ meter: "usd", mode: "shadow" }], unpriced);
    expect(await shadow.open()).toMatchObject({ visit: undefined, refusal: undefined });
    expect(shadow.events).toEqual(["shadow:all"]);
  });

  it("is what passes unread, unless it is priced by the call", async () => {
    const exchange = taskExchange();
    const metered = { operation: "metered" } as const;
    const { refusal } = await sampleBudgets([{ meter: "usd" }]).open(metered, exchange);
    expect(refusal?.code).toBe("price_unknown");
    expect((await sampleBudgets([{ amount: 1 }]).open(metered)).visit).toBeUndefined();
    expect((await sampleBudgets([{ meter: "requests" }]).open(metered)).visit).toBeDefined();
  });
});

describe("a request's own ceilings", () => {
  /** Never asked. */
  const store = new MemoryStore();
  store.reserve = () => {
    throw new Error("asked");
  };

  it("ask no store, and hold the output to what they leave", async () => {
    const budgets = sampleBudgets([{ ...ofRequest, amount: 1_000 }], { store });
    const { attempt, refusal } = await budgets.open({ outputTokensMax: undefined, ...body(144) });
    expect(refusal).toBeUndefined();
    expect(attempt.terms?.outputTokensMax).toBe(600);
  });

  it("count the attempts before", async () => {
    const budgets = sampleBudgets([{ ...ofRequest, amount: 1_000 }], { store });
    const exchange = taskExchange();
    const first = await budgets.open({ outputTokensMax: undefined, ...body(144) }, exchange);
    first.attempt.usage = { ...first.attempt.usage, inputTokens: 100, outputTokens: 200 };
    const second = await budgets.open({}, exchange);
    expect(second.attempt.terms?.outputTokensMax).toBe(300);
    second.attempt.usage = { ...second.attempt.usage, inputTokens: 100, outputTokens: 300 };
    const third = await budgets.open({}, exchange);
    expect(third.refusal).toMatchObject({ code: "budget_exceeded" });
    expect(third.refusal?.message).toContain("300 left of 1000 tokens for this request");
  });

  it("of tool calls end an answer that asks for more", async () => {
    const budgets = sampleBudgets([{ ...ofRequest, meter: "toolCalls", amount: 1 }], { store });
    const opened = await budgets.open();
    opened.attempt.toolCalls = 1;
    expect(say(opened, text("a"))).toMatchObject({ kind: "frame" });
    opened.attempt.toolCalls = 2;
    expect(say(opened, text("b"))).toMatchObject({
      kind: "ending",
      otherwise: { code: "tool_calls_exceeded" },
    });
  });

  it("stand beside what others draw on", async () => {
    const budgets = sampleBudgets([
      { ...ofRequest, name: "request", amount: 600 },
      { name: "task", amount: 2_000 },
    ]);
    const { attempt } = await budgets.open({ outputTokensMax: undefined, ...body(144) });
    expect(attempt.terms?.outputTokensMax).toBe(200);
  });
});

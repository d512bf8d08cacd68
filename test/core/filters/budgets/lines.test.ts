// Owns the proof of what budgets say and do before they are full: thresholds, cheaper models, last words,
// shadows.

import { describe, expect, it } from "vitest";
import { noUsage } from "../../../../core/contracts/frame.ts";
import type { LimitSpec } from "../../../../core/contracts/policy.ts";
import { done } from "../sample-exchange.ts";
import { type Budgets, end, sampleBudgets, say, taskExchange } from "./sample-budgets.ts";

const body = { body: Buffer.alloc(144, "x"), outputTokensMax: 10 };

/** One call that comes to so many tokens. */
async function use(budgets: Budgets, tokens: number): Promise<void> {
  const opened = await budgets.open(body);
  if (opened.refusal !== undefined) throw new Error(opened.refusal.message);
  say(opened, end);
  opened.attempt.hasReachedUpstream = true;
  opened.attempt.usage = { ...noUsage, inputTokens: 10, outputTokens: tokens - 10 };
  opened.visit?.close?.(done);
}

describe("thresholds", () => {
  it("are said once each, by what is used and not by what is reserved", async () => {
    const budgets = sampleBudgets([{ amount: 10_000 }]);
    const seen: string[][] = [];
    for (const tokens of [4_000, 1_000, 3_000, 1_000, 500, 0]) {
      await use(budgets, tokens + 10);
      seen.push([...budgets.events]);
    }
    expect(seen.map((events) => events.at(-1))).toEqual([
      undefined,
      undefined,
      "50:all",
      "80:all",
      "90:all",
      "90:all",
    ]);
    expect(budgets.events).toEqual(["50:all", "80:all", "90:all"]);
  });

  it("skip those that were passed unseen", async () => {
    const budgets = sampleBudgets([{ amount: 10_000 }]);
    await use(budgets, 9_300);
    await use(budgets, 10);
    expect(budgets.events).toEqual(["90:all"]);
  });

  it("are each counter's own", async () => {
    const budgets = sampleBudgets([
      { amount: 2, meter: "steps", by: ["user"], window: { kind: "life", of: "task" } },
    ]);
    await use(budgets, 20);
    const other = taskExchange();
    other.context = other.context && { ...other.context, user: "mo" };
    await budgets.open(body, other);
    expect(budgets.events).toEqual(["50:all", "50:all"]);
  });

  it("are none of what is held at the same time, nor of one request", async () => {
    const budgets = sampleBudgets([
      { name: "slots", meter: "concurrency", window: undefined, amount: 1 },
      { name: "request", amount: 500, window: { kind: "life", of: "request" } },
    ]);
    await use(budgets, 20);
    expect(budgets.events).toEqual([]);
  });
});

describe("a line", () => {
  const line = (more: Partial<LimitSpec> = {}): Partial<LimitSpec> => ({
    amount: 1_000,
    onExceeded: "downgrade",
    downgrade: { to: "small", atPercent: 50, aboveNanoUsd: undefined },
    ...more,
  });
  const dear = { to: "small", atPercent: 100, aboveNanoUsd: 5_000_000 };

  it("that is passed sends calls to the cheaper model, and gives back what was taken", async () => {
    const budgets = sampleBudgets([line(), { name: "steps", meter: "steps", amount: 2 }]);
    await use(budgets, 600);
    const exchange = taskExchange();
    const first = await budgets.open(body, exchange);
    expect(first.refusal?.code).toBe("model_downgraded");
    expect(exchange.model).toBe("small");
    expect(budgets.events).toContain("downgraded:all");
    expect((await budgets.open({}, exchange)).refusal).toBeUndefined();
  });

  it("is never a ceiling, and changes no bound", async () => {
    const budgets = sampleBudgets([line()]);
    const exchange = taskExchange();
    exchange.model = "small";
    for (let index = 0; index < 3; index++) await use(budgets, 900).catch(() => {});
    const { refusal, attempt } = await budgets.open({ model: "small", outputTokensMax: undefined }, exchange);
    expect([refusal, attempt.terms]).toEqual([undefined, undefined]);
  });

  it("is passed by one dear request, however little is used", async () => {
    const budgets = sampleBudgets([line({ downgrade: dear })]);
    expect((await budgets.open({ ...body, outputTokensMax: 400 })).refusal).toBeUndefined();
    expect((await budgets.open({ ...body, outputTokensMax: 600 })).refusal?.code).toBe("model_downgraded");
  });

  it("of one request is passed by its own estimate", async () => {
    const budgets = sampleBudgets([line({ window: { kind: "life", of: "request" } })]);
    expect((await budgets.open({ ...body, outputTokensMax: 50 })).refusal).toBeUndefined();
    expect((await budgets.open({ ...body, outputTokensMax: 200 })).refusal?.code).toBe("model_downgraded");
  });

  it("leads to no model the agent may not ask for", async () => {
    const budgets = sampleBudgets([line({ downgrade: { ...dear, to: "forbidden" } })]);
    expect((await budgets.open({ ...body, outputTokensMax: 9_000 })).refusal).toBeUndefined();
    expect(budgets.events).not.toContain("downgraded:all");
  });

  it("and another that points back do not send a call to and fro", async () => {
    const budgets = sampleBudgets([
      line({ name: "there", match: 'model == "gpt-4o"', downgrade: dear }),
      line({ name: "back", match: 'model == "small"', downgrade: { ...dear, to: "gpt-4o" } }),
    ]);
    const exchange = taskExchange();
    const call = { ...body, outputTokensMax: 9_000 };
    expect((await budgets.open(call, exchange)).refusal?.code).toBe("model_downgraded");
    expect((await budgets.open(call, exchange)).refusal).toBeUndefined();
    expect(exchange.model).toBe("small");
  });

  it("is for what a model writes alone", async () => {
    const budgets = sampleBudgets([line()]);
    await use(budgets, 600);
    expect((await budgets.open({ ...body, operation: "embeddings" })).refusal).toBeUndefined();
  });

  it("in shadow says so, and sends nothing anywhere", async () => {
    const budgets = sampleBudgets([line({ mode: "shadow" })]);
    await use(budgets, 600);
    expect((await budgets.open(body)).refusal).toBeUndefined();
    expect(budgets.events.filter((event) => event === "shadow:all")).toHaveLength(1);
  });
});

describe("a last word", () => {
  const wrapUp = { atPercent: 50, text: "Finish now." };

  it("is said to the model once the limit is full enough", async () => {
    const budgets = sampleBudgets([{ amount: 4_000, wrapUp }]);
    expect((await budgets.open(body)).attempt.terms).toBeUndefined();
    await use(budgets, 2_000);
    expect((await budgets.open(body)).attempt.terms).toEqual({
      outputTokensMax: undefined,
      hint: "Finish now.",
    });
  });

  it("at the step it says, that one counted", async () => {
    const budgets = sampleBudgets([{ meter: "steps", amount: 4, wrapUp }]);
    await use(budgets, 20);
    expect((await budgets.open(body)).attempt.terms?.hint).toBe("Finish now.");
  });

  it("is not said by a shadow", async () => {
    const budgets = sampleBudgets([{ amount: 1_000, wrapUp, mode: "shadow" }]);
    await use(budgets, 2_000);
    expect((await budgets.open(body)).attempt.terms).toBeUndefined();
  });

  it("is reserved for with the input", async () => {
    const budgets = sampleBudgets([{ amount: 500, wrapUp: { ...wrapUp, text: "x".repeat(200) } }]);
    expect((await budgets.open(body)).refusal?.code).toBe("budget_exceeded");
  });
});

describe("a shadow", () => {
  it("counts and lets pass, and says each time that it would not have", async () => {
    const budgets = sampleBudgets([{ amount: 1_000, mode: "shadow" }]);
    for (let index = 0; index < 4; index++) await use(budgets, 500);
    expect(budgets.events.filter((event) => event === "shadow:all")).toHaveLength(2);
  });

  it("tells the upstream nothing, and the client nothing", async () => {
    const budgets = sampleBudgets([{ amount: 500, mode: "shadow" }]);
    const opened = await budgets.open({ outputTokensMax: undefined });
    const head = { status: 200, headers: {} };
    opened.visit?.head?.(head);
    expect([opened.attempt.terms, head.headers]).toEqual([undefined, {}]);
  });

  it("on one request and on what is held at the same time says so, too", async () => {
    const budgets = sampleBudgets([
      { name: "request", amount: 100, window: { kind: "life", of: "request" }, mode: "shadow" },
      { name: "slots", meter: "concurrency", window: undefined, amount: 1, mode: "shadow" },
    ]);
    await budgets.open(body);
    await budgets.open(body);
    expect(budgets.events.toSorted()).toEqual(["shadow:request", "shadow:request", "shadow:slots"]);
  });
});

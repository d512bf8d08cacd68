// Owns the proof of who is let in under which budget, what the upstream is told, and what a no says.

import { describe, expect, it } from "vitest";
import type { LimitSpec } from "../../../../core/contracts/policy.ts";
import { refusalHeaders } from "../../../../core/contracts/refusal.ts";
import type { Counters } from "../../../../core/contracts/store.ts";
import { MemoryStore } from "../../../../core/stores/memory.ts";
import { done, sampleContext } from "../sample-exchange.ts";
import { sampleBudgets, taskExchange } from "./sample-budgets.ts";

const ofRequest: Partial<LimitSpec> = { window: { kind: "life", of: "request" } };
const body = (bytes: number) => ({ body: Buffer.alloc(bytes, "x") });

describe("what is none of a budget's business", () => {
  it("an attempt that draws on no limit", async () => {
    expect(await sampleBudgets([]).open()).toMatchObject({ visit: undefined, refusal: undefined });
    const other = sampleBudgets([{ match: 'agent == "other"' }]);
    expect(await other.open()).toMatchObject({ visit: undefined, refusal: undefined });
  });
});

describe("what the upstream is told", () => {
  it("nothing where the call itself asks for no more than is granted", async () => {
    const { attempt } = await sampleBudgets([{ amount: 10_000 }]).open({ outputTokensMax: 50 });
    expect(attempt.terms).toBeUndefined();
  });

  it.each([
    ["nothing is asked", undefined],
    ["nought is", 0],
    ["less than nought is", -1],
    ["more than there is", 1e15],
  ])("what is reserved, where %s", async (_, outputTokensMax) => {
    const { attempt } = await sampleBudgets([{ amount: 10_000 }]).open({ outputTokensMax, ...body(144) });
    // A task's next call gets half of what is left, and 400 bytes are reserved for the input.
    expect(attempt.terms).toEqual({ outputTokensMax: 4_800, hint: undefined });
  });

  it("the model's own most, even where nobody asks for more: reserved is what is told", async () => {
    const { attempt } = await sampleBudgets([{ amount: 1e9 }], { facts: { outputTokensMax: 4_096 } }).open({
      outputTokensMax: undefined,
    });
    expect(attempt.terms?.outputTokensMax).toBe(4_096);
  });

  it("nothing where no model writes, and where output costs nothing here", async () => {
    const call = { operation: "embeddings", outputTokensMax: 0 } as const;
    expect((await sampleBudgets([{ amount: 10_000 }]).open(call)).attempt.terms).toBeUndefined();
    const steps = sampleBudgets([{ meter: "steps", amount: 3 }]);
    expect((await steps.open({ outputTokensMax: undefined })).attempt.terms).toBeUndefined();
  });
});

describe("a budget that is full", () => {
  const spentBy = async (spec: Partial<LimitSpec>) => {
    const budgets = sampleBudgets([{ amount: 500, ...spec }]);
    const first = await budgets.open({ outputTokensMax: 100 });
    return { budgets, first };
  };

  it("says which limit, what is left and that it does not come back", async () => {
    const { budgets, first } = await spentBy({});
    first.attempt.hasReachedUpstream = true;
    first.attempt.usage = { ...first.attempt.usage, inputTokens: 300, outputTokens: 100 };
    first.visit?.close?.(done);
    const { refusal } = await budgets.open({ outputTokensMax: 100 });
    expect(refusal).toMatchObject({ code: "budget_exceeded", status: 429 });
    expect(refusal?.message).toBe(
      'Limit "all": 100 left of 500 tokens for this task. ' +
        "It does not reset: do not retry, wrap up with what you have.",
    );
    expect(refusal && refusalHeaders(refusal)).toEqual({
      "x-sluice-refusal": "budget_exceeded",
      "x-sluice-budget-remaining": '"all";tokens=100',
      "x-should-retry": "false",
    });
    expect(budgets.events).toEqual(["50:all", "refused:all", "100:all"]);
  });

  it("may be retried while calls of this process hold what is missing", async () => {
    const { budgets, first } = await spentBy({});
    const { refusal } = await budgets.open({ outputTokensMax: 100 });
    expect(refusal).toMatchObject({ code: "budget_reserved", retryAfterS: 1 });
    expect(refusal && refusalHeaders(refusal)).not.toHaveProperty("x-should-retry");
    first.visit?.close?.(done);
    expect((await budgets.open({ outputTokensMax: 100 })).refusal).toBeUndefined();
  });

  it("is final where even what they hold would not do", async () => {
    const { budgets } = await spentBy({});
    const { refusal } = await budgets.open({ outputTokensMax: 100, ...body(10_000) });
    expect(refusal?.code).toBe("budget_exceeded");
  });

  it("tells no figure of what others draw on as well", async () => {
    const { budgets } = await spentBy({ by: [], window: { kind: "calendar", unit: "day", zone: "UTC" } });
    const { refusal } = await budgets.open({ outputTokensMax: 100, ...body(10_000) });
    expect(refusal?.message).toMatch(/^Limit "all" is reached\. It does not reset/);
    expect(JSON.stringify(refusal)).not.toMatch(/500|remaining/);
  });

  it.each([
    ["requests", "budget_exceeded", 'Limit "all": 0 left of 1 requests for this task. It does not reset'],
    ["steps", "steps_exceeded", 'Limit "all": 0 left of 1 steps for this task. It does not reset'],
  ] as const)("%s", async (meter, code, message) => {
    const budgets = sampleBudgets([{ meter, amount: 1 }]);
    await budgets.open();
    const { refusal } = await budgets.open();
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toContain(message);
  });

  it("requests of a window say when to retry, money is told in dollars, slots by number", async () => {
    const window = { kind: "sliding", windowMs: 60_000 } as const;
    const requests = sampleBudgets([{ meter: "requests", amount: 1, window, by: ["user"] }]);
    await requests.open();
    const { refusal } = await requests.open();
    expect(refusal?.code).toBe("rate_limited");
    expect(refusal?.retryAfterS).toBeGreaterThanOrEqual(60);

    const money = sampleBudgets([{ meter: "usd", amount: 1_250_000 }]);
    expect((await money.open({ ...body(2_000) })).refusal?.message).toContain(
      "$0.00125 left of $0.00125 for this task",
    );

    const slots = sampleBudgets([{ meter: "concurrency", amount: 1, window: undefined, by: ["user"] }]);
    await slots.open();
    expect((await slots.open()).refusal).toMatchObject({
      code: "concurrency_limited",
      message: 'Limit "all": 0 left of 1 at the same time. Retry when one in flight has ended.',
    });
    expect((await slots.open()).refusal).not.toHaveProperty("headers");
  });

  it("has the status the policy selects", async () => {
    const budgets = sampleBudgets([{ amount: 1, status: 503 }]);
    expect((await budgets.open()).refusal?.status).toBe(503);
  });
});

describe("an input that does not fit by its bound", () => {
  it("is counted, and let in where it does", async () => {
    const budgets = sampleBudgets([{ amount: 1_000 }], { counted: 100 });
    const { attempt, refusal } = await budgets.open({ ...body(5_000), outputTokensMax: undefined });
    expect([refusal, budgets.countings]).toEqual([undefined, 1]);
    // 111 with a margin of a tenth, and what opens the answer. Half of the rest is granted.
    expect(attempt.terms?.outputTokensMax).toBe(443);
  });

  it("is refused by what it is, and once", async () => {
    const budgets = sampleBudgets([{ amount: 1_000 }], { counted: 4_000 });
    expect((await budgets.open(body(5_000))).refusal?.code).toBe("budget_exceeded");
    expect([budgets.countings, budgets.events]).toEqual([1, ["refused:all", "100:all"]]);
  });

  it("is refused where nobody can count it", async () => {
    const budgets = sampleBudgets([{ amount: 1_000 }]);
    expect((await budgets.open(body(5_000))).refusal?.code).toBe("budget_exceeded");
    const media = [{ pointer: "/m", type: "image", source: "base64" }] as const;
    expect((await budgets.open({ media })).refusal?.code).toBe("budget_exceeded");
    expect(budgets.countings).toBe(1);
  });

  it("is counted for a request's own ceiling as well", async () => {
    const budgets = sampleBudgets([{ ...ofRequest, meter: "usd", amount: 2_000_000 }], { counted: 100 });
    expect((await budgets.open({ ...body(5_000), outputTokensMax: 50 })).refusal).toBeUndefined();
    expect(budgets.countings).toBe(1);
  });

  it("is not counted for what it does not matter to", async () => {
    const budgets = sampleBudgets([{ meter: "steps", amount: 1 }], { counted: 1 });
    await budgets.open();
    await budgets.open();
    expect(budgets.countings).toBe(0);
  });
});

describe("a store that is lost", () => {
  it("is no budget that is spent", async () => {
    const state = { used: 0, remaining: 0, resetMs: 0 };
    const store: Counters = {
      name: "lost",
      isUp: false,
      isShared: false,
      reserve: async () => ({ kind: "shortage", index: 0, cause: "lost", state }),
      close: async () => {},
    };
    const budgets = sampleBudgets([{ amount: 1_000 }], { store });
    expect((await budgets.open()).refusal).toMatchObject({ code: "budget_unavailable", status: 503 });
    expect(budgets.events).toEqual([]);
  });
});

describe("each attempt", () => {
  it("has a reservation of its own under an id that no client can name", async () => {
    const ids: string[] = [];
    const memory = new MemoryStore();
    const reserve = memory.reserve.bind(memory);
    memory.reserve = (ask) => {
      ids.push(ask.id);
      return reserve(ask);
    };
    const budgets = sampleBudgets(
      [
        { meter: "steps", amount: 5 },
        { name: "b", amount: 10_000 },
      ],
      { store: memory },
    );
    const exchange = taskExchange();
    const first = await budgets.open({}, exchange);
    first.attempt.hasReachedUpstream = true;
    first.visit?.close?.({ ...done, ended: "replaced" });
    const second = await budgets.open({}, exchange);
    expect(second.refusal).toBeUndefined();
    expect(new Set(ids).size).toBe(2);
    expect(ids.some((id) => id.includes(exchange.id))).toBe(false);
  });

  it("is one step with all that went before it", async () => {
    const budgets = sampleBudgets([{ meter: "steps", amount: 1 }]);
    const exchange = taskExchange();
    const first = await budgets.open({}, exchange);
    first.attempt.hasReachedUpstream = true;
    first.visit?.close?.({ ...done, ended: "replaced" });
    expect((await budgets.open({}, exchange)).refusal).toBeUndefined();
    expect((await budgets.open()).refusal?.code).toBe("steps_exceeded");
  });
});

describe("the task that ends with its budget", () => {
  it("answers its caller, and only where the policy says so", async () => {
    for (const [onExceeded, isCut] of [
      ["end", true],
      ["refuse", false],
    ] as const) {
      const budgets = sampleBudgets([{ meter: "steps", amount: 1, onExceeded }]);
      await budgets.open();
      const exchange = taskExchange();
      exchange.inbound = taskExchange();
      await budgets.open({}, exchange);
      expect(exchange.inbound.cutBy?.kind === "answer").toBe(isCut);
    }
  });

  it("is not ended by what may be retried, nor by a session's budget", async () => {
    const window = { kind: "life", of: "session" } as const;
    for (const spec of [{ amount: 500 }, { amount: 1, window }]) {
      const budgets = sampleBudgets([{ ...spec, onExceeded: "end" }]);
      await budgets.open({ outputTokensMax: 100 });
      const exchange = taskExchange();
      exchange.inbound = taskExchange();
      const { refusal } = await budgets.open({ outputTokensMax: 100 }, exchange);
      expect(refusal).toBeDefined();
      expect(exchange.inbound.cutBy).toBeUndefined();
    }
  });
});

it("a head says what is left of the caller's own, as if this call made nothing", async () => {
  const budgets = sampleBudgets([
    { amount: 10_000 },
    {
      name: "money",
      meter: "usd",
      amount: 5_000_000_000,
      by: ["user"],
      window: { kind: "sliding", windowMs: 60_000 },
    },
    { name: "slots", meter: "concurrency", window: undefined, amount: 3, by: ["user"] },
    { name: "shared", amount: 10_000, window: { kind: "sliding", windowMs: 60_000 } },
    { name: "shadow", amount: 10_000, mode: "shadow" },
  ]);
  const { visit } = await budgets.open({ ...body(144) });
  const head = { status: 200, headers: {} };
  visit?.head?.(head);
  expect(head.headers).toEqual({ "x-sluice-budget-remaining": '"all";tokens=9600, "money";usd=4.9996' });
});

it("keeps apart the tasks and sessions of two callers that name them alike", async () => {
  const budgets = sampleBudgets([{ meter: "steps", amount: 1 }]);
  await budgets.open();
  const other = taskExchange();
  other.context = { ...sampleContext, caller: "other-app" };
  expect((await budgets.open({}, other)).refusal).toBeUndefined();
  expect((await budgets.open()).refusal?.code).toBe("steps_exceeded");
});

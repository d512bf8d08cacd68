// Owns the proof of what each meter takes of its counter, and what it is settled at. No store.

import { describe, expect, it } from "vitest";
import type { Operation } from "../../../core/contracts/dialect.ts";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { Counter, Draw } from "../../../core/contracts/limit.ts";
import type { LimitSpec, Meter } from "../../../core/contracts/policy.ts";
import { createLimit } from "../../../core/limits/index.ts";
import { chatCall, sampleContext, sampleExchange } from "../filters/sample-exchange.ts";
import { drawFor, sampleLimit } from "./sample-limits.ts";

const life: LimitSpec["window"] = { kind: "life", of: "task" };

function limitOn(meter: Meter, spec: Partial<LimitSpec> = {}) {
  const window = meter === "concurrency" ? undefined : life;
  return createLimit({ ...sampleLimit, meter, window, amount: 1_000, ...spec }, "search");
}

function asking(operation: Operation): Exchange {
  const exchange = sampleExchange();
  exchange.call = { ...chatCall("{}"), operation };
  exchange.context = sampleContext;
  return exchange;
}

const draw = (operation: Operation, more: Partial<Draw> = {}) =>
  drawFor(asking(operation), { inputTokens: 70, inputNanoUsd: 700, outputNanoUsd: 10, ...more });

const taken = (counter: Counter | undefined) => counter && [counter.amount, counter.perUnit];

describe("what is taken of a chat call", () => {
  it.each([
    ["requests", [1, 0]],
    ["concurrency", [1, 0]],
    ["steps", [1, 0]],
    ["tokens", [70, 1]],
    ["usd", [700, 10]],
    ["toolCalls", [0, 0]],
  ] as const)("%s", (meter, amounts) => {
    expect(taken(limitOn(meter).plan(draw("chat")))).toEqual(amounts);
  });

  it("an attempt after one that reached its upstream is no further request and no further step", () => {
    const again = draw("chat", { isRepeat: true });
    expect(limitOn("requests").plan(again)).toBeUndefined();
    expect(limitOn("steps").plan(again)).toBeUndefined();
    expect(taken(limitOn("tokens").plan(again))).toEqual([70, 1]);
    expect(taken(limitOn("concurrency").plan(again))).toEqual([1, 0]);
  });
});

describe("what draws on what", () => {
  const meters = ["requests", "concurrency", "steps", "tokens", "usd", "toolCalls"] as const;
  it.each([
    ["chat", meters],
    ["completion", meters],
    ["embeddings", ["requests", "concurrency", "tokens", "usd"]],
    ["metered", ["requests", "concurrency", "usd"]],
    ["count", ["requests", "concurrency"]],
    ["stored", ["requests", "concurrency"]],
  ] as const)("%s", (operation, drawn) => {
    expect(meters.filter((meter) => limitOn(meter).plan(draw(operation)) !== undefined)).toEqual(drawn);
  });

  it("what passes unread but says what it used is a model's answer", () => {
    const exchange = asking("metered");
    Object.assign(exchange.route, { saysUsage: true });
    expect(meters.filter((meter) => limitOn(meter).plan(drawFor(exchange)) !== undefined)).toEqual(meters);
  });

  it("a body that nobody reads counts as what passes unread", () => {
    const exchange = sampleExchange();
    expect(limitOn("steps").plan(drawFor(exchange))).toBeUndefined();
    expect(limitOn("usd").plan(drawFor(exchange))).toBeDefined();
  });
});

it("settles tokens, money and tool calls at what was used; the rest stays", () => {
  const spent = { tokens: 5, nanoUsd: 50, toolCalls: 2 };
  expect(limitOn("tokens").settle(spent)).toBe(5);
  expect(limitOn("usd").settle(spent)).toBe(50);
  expect(limitOn("toolCalls").settle(spent)).toBe(2);
  for (const meter of ["requests", "steps", "concurrency"] as const) {
    expect(limitOn(meter).settle(spent)).toBeUndefined();
  }
});

describe("whose task and session", () => {
  const keyOf = (of: "task" | "session", context: Partial<typeof sampleContext>) => {
    const exchange = asking("chat");
    exchange.context = { ...sampleContext, ...context };
    return limitOn("tokens", { window: { kind: "life", of } }).plan(drawFor(exchange))?.key;
  };

  it("is a part of the counter's name without being asked for", () => {
    expect(keyOf("task", {})).toBe("owner=search;limit=requests;caller=web-app;task=task-1");
    expect(keyOf("session", {})).toBe("owner=search;limit=requests;caller=web-app;session=session-canary");
  });

  it("nobody draws on another caller's by naming it", () => {
    expect(keyOf("task", { caller: "other-app" })).not.toBe(keyOf("task", {}));
    expect(keyOf("session", { caller: "other-app" })).not.toBe(keyOf("session", {}));
  });

  it("a task without a session is one", () => {
    const key = keyOf("session", { session: undefined });
    expect(key).toBe("owner=search;limit=requests;caller=web-app;session=task-1");
  });
});

describe("shares", () => {
  it("one request has all, a task's and a session's next call half of the rest, of many an eighth", () => {
    const shareOf = (window: LimitSpec["window"]) => limitOn("tokens", { window }).plan(draw("chat"))?.share;
    expect(shareOf({ kind: "life", of: "request" })).toBe(1);
    expect(shareOf({ kind: "life", of: "task" })).toBe(2);
    expect(shareOf({ kind: "life", of: "session" })).toBe(2);
    expect(shareOf({ kind: "sliding", windowMs: 60_000 })).toBe(8);
  });
});

describe("roles", () => {
  it("shadows and lines are watched, all others are ceilings", () => {
    const roleOf = (spec: Partial<LimitSpec>) => limitOn("tokens", spec).plan(draw("chat"))?.role;
    expect(roleOf({})).toBe("ceiling");
    expect(roleOf({ onExceeded: "end" })).toBe("ceiling");
    expect(roleOf({ mode: "shadow" })).toBe("watched");
    expect(roleOf({ onExceeded: "downgrade" })).toBe("watched");
  });
});

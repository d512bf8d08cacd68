// Owns what a limit plans for an exchange: which counter, whose, how much. No store.

import { describe, expect, it } from "vitest";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { LimitSpec } from "../../../core/contracts/policy.ts";
import { createLimit } from "../../../core/limits/index.ts";
import { sampleContext, sampleExchange } from "../filters/sample-exchange.ts";
import { drawFor, sampleCounter, sampleLimit } from "./sample-limits.ts";

const requests: LimitSpec = { ...sampleLimit, burst: 10 };
const parallel: LimitSpec = {
  ...requests,
  name: "parallel",
  meter: "concurrency",
  amount: 32,
  window: undefined,
  burst: undefined,
  status: 503,
  onStoreLoss: "open",
};

function known(): Exchange {
  const exchange = sampleExchange();
  exchange.caller = { name: "web-app", team: "growth", trust: new Set() };
  exchange.context = { ...sampleContext, user: "jo" };
  return exchange;
}

const keyOf = (spec: Partial<LimitSpec>, exchange: Exchange, owner: string | undefined = "search") =>
  createLimit({ ...requests, ...spec }, owner).plan(drawFor(exchange))?.key;

it("requests: one from a sliding window with its burst", () => {
  const limit = createLimit(requests, "search");
  expect(limit).toMatchObject({ name: "requests", spec: { status: 429 } });
  expect(limit.plan(drawFor(known()))).toEqual({
    ...sampleCounter,
    key: "owner=search;limit=requests",
    limit: 60,
    share: 8,
    window: { kind: "sliding", windowMs: 60_000, burst: 10 },
  });
});

it("requests: a fixed window has no burst", () => {
  const spec: LimitSpec = { ...requests, window: { kind: "fixed", windowMs: 1_000 }, burst: undefined };
  expect(createLimit(spec, "search").plan(drawFor(known()))?.window).toEqual({
    kind: "fixed",
    windowMs: 1_000,
  });
});

it("concurrency: one slot", () => {
  const limit = createLimit(parallel, "search");
  expect(limit).toMatchObject({ name: "parallel", spec: { status: 503 } });
  expect(limit.plan(drawFor(known()))).toEqual({
    ...sampleCounter,
    key: "owner=search;limit=parallel",
    limit: 32,
    share: 8,
    window: { kind: "concurrency" },
    onStoreLoss: "open",
  });
});

describe("whose counter", () => {
  it("an agent's own limit is its own, one that stands alone is everybody's", () => {
    expect(keyOf({}, known(), "search")).not.toBe(keyOf({}, known(), "mail"));
    expect(createLimit(requests, undefined).plan(drawFor(known()))?.key).toBe("limit=requests");
  });

  it("names each scope, in one order whatever the policy's", () => {
    const all: LimitSpec["by"] = ["address", "user", "caller", "team", "agent"];
    const key =
      "owner=search;limit=requests;agent=search;team=growth;caller=web-app;user=jo;address=192.0.2.1";
    expect(keyOf({ by: all }, known())).toBe(key);
    expect(keyOf({ by: all.toReversed() }, known())).toBe(key);
  });

  it("where the caller is not known here, the task's context says who", () => {
    const exchange = sampleExchange();
    exchange.context = { ...sampleContext, caller: "batch", team: "data" };
    expect(keyOf({ by: ["caller", "team"] }, exchange)).toBe(
      "owner=search;limit=requests;team=data;caller=batch",
    );
  });

  it("a user that a verified token names is known before there is a context", () => {
    const exchange = sampleExchange();
    exchange.claims = { user: "jo", session: undefined };
    expect(keyOf({ by: ["user"] }, exchange)).toBe("owner=search;limit=requests;user=jo");
  });

  it("what an exchange does not have counts under one shared value, which nobody can name", () => {
    const nobody = keyOf({ by: ["caller", "user"] }, sampleExchange());
    expect(nobody).toBe("owner=search;limit=requests;caller=?;user=?");
    const sly = known();
    sly.context = { ...sampleContext, user: "?" };
    expect(keyOf({ by: ["user"] }, sly)).toBe("owner=search;limit=requests;user=%3F");
  });

  it("what a client chose cannot leave its place, and is never long", () => {
    const users = [
      "a;caller=b",
      "{x}",
      "a b",
      "ü",
      "\ud800",
      "x".repeat(65),
      "y".repeat(10_000),
      "",
      "\r\n:*",
    ];
    const keys = users.map((user) => {
      const exchange = known();
      exchange.context = { ...sampleContext, user };
      return keyOf({ by: ["user"] }, exchange) ?? "";
    });
    expect(new Set(keys).size).toBe(users.length);
    for (const key of keys) {
      expect(key).toMatch(/^owner=search;limit=requests;user=[\w.@%#!'()*~-]*$/);
      expect(key.length).toBeLessThan(700);
    }
  });
});

it("throws on what no store counts, and on windows that do not fit", () => {
  expect(() => createLimit({ ...requests, meter: "depth" }, "search")).toThrow("no store counts depth");
  const month = { kind: "fixed", windowMs: 31 * 86_400_000 } as const;
  for (const window of [month, undefined]) {
    expect(() => createLimit({ ...requests, window, burst: undefined }, "search")).toThrow("limit requests:");
  }
  const fixed = { kind: "fixed", windowMs: 1_000 } as const;
  expect(() => createLimit({ ...requests, meter: "tokens", window: fixed }, "search")).toThrow(
    "only requests",
  );
});

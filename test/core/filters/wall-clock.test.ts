// Owns the proof of when work is cut by its time, and how. On a clock of the test's own.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Exchange } from "../../../core/contracts/exchange.ts";
import type { LimitSpec } from "../../../core/contracts/policy.ts";
import { wallClockFilter } from "../../../core/filters/wall-clock.ts";
import { sampleLimit } from "../limits/sample-limits.ts";
import { asVisit, done, sampleContext, sampleExchange } from "./sample-exchange.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const spec = (more: Partial<LimitSpec>): LimitSpec => ({
  ...sampleLimit,
  name: "time",
  meter: "wallClock",
  window: undefined,
  amount: 1_000,
  ...more,
});

function open(specs: readonly LimitSpec[], endsLaterMs = 0) {
  const shadows: string[] = [];
  const onShadow = ({ name }: LimitSpec): void => void shadows.push(name);
  const filter = wallClockFilter({ specs, endsLaterMs, onShadow });
  const exchange = sampleExchange();
  exchange.context = sampleContext;
  return { exchange, shadows, visit: filter && asVisit(filter.open(exchange)) };
}

const cutOf = ({ cutBy }: Exchange): unknown => {
  if (cutBy === undefined || cutBy.kind !== "answer") return cutBy;
  return { kind: "answer", body: JSON.parse(cutBy.body.toString()) };
};

describe("time", () => {
  it("costs nothing where nobody limits it", () => {
    expect(open([]).visit).toBeUndefined();
  });

  it("is over when it is, with the status the policy selects", () => {
    const { exchange } = open([spec({ status: 503 })]);
    vi.advanceTimersByTime(999);
    expect(exchange.cutBy).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(exchange.cutBy).toMatchObject({
      code: "wall_clock_exceeded",
      status: 503,
      message: 'Limit "time": the 1 s this work may take are over. Ask for less at once.',
    });
  });

  it("ends a task with what it has", () => {
    const { exchange } = open([spec({ onExceeded: "end" })]);
    exchange.lastText = "so far";
    vi.advanceTimersByTime(1_000);
    expect(cutOf(exchange)).toMatchObject({
      kind: "answer",
      body: { task_id: "task-1", status: "completed", output: "so far", error: "wall_clock_exceeded" },
    });
  });

  it("of an end is longer where somebody nearer ends it, of a refusal it is not", () => {
    const ended = open([spec({ onExceeded: "end" })], 500);
    const refused = open([spec({})], 500);
    vi.advanceTimersByTime(1_000);
    expect([ended.exchange.cutBy, refused.exchange.cutBy?.kind]).toEqual([undefined, "refusal"]);
    vi.advanceTimersByTime(500);
    expect(ended.exchange.cutBy?.kind).toBe("answer");
  });

  it("is told of by a shadow, which cuts nothing", () => {
    const { exchange, shadows } = open([spec({ mode: "shadow" })]);
    vi.advanceTimersByTime(5_000);
    expect([exchange.cutBy, shadows]).toEqual([undefined, ["time"]]);
  });

  it("stops with the exchange", () => {
    const { exchange, visit } = open([spec({}), spec({ name: "b" })]);
    visit?.close?.(done);
    vi.advanceTimersByTime(5_000);
    expect([exchange.cutBy, vi.getTimerCount()]).toEqual([undefined, 0]);
  });

  it("holds for those alone whom its condition means", () => {
    const { exchange } = open([spec({ match: 'caller == "other-app"' })]);
    vi.advanceTimersByTime(5_000);
    expect(exchange.cutBy).toBeUndefined();
  });

  it("longer than any timer is as long as one, and not over at once", () => {
    const { exchange } = open([spec({ amount: 90 * 86_400_000 })]);
    vi.advanceTimersByTime(86_400_000);
    expect(exchange.cutBy).toBeUndefined();
  });
});

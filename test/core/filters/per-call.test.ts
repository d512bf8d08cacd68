// Owns the proof that a call nobody reads is charged by what its answer says it used, else as one call. Knows
// no dialect.

import { describe, expect, it } from "vitest";
import { Exchange } from "../../../core/contracts/exchange.ts";
import { type Frame, noUsage, type Usage } from "../../../core/contracts/frame.ts";
import type { Price } from "../../../core/contracts/price.ts";
import { perCallFilter } from "../../../core/filters/per-call.ts";
import { samplePrice } from "../prices/sample-price.ts";
import { addAttempt, asVisit, done, sampleExchange } from "./sample-exchange.ts";

const writer = { edit: (frame: Frame) => frame, end: () => [], refuse: () => undefined };

function open({ price, saysUsage, status = 200 }: { price?: Price; saysUsage?: boolean; status?: number }) {
  const { id, head, route, address, startedAtMs } = sampleExchange();
  const exchange = new Exchange({ id, head, route: { ...route, saysUsage }, address, startedAtMs });
  addAttempt(exchange);
  const [attempt] = exchange.attempts;
  if (attempt === undefined) throw new Error("no attempt");
  const visit = asVisit(perCallFilter(() => price).open(attempt));
  visit.head?.({ status, headers: {} });
  const say = (usage: Partial<Usage>): void => {
    const deltas = [{ kind: "usage", usage: { ...noUsage, ...usage } } as const];
    visit.frame?.({ kind: "frame", bytes: Buffer.alloc(0), deltas }, writer);
  };
  return { attempt, visit, say };
}

const byTokens = samplePrice({ input: 1, output: 10 }, { perCallNanoUsd: 0 });
const byCall = samplePrice({ input: 0, output: 0 }, { perCallNanoUsd: 7 });

describe("a metered call", () => {
  it("is heard only where its answer says what it used", () => {
    expect(open({}).visit.frame).toBeUndefined();
    expect(open({ saysUsage: true }).visit.frame).toBeDefined();
  });

  it("costs what it says it used", () => {
    const { attempt, visit, say } = open({ price: byTokens, saysUsage: true });
    say({ inputTokens: 1_000, outputTokens: 100 });
    visit.close?.(done);
    expect(attempt).toMatchObject({ isMetered: true, usage: { inputTokens: 1_000, outputTokens: 100 } });
    expect(attempt.costNanoUsd).toBe(2_000_000);
  });

  it("is one call where nothing is said, and its cost unknown where it is priced by tokens", () => {
    for (const saysUsage of [false, true]) {
      const called = open({ price: byCall, saysUsage });
      called.visit.close?.(done);
      expect(called.attempt.costNanoUsd).toBe(7);
      const counted = open({ price: byTokens, saysUsage });
      counted.visit.close?.(done);
      expect(counted.attempt.costNanoUsd).toBeUndefined();
    }
  });

  it("is free where the provider has refused it", () => {
    const { attempt, visit } = open({ price: byCall, saysUsage: true, status: 429 });
    visit.close?.(done);
    expect(attempt).toMatchObject({ isMetered: false, costNanoUsd: undefined });
  });
});

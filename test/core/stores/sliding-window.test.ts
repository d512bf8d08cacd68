// Owns the proof of the sliding window and its burst against plain models. Knows no Redis.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { askOf, asLease, sliding } from "./counters.ts";

interface Step {
  readonly afterMs: number;
  readonly amount: number;
}
interface Plan {
  readonly limit: number;
  readonly windowMs: number;
  readonly burst: number | undefined;
  readonly startMs: number;
  readonly steps: readonly Step[];
}

const plans: fc.Arbitrary<Plan> = fc
  .record({ limit: fc.integer({ min: 1, max: 40 }), windowMs: fc.integer({ min: 1, max: 5_000 }) })
  .chain(({ limit, windowMs }) =>
    fc.record({
      limit: fc.constant(limit),
      windowMs: fc.constant(windowMs),
      burst: fc.option(fc.integer({ min: 1, max: limit }), { nil: undefined }),
      startMs: fc.integer({ min: 0, max: 1_800_000_000_000 }),
      steps: fc.array(
        fc.record({
          afterMs: fc.oneof(
            fc.constant(0),
            fc.integer({ min: 0, max: Math.ceil(windowMs / 10) }),
            fc.integer({ min: 0, max: 2 * windowMs }),
          ),
          amount: fc.integer({ min: 1, max: Math.ceil(limit / 4) }),
        }),
        { maxLength: 80 },
      ),
    }),
  );

interface Taken {
  readonly atMs: number;
  readonly amount: number;
}

const counterOf = ({ limit, windowMs, burst }: Plan, amount: number) =>
  sliding("key", limit, { windowMs, amount, ...(burst === undefined ? {} : { burst }) });

function sum(taken: readonly Taken[]): number {
  return taken.reduce((total, { amount }) => total + amount, 0);
}

/** Tokens in a bucket of `burst` that fills at limit ÷ window, in exact steps of one request × one window. */
function fitsBucket(plan: Plan, taken: readonly Taken[], next: Taken): boolean {
  if (plan.burst === undefined) return true;
  const full = plan.burst * plan.windowMs;
  let tokens = full;
  let atMs = 0;
  for (const one of [...taken, next]) {
    tokens = Math.min(tokens + (one.atMs - atMs) * plan.limit, full) - one.amount * plan.windowMs;
    atMs = one.atMs;
  }
  return tokens >= 0;
}

/** Runs the plan on the memory store and asks the model about every verdict. */
function runPlan(plan: Plan): void {
  let nowMs = plan.startMs;
  const store = new MemoryStore({ clock: () => nowMs });
  const slotMs = Math.ceil(plan.windowMs / 31);
  const taken: Taken[] = [];
  for (const { afterMs, amount } of plan.steps) {
    nowMs += afterMs;
    const verdict = store.reserve(askOf([counterOf(plan, amount)]));
    if (verdict instanceof Promise) throw new Error("waited");
    const next = { atMs: nowMs, amount };
    if (verdict.kind === "lease") {
      taken.push(next);
      expect(sum(taken.filter(({ atMs }) => atMs > nowMs - plan.windowMs))).toBeLessThanOrEqual(plan.limit);
      expect(fitsBucket(plan, taken.slice(0, -1), next)).toBe(true);
    } else {
      const remembered = taken.filter(({ atMs }) => atMs > nowMs - 32 * slotMs);
      const fits = sum(remembered) + amount <= plan.limit && fitsBucket(plan, taken, next);
      expect(fits, "refused though all the ring can remember leaves room").toBe(false);
      const isEverGranted = amount <= Math.min(plan.limit, plan.burst ?? plan.limit);
      expect(verdict.state.resetMs > 0).toBe(isEverGranted);
    }
  }
}

describe("the model", () => {
  it("no window holds more than the limit, no moment more than the burst, and a refusal has a reason", () => {
    fc.assert(fc.property(plans, runPlan), { numRuns: 400 });
  });

  it("a refused amount fits when its reset has passed", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        let nowMs = plan.startMs;
        const store = new MemoryStore({ clock: () => nowMs });
        for (const { afterMs, amount } of plan.steps) {
          nowMs += afterMs;
          const counter = counterOf(plan, amount);
          const verdict = store.reserve(askOf([counter]));
          if (verdict instanceof Promise || verdict.kind === "lease") continue;
          if (amount > Math.min(plan.limit, plan.burst ?? plan.limit)) continue;
          nowMs += verdict.state.resetMs;
          const later = store.reserve(askOf([counter]));
          if (later instanceof Promise) throw new Error("waited");
          asLease(later);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("a clock that goes back opens nothing", () => {
    let nowMs = 1_000_000;
    const store = new MemoryStore({ clock: () => nowMs });
    const counter = sliding("key", 3, { windowMs: 1_000, burst: 3 });
    const kinds = [1_000_000, 999_000, 500_000, 1_000_000, 999_999].map((atMs) => {
      nowMs = atMs;
      const verdict = store.reserve(askOf([counter]));
      return verdict instanceof Promise ? "waited" : verdict.kind;
    });
    expect(kinds).toEqual(["lease", "lease", "lease", "shortage", "shortage"]);
  });
});

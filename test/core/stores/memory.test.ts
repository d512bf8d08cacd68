// Owns what the memory store adds to the contract: speed without promises, bounds, no timers left behind.

import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { noUnits } from "../../../core/contracts/limit.ts";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { rememberedLeases } from "../../../core/stores/recent-leases.ts";
import { type Budgeted, provesBudgets } from "./budget-contract.ts";
import { histories as budgetHistories } from "./budget-history.ts";
import { live as liveBudgets } from "./budget-lives.ts";
import {
  admitted,
  askOf,
  asLease,
  asShortage,
  calendar,
  fixed,
  reserve,
  sliding,
  slots,
} from "./counters.ts";
import { provesDesk } from "./desk-contract.ts";
import { provesContract } from "./store-contract.ts";
import { histories, live } from "./store-model.ts";

describe("contract", () => {
  const store = new MemoryStore();
  provesContract(() => [store, store, store]);
  const budgeted: Budgeted = { clients: () => [store, store, store], settled: async () => {} };
  provesBudgets(budgeted);
  provesDesk(budgeted);
});

it("any history of reserving, repeating and settling agrees with plain counts", async () => {
  const store = new MemoryStore();
  await fc.assert(
    fc.asyncProperty(histories, (history) => live(store, history, async () => {})),
    { numRuns: 300 },
  );
});

it("any history of budgets agrees with plain lists of what was taken when", async () => {
  await fc.assert(
    fc.asyncProperty(budgetHistories, async (history) => {
      let nowMs = 0;
      const store = new MemoryStore({ clock: () => nowMs, wallClock: () => nowMs });
      const setClock = async (ms: number) => {
        nowMs = ms;
      };
      await liveBudgets({ stores: [store, store], setClock, settled: async () => {} }, history);
    }),
    { numRuns: 500 },
  );
});

describe("fixed windows", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("never hold more than the limit, each aligned to the clock", async () => {
    vi.useFakeTimers();
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 700 }),
      amount: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 9 }),
        fc.array(step, { maxLength: 40 }),
        async (limit, steps) => {
          const store = new MemoryStore();
          const used = new Map<number, number>();
          for (const { afterMs, amount } of steps) {
            vi.advanceTimersByTime(afterMs);
            const window = Math.floor(Date.now() / 1_000);
            const before = used.get(window) ?? 0;
            const verdict = await reserve(store, fixed("a", limit, { windowMs: 1_000, amount }));
            expect(verdict.kind).toBe(before + amount <= limit ? "lease" : "shortage");
            if (verdict.kind === "lease") used.set(window, before + amount);
            else
              expect(verdict.state).toEqual({
                used: before,
                remaining: limit - before,
                resetMs: 1_000 - (Date.now() % 1_000),
              });
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("what is given back in the next window opens nothing there", async () => {
    vi.useFakeTimers({ now: 10_999 });
    const store = new MemoryStore();
    const counter = fixed("a", 1, { windowMs: 1_000 });
    const full = slots("b", 1);
    asLease(await reserve(store, full));
    const refused = reserve(store, counter, full);
    vi.setSystemTime(11_000);
    asShortage(await refused);
    expect(await admitted(store, 5, counter)).toBe(1);
  });
});

it("answers without a promise where no fixed window is counted", () => {
  const store = new MemoryStore();
  const counters = [sliding("a", 1, { burst: 1 }), slots("b", 1)];
  expect(store.reserve(askOf(counters))).toMatchObject({ kind: "lease" });
  expect(store.reserve(askOf(counters))).toMatchObject({ kind: "shortage", index: 0 });
});

it("is up, and closes with nothing to wait for", async () => {
  const store = new MemoryStore();
  expect(store.isUp).toBe(true);
  await store.close();
});

describe("at the bound of its keys", () => {
  it.each([
    ["sliding", (key: string) => sliding(key, 5, { windowMs: 1_000 })],
    ["concurrency", (key: string) => slots(key, 5)],
    ["fixed", (key: string) => fixed(key, 5)],
  ] as const)("%s: a new key is refused as lost, a known one goes on", async (_, make) => {
    const store = new MemoryStore({ keysMax: 3, clock: () => 5_000 });
    for (const key of ["a", "b", "c"]) asLease(await reserve(store, make(key)));
    expect(asShortage(await reserve(store, make("d"))).cause).toBe("lost");
    asLease(await reserve(store, make("b")));
  });

  it("what is only watched refuses nobody, though it is not counted", async () => {
    const store = new MemoryStore({ keysMax: 1, clock: () => 5_000 });
    asLease(await reserve(store, slots("a", 5)));
    const watched = slots("b", 5, { role: "watched" });
    const lease = asLease(await reserve(store, watched, calendar("c", 5)));
    asLease(await lease.extend({ units: { min: 1, max: 1 } })).settle([1, 1]);
  });

  it("expired windows and free slots make room", async () => {
    let nowMs = 5_000;
    const store = new MemoryStore({ keysMax: 3, clock: () => nowMs });
    const windows = ["a", "b", "c", "d", "e", "f"].map((key) => sliding(key, 1, { windowMs: 1_000 }));
    for (const counter of windows.slice(0, 3)) asLease(await reserve(store, counter));
    nowMs += 2_000;
    for (const counter of windows.slice(3)) asLease(await reserve(store, counter));
    asShortage(await reserve(store, sliding("g", 1, { windowMs: 1_000 })));

    const lease = asLease(await reserve(store, slots("a", 1), slots("b", 1), slots("c", 1)));
    nowMs += 1;
    asShortage(await reserve(store, slots("d", 1)));
    lease.settle();
    asLease(await reserve(store, slots("d", 1), slots("e", 1), slots("f", 1)));
  });

  it("what one reservation has just placed is never swept for its next counter", async () => {
    let nowMs = 5_000;
    const store = new MemoryStore({ keysMax: 8, clock: () => nowMs });
    for (let round = 0; round < 20; round += 1) {
      nowMs += 100_000;
      const counters = [
        slots(`a${round}`, 1),
        slots(`b${round}`, 1),
        sliding(`c${round}`, 1),
        sliding("d", 1),
      ];
      const lease = asLease(await reserve(store, ...counters));
      for (const counter of counters) asShortage(await reserve(store, counter));
      lease.settle();
    }
  });

  it("distinct lengths of fixed windows are bounded too", async () => {
    const store = new MemoryStore();
    for (let n = 1; n <= 256; n += 1)
      asLease(await reserve(store, fixed("a", 1, { windowMs: n * 1_000_000 })));
    expect(asShortage(await reserve(store, fixed("a", 1, { windowMs: 999 }))).cause).toBe("lost");
  });
});

it("remembers ids for at least as many reservations as it says, then forgets", async () => {
  const store = new MemoryStore();
  const counter = sliding("a", 1_000_000);
  const first = asLease(await store.reserve(askOf([counter], noUnits, "first")));
  for (let n = 1; n < rememberedLeases; n += 1) await reserve(store, counter);
  expect(await store.reserve(askOf([counter], noUnits, "first"))).toBe(first);
  for (let n = 0; n < 2 * rememberedLeases; n += 1) await reserve(store, counter);
  expect(await store.reserve(askOf([counter], noUnits, "first"))).not.toBe(first);
});

it("10,000 cycles leave no slot and no timer behind", async () => {
  const store = new MemoryStore();
  const counters = [sliding("a", 1_000_000, { burst: 1_000_000 }), fixed("b", 1_000_000), slots("c", 8)];
  const cycle = async (count: number) => {
    for (let n = 0; n < count; n += 1) asLease(await reserve(store, ...counters)).settle();
  };
  await cycle(1_000);
  const timers = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "setInterval")];
  await cycle(9_000);
  for (const timer of timers) {
    expect(timer).not.toHaveBeenCalled();
    timer.mockRestore();
  }
  expect(await admitted(store, 20, slots("c", 8))).toBe(8);
});

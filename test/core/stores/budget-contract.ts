// Owns the suite of budgets that every store passes: units, shares, extensions, settlements, periods, lives.
// Knows no store.

import { expect, it, vi } from "vitest";
import type { Counter, Units } from "../../../core/contracts/limit.ts";
import type { Lease, Store } from "../../../core/contracts/store.ts";
import {
  askOf,
  asLease,
  asShortage,
  calendar,
  life,
  reserve,
  sliding,
  slots,
  startsAround,
} from "./counters.ts";

let keys = 0;
function fresh(): string {
  keys += 1;
  return `budget-${keys}`;
}

const makers = [
  ["sliding", sliding],
  ["calendar", calendar],
  ["life", life],
] as const;

/** They share their figures; `settled` waits until each has heard what was settled. */
export interface Budgeted {
  readonly clients: () => readonly [Store, Store, Store];
  readonly settled: () => Promise<void>;
}

export async function grant(store: Store, units: Units, ...counters: readonly Counter[]): Promise<Lease> {
  return asLease(await store.reserve(askOf(counters, units)));
}

export async function usedOf(store: Store, ...counters: readonly Counter[]): Promise<readonly number[]> {
  const states = await store.desk.read(counters);
  if (states === "lost") throw new Error("lost");
  return states.map(({ used }) => used);
}

export function provesBudgets(budgeted: Budgeted): void {
  provesUnits(budgeted);
  provesRaces(budgeted);
  provesWatched(budgeted);
  provesExtensions(budgeted);
  provesSettlements(budgeted);
  provesTurns(budgeted);
}

function provesUnits({ clients }: Budgeted): void {
  it("grants as many units as fit on every counter, and takes for each of them", async () => {
    const [store] = clients();
    const tokens = calendar(fresh(), 100, { amount: 10, perUnit: 1 });
    const usd = sliding(fresh(), 1_000, { amount: 50, perUnit: 5 });
    const counters = [tokens, usd, life(fresh(), 9), slots(fresh(), 2)];
    const lease = await grant(store, { min: 1, max: 1_000 }, ...counters);
    expect(lease.units).toBe(90);
    expect(lease.states.map(({ used, remaining }) => [used, remaining])).toEqual([
      [100, 0],
      [500, 500],
      [1, 8],
      [1, 1],
    ]);
  });

  it("grants all that is wanted where nothing is short", async () => {
    const [store] = clients();
    const counter = life(fresh(), 10_000, { amount: 1, perUnit: 2, share: 4 });
    expect((await grant(store, { min: 1, max: 64 }, counter)).units).toBe(64);
    expect((await grant(store, { min: 0, max: 0 }, counter)).units).toBe(0);
    expect(await usedOf(store, counter)).toEqual([1 + 128 + 1]);
  });

  it.each(makers)(
    "%s: one ask gets its share of what is left, never less than its least",
    async (_, make) => {
      const [store] = clients();
      const counter = make(fresh(), 1_000, { amount: 0, perUnit: 1, share: 4 });
      const granted: number[] = [];
      for (let n = 0; n < 7; n += 1)
        granted.push((await grant(store, { min: 100, max: 900 }, counter)).units);
      expect(granted).toEqual([250, 187, 140, 105, 100, 100, 100]);
      const { state } = asShortage(await store.reserve(askOf([counter], { min: 100, max: 900 })));
      expect(state).toMatchObject({ used: 982, remaining: 18 });
    },
  );

  it("the least that does not fit is a shortage, and nothing is taken anywhere", async () => {
    const [store] = clients();
    const counters = [
      calendar(fresh(), 1_000, { perUnit: 1 }),
      life(fresh(), 100, { amount: 10, perUnit: 10 }),
      slots(fresh(), 1),
    ];
    const verdict = asShortage(await store.reserve(askOf(counters, { min: 10, max: 20 })));
    expect(verdict).toMatchObject({
      index: 1,
      cause: "full",
      state: { used: 0, remaining: 100, resetMs: 0 },
    });
    expect(await usedOf(store, ...counters)).toEqual([0, 0, 0]);
    expect((await grant(store, { min: 9, max: 20 }, ...counters)).units).toBe(9);
  });
}

function provesRaces({ clients }: Budgeted): void {
  it("asks at once by three clients never take more than there is, and nearly all of it", async () => {
    const stores = clients();
    const counter = calendar(fresh(), 10_000, { amount: 10, perUnit: 1, share: 8 });
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, async (_, n) =>
        (stores[n % 3] ?? stores[0]).reserve(askOf([counter], { min: 20, max: 4_000 })),
      ),
    );
    const leases = verdicts.filter((verdict) => verdict.kind === "lease");
    const taken = leases.reduce((sum, { units }) => sum + 10 + units, 0);
    expect(await usedOf(stores[0], counter)).toEqual([taken]);
    expect(taken).toBeLessThanOrEqual(10_000);
    expect(taken).toBeGreaterThan(10_000 - 30);
  });

  it("the same ask again is the same lease, whoever sends it", async () => {
    const [store, other] = clients();
    const counter = calendar(fresh(), 1_000, { amount: 10, perUnit: 1 });
    const ask = askOf([counter], { min: 1, max: 100 });
    expect(asLease(await store.reserve(ask)).units).toBe(100);
    expect(asLease(await other.reserve(ask)).units).toBe(100);
    expect(await usedOf(store, counter)).toEqual([110]);
  });
}

function provesWatched({ clients }: Budgeted): void {
  it.each([...makers, ["concurrency", slots]] as const)(
    "%s: a watched counter counts past its limit and is never short",
    async (_, make) => {
      const [store] = clients();
      const watched = make(fresh(), 3, { amount: 2, role: "watched" });
      const { states } = await grant(store, { min: 0, max: 5 }, watched);
      expect(states).toMatchObject([{ used: 2, remaining: 1 }]);
      const lease = await grant(store, { min: 0, max: 5 }, watched, calendar(fresh(), 9, { perUnit: 1 }));
      expect(lease.states).toMatchObject([{ used: 4, remaining: 0 }, {}]);
      expect(lease.units).toBe(5);
    },
  );
}

function provesExtensions({ clients, settled }: Budgeted): void {
  it("takes more in one step, and a shortage leaves what the lease holds", async () => {
    const [store, other] = clients();
    const counters = [calendar(fresh(), 100, { perUnit: 1 }), sliding(fresh(), 1_000, { perUnit: 2 })];
    const lease = await grant(store, { min: 10, max: 10 }, ...counters);
    const more = asLease(await lease.extend({ units: { min: 20, max: 40 } }));
    expect([more.units, lease.units]).toEqual([50, 50]);
    expect(more.states.map(({ used }) => used)).toEqual([51, 101]);
    asLease(await lease.extend({ amounts: [5, 0], units: { min: 0, max: 0 } }));
    const short = asShortage(await lease.extend({ units: { min: 45, max: 90 } }));
    expect(short).toMatchObject({ index: 0, cause: "full", state: { used: 56, remaining: 44 } });
    expect(await usedOf(other, ...counters)).toEqual([56, 101]);
    lease.settle([50, 60]);
    await settled();
    expect(await usedOf(other, ...counters)).toEqual([50, 60]);
  });

  it("hundreds of extensions settle as one", async () => {
    const [store] = clients();
    const counters = [calendar(fresh(), 10_000, { perUnit: 3 }), sliding(fresh(), 10_000, { windowMs: 60 })];
    const lease = await grant(store, { min: 1, max: 1 }, ...counters);
    for (let n = 0; n < 300; n += 1) asLease(await lease.extend({ units: { min: 1, max: 1 } }));
    expect(lease.units).toBe(301);
    expect(await usedOf(store, ...counters.slice(0, 1))).toEqual([904]);
    lease.settle([7]);
    await settled();
    expect(await usedOf(store, ...counters.slice(0, 1))).toEqual([7]);
  });

  it("a lease that is settled cannot be extended: that is a bug", async () => {
    const [store] = clients();
    const lease = await grant(store, { min: 0, max: 0 }, life(fresh(), 10));
    lease.settle();
    await expect((async () => lease.extend({ units: { min: 1, max: 1 } }))()).rejects.toThrow(/after it was/);
  });
}

function provesSettlements({ clients, settled }: Budgeted): void {
  it.each(makers)(
    "%s: holds what was used in the end, less or more than was taken, once",
    async (_, make) => {
      const [store, other] = clients();
      const counter = make(fresh(), 1_000, { amount: 100 });
      const leases = [];
      for (let n = 0; n < 4; n += 1) leases.push(await grant(store, { min: 0, max: 0 }, counter));
      const [refunded, owing, kept, unsaid] = leases;
      refunded?.settle([30]);
      refunded?.settle([0]);
      owing?.settle([250]);
      kept?.settle([undefined]);
      unsaid?.settle();
      await settled();
      expect(await usedOf(other, counter)).toEqual([30 + 250 + 100 + 100]);
    },
  );

  it("what was owed may pass the limit, and nobody gets more until it is gone", async () => {
    const [store] = clients();
    const counter = calendar(fresh(), 100, { amount: 50 });
    const lease = await grant(store, { min: 0, max: 0 }, counter);
    lease.settle([130]);
    await settled();
    expect(await usedOf(store, counter)).toEqual([130]);
    const { state } = asShortage(await reserve(store, { ...counter, amount: 1 }));
    expect(state).toMatchObject({ used: 130, remaining: 0 });
  });

  it("what nobody settles stays charged", async () => {
    const [store, other] = clients();
    const counter = calendar(fresh(), 100, { amount: 60 });
    await grant(store, { min: 0, max: 0 }, counter);
    asShortage(await reserve(other, counter));
  });
}

function provesTurns({ clients, settled }: Budgeted): void {
  /** Of a period that lasts long enough for what follows. */
  async function periodBegun(windowMs: number): Promise<void> {
    await vi.waitFor(() => expect(Date.now() % windowMs).toBeLessThan(windowMs / 4), {
      timeout: 2 * windowMs,
      interval: 5,
    });
  }

  it("calendar: a new period begins empty, and what comes back to the old one opens nothing", async () => {
    const [store] = clients();
    const windowMs = 2_000;
    await periodBegun(windowMs);
    const startsMs = startsAround(Date.now(), windowMs);
    const counter = {
      ...calendar(fresh(), 10, { amount: 6 }),
      window: { kind: "calendar", startsMs },
    } as const;
    const late = await grant(store, { min: 0, max: 0 }, counter);
    const { state } = asShortage(await reserve(store, counter));
    expect(state.resetMs).toBeGreaterThan(0);
    expect(state.resetMs).toBeLessThanOrEqual(windowMs);
    await vi.waitFor(async () => asLease(await reserve(store, counter)), { timeout: 5_000, interval: 10 });
    late.settle([0]);
    await settled();
    expect(await usedOf(store, counter)).toEqual([6]);
    asShortage(await reserve(store, counter));
  });

  it("life: goes on while it is drawn on, is over when it lay idle, and begins anew", async () => {
    const [store] = clients();
    const counter = life(fresh(), 10, { amount: 4, windowMs: 150 });
    const late = await grant(store, { min: 0, max: 0 }, counter);
    asLease(await reserve(store, counter));
    asShortage(await reserve(store, counter));
    await vi.waitFor(async () => expect(await usedOf(store, counter)).toEqual([0]), { timeout: 5_000 });
    asLease(await reserve(store, counter));
    late.settle([0]);
    await settled();
    expect(await usedOf(store, counter)).toEqual([4]);
  });
}

// Owns the suite of an operator's desk that every store passes. Knows no store.

import { expect, it, vi } from "vitest";
import { type Budgeted, grant, usedOf } from "./budget-contract.ts";
import { asLease, asShortage, calendar, life, reserve, sliding, slots } from "./counters.ts";

let keys = 0;
function fresh(): string {
  keys += 1;
  return `desk-${keys}`;
}

const makers = [
  ["sliding", sliding],
  ["calendar", calendar],
  ["life", life],
] as const;

export function provesDesk(budgeted: Budgeted): void {
  provesLooks(budgeted);
  provesChanges(budgeted);
}

function provesLooks({ clients }: Budgeted): void {
  it("reads without taking, also what is not there", async () => {
    const [store, other] = clients();
    const counters = [calendar(fresh(), 10, { amount: 4 }), slots(fresh(), 3), life(fresh(), 5)];
    await grant(store, { min: 0, max: 0 }, ...counters.slice(0, 2));
    const states = await other.desk.read(counters);
    expect(states).toMatchObject([
      { used: 4, remaining: 6 },
      { used: 1, remaining: 2 },
      { used: 0, remaining: 5, resetMs: 0 },
    ]);
    expect(await other.desk.read(counters)).toMatchObject([{ used: 4 }, { used: 1 }, { used: 0 }]);
  });

  it("lists figures by the beginning of their keys, of every kind, so many at most", async () => {
    const [store] = clients();
    const start = `${fresh()}*[a]`;
    const made = [
      sliding(`${start}1`, 9, { windowMs: 120_000 }),
      calendar(`${start}2`, 9, { amount: 2 }),
      life(`${start}3`, 9, { amount: 3 }),
      slots(`${start}4`, 9),
    ];
    await grant(store, { min: 0, max: 0 }, ...made, sliding(`x${start}`, 9), calendar(fresh(), 9));
    const listed = await store.desk.list(start, 10);
    if (listed === "lost") throw new Error("lost");
    const rows = listed.map(({ key, kind, windowMs, used }) => [key, kind, windowMs, used]);
    expect(rows.toSorted()).toEqual([
      [`${start}1`, "sliding", 120_000, 1],
      [`${start}2`, "calendar", 0, 2],
      [`${start}3`, "life", 0, 3],
      [`${start}4`, "concurrency", 0, 1],
    ]);
    expect(await store.desk.list(start, 2)).toHaveLength(2);
    expect(await store.desk.list(`${start}9`, 2)).toEqual([]);
  });
}

function provesChanges({ clients, settled }: Budgeted): void {
  it.each(makers)("%s: a grant leaves less than nothing used, a charge more", async (_, make) => {
    const [store, other] = clients();
    const counter = make(fresh(), 10, { amount: 10 });
    await grant(store, { min: 0, max: 0 }, counter);
    asShortage(await reserve(store, counter));
    expect(await store.desk.adjust(counter, -25)).toMatchObject({ used: -15, remaining: 25 });
    await grant(other, { min: 0, max: 0 }, counter);
    expect(await store.desk.adjust(counter, 12)).toMatchObject({ used: 7, remaining: 3 });
    asShortage(await reserve(other, counter));
    expect(await store.desk.adjust(make(fresh(), 10), -5)).toMatchObject({ used: -5, remaining: 15 });
  });

  it.each(makers)(
    "%s: reset to nothing, and what was reserved before gives nothing back",
    async (_, make) => {
      const [store, other] = clients();
      const counter = make(fresh(), 10, { amount: 10 });
      const before = await grant(store, { min: 0, max: 0 }, counter);
      const windowMs = counter.window.kind === "sliding" ? counter.window.windowMs : 0;
      const { kind } = counter.window;
      if (kind === "fixed") throw new Error("no figure");
      expect(await other.desk.reset({ key: counter.key, kind, windowMs })).toBe("done");
      expect(await usedOf(store, counter)).toEqual([0]);
      await vi.waitFor(async () => asLease(await reserve(store, counter)));
      before.settle([0]);
      await settled();
      expect(await usedOf(store, counter)).toEqual([10]);
    },
  );
}

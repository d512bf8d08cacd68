// Owns the suite that every store passes: all or none, once an id, never past a limit. Knows no store.

import { expect, it, vi } from "vitest";
import type { Counter } from "../../../core/contracts/limit.ts";
import type { Counters, Store } from "../../../core/contracts/store.ts";
import { admitted, asLease, asShortage, fixed, reserve, sliding, slots } from "./counters.ts";

let keys = 0;
/** A key no other test uses. */
function fresh(): string {
  keys += 1;
  return `key-${keys}`;
}

type MakeCounter = (key: string, limit: number) => Counter;
const kinds: readonly [string, MakeCounter][] = [
  ["sliding", sliding],
  ["fixed", fixed],
  ["concurrency", slots],
];

/** How many of `count` concurrent reservations, spread over the clients, were let in. */
export async function stampede(
  clients: readonly Counters[],
  count: number,
  counter: Counter,
): Promise<number> {
  const verdicts = await Promise.all(
    Array.from({ length: count }, (_, n) => {
      const client = clients[n % clients.length];
      if (client === undefined) throw new Error("no client");
      return reserve(client, counter);
    }),
  );
  return verdicts.filter(({ kind }) => kind === "lease").length;
}

/** They share their figures: three connections, or three times the same store. */
type Clients = () => readonly [Store, Store, Store];

export function provesContract(clients: Clients): void {
  provesLimits(clients);
  provesAllOrNone(clients);
  provesLeases(clients);
  provesWindows(clients);
}

function provesLimits(clients: Clients): void {
  it.each(kinds)("%s: lets in as many as the limit says, and refused ones never count", async (_, make) => {
    const [store] = clients();
    const key = fresh();
    expect(await admitted(store, 10, make(key, 4))).toBe(4);
    expect(asShortage(await reserve(store, make(key, 4)))).toMatchObject({
      index: 0,
      cause: "full",
      state: { remaining: 0 },
    });
    expect(await admitted(store, 10, make(key, 7))).toBe(3);
  });

  it.each(kinds)("%s: 100 at once on a limit of 10 by three clients: exactly 10", async (_, make) => {
    const counter = make(fresh(), 10);
    expect(await stampede(clients(), 100, counter)).toBe(10);
  });

  it.each(kinds)("%s: an amount fits whole or not at all", async (_, make) => {
    const [store] = clients();
    const counter = make(fresh(), 10);
    asLease(await reserve(store, { ...counter, amount: 7 }));
    expect(asShortage(await reserve(store, { ...counter, amount: 4 })).state.remaining).toBe(3);
    expect(asLease(await reserve(store, { ...counter, amount: 3 })).states).toMatchObject([{ remaining: 0 }]);
  });
}

function provesAllOrNone(clients: Clients): void {
  it.each(kinds)("%s: a full counter takes nothing from the others, wherever it stands", async (_, make) => {
    const [store] = clients();
    const full = make(fresh(), 1);
    asLease(await reserve(store, full));
    const others = [sliding(fresh(), 5, { burst: 5 }), fixed(fresh(), 5), slots(fresh(), 5)];
    for (const at of [0, 1, 2, 3]) {
      const counters = others.toSpliced(at, 0, full);
      expect(asShortage(await reserve(store, ...counters))).toMatchObject({ index: at, cause: "full" });
    }
    expect(asLease(await reserve(store, ...others)).states.map(({ remaining }) => remaining)).toEqual([
      4, 4, 4,
    ]);
  });
}

function provesLeases(clients: Clients): void {
  it.each(kinds)("%s: the same id counts once, also at the same time", async (_, make) => {
    const [store] = clients();
    const counter = make(fresh(), 3);
    const id = fresh();
    const first = await Promise.all([store.reserve(id, [counter]), store.reserve(id, [counter])]);
    const second = await store.reserve(id, [counter]);
    expect(asLease(second).states).toEqual(asLease(first[0]).states);
    expect(await admitted(store, 5, counter)).toBe(2);
  });

  it("an id that was refused may come again", async () => {
    const [store] = clients();
    const counter = slots(fresh(), 1);
    const lease = asLease(await reserve(store, counter));
    const id = fresh();
    asShortage(await store.reserve(id, [counter]));
    lease.settle();
    await vi.waitFor(async () => asLease(await store.reserve(id, [counter])));
  });

  it("a slot comes back once, however often its lease is settled", async () => {
    const [store, other] = clients();
    const counter = slots(fresh(), 2);
    const lease = asLease(await reserve(store, counter, fixed(fresh(), 5), sliding(fresh(), 5)));
    asLease(await reserve(store, counter));
    asShortage(await reserve(other, counter));
    lease.settle();
    lease.settle();
    await vi.waitFor(async () => asLease(await reserve(other, counter)));
    asShortage(await reserve(store, counter));
    asShortage(await reserve(other, counter));
  });
}

function provesWindows(clients: Clients): void {
  it("burst: so many at once and no more, though the window has room", async () => {
    const [store] = clients();
    const counter = sliding(fresh(), 60, { burst: 10 });
    expect(await stampede(clients(), 50, counter)).toBe(10);
    const { state } = asShortage(await reserve(store, counter));
    expect(state.remaining).toBe(0);
    expect(state.resetMs).toBeGreaterThan(0);
    expect(state.resetMs).toBeLessThanOrEqual(1_000);
  });

  it("says what is left and when more comes", async () => {
    const [store] = clients();
    const counters = [sliding(fresh(), 5), fixed(fresh(), 6, { windowMs: 86_400_000 }), slots(fresh(), 7)];
    const { states } = asLease(await reserve(store, ...counters));
    expect(states.map(({ remaining }) => remaining)).toEqual([4, 5, 6]);
    const [window, day, held] = states.map(({ resetMs }) => resetMs);
    expect(window).toBeGreaterThanOrEqual(60_000);
    expect(window).toBeLessThanOrEqual(64_000);
    expect(Math.abs((day ?? 0) - (86_400_000 - (Date.now() % 86_400_000)))).toBeLessThan(10_000);
    expect(held).toBe(0);
  });

  it("what time brings back comes back: sliding and fixed windows pass", async () => {
    const [store] = clients();
    for (const make of [sliding, fixed]) {
      const counter = make(fresh(), 2, { windowMs: 300 });
      expect(await admitted(store, 2, counter)).toBe(2);
      await vi.waitFor(async () => asLease(await reserve(store, counter)), { timeout: 5_000, interval: 10 });
    }
  });

  it("another window length is another figure; a changed amount is not", async () => {
    const [store] = clients();
    const key = fresh();
    expect(await admitted(store, 9, sliding(key, 3))).toBe(3);
    expect(await admitted(store, 9, sliding(key, 5))).toBe(2);
    expect(await admitted(store, 9, sliding(key, 3, { windowMs: 120_000 }))).toBe(3);
  });

  it("keys may hold anything", async () => {
    const [store] = clients();
    const odd = ["a b", "a\r\nb", "{x}y", "☃", "a:b", "*", ""];
    for (const text of odd) {
      for (const make of [sliding, fixed, slots]) {
        expect(await admitted(store, 3, make(`${fresh()}${text}`, 2))).toBe(2);
      }
    }
  });

  it("no counters, nothing held", async () => {
    const [store] = clients();
    expect(asLease(await reserve(store)).states).toEqual([]);
  });
}

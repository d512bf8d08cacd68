// Owns the suite that every store's records of kept things pass: first come stays, charged once, nothing
// given back. Knows no store.

import { expect, it } from "vitest";
import { noUsage, type Usage } from "../../../core/contracts/frame.ts";
import type { KeptRecords } from "../../../core/contracts/store.ts";

let keys = 0;
/** A key no other test uses. */
function fresh(): string {
  keys += 1;
  return `kept-${keys}`;
}

const used = (inputTokens: number, outputTokens: number): Usage => ({
  ...noUsage,
  inputTokens,
  outputTokens,
});

/** Two processes that share their records, or twice the same store. */
export function provesKept(clients: () => readonly [KeptRecords, KeptRecords]): void {
  it("knows no owner of what nobody claimed", async () => {
    const [a] = clients();
    expect(await a.owners([fresh(), fresh()])).toEqual([undefined, undefined]);
  });

  it("keeps the first owner, whoever claims it later and wherever", async () => {
    const [a, b] = clients();
    const [one, two] = [fresh(), fresh()];
    expect(await a.claim([{ key: one, owner: "A" }])).toBe(true);
    const later = [
      { key: one, owner: "B" },
      { key: two, owner: "B" },
    ];
    expect(await b.claim(later)).toBe(true);
    expect(await a.owners([two, one])).toEqual(["B", "A"]);
  });

  it("lets one of many win that claim at once", async () => {
    const both = clients();
    const key = fresh();
    const owners = Array.from({ length: 20 }, (_, at) => `owner-${at}`);
    await Promise.all(owners.map((owner, at) => both[at % 2 === 0 ? 0 : 1].claim([{ key, owner }])));
    const [first] = await Promise.all(both.map((records) => records.owners([key])));
    expect(owners).toContain(first?.[0]);
    expect(await both[1].owners([key])).toEqual(first);
  });

  it("says what was charged before, and keeps the larger of each count", async () => {
    const [a, b] = clients();
    const key = fresh();
    await a.claim([{ key, owner: "A" }]);
    expect(await a.charge(key, used(600, 0))).toEqual(noUsage);
    expect(await b.charge(key, used(500, 90))).toEqual(used(600, 0));
    expect(await a.charge(key, used(1, 1))).toEqual(used(600, 90));
    expect(await b.owners([key])).toEqual(["A"]);
  });

  it("charges each part once, however many charge it at once", async () => {
    const both = clients();
    const key = fresh();
    const befores = await Promise.all(
      Array.from({ length: 40 }, (_, at) => both[at % 2 === 0 ? 0 : 1].charge(key, used(100, 10))),
    );
    expect(befores.filter((before) => before !== "lost" && before.inputTokens === 0)).toHaveLength(1);
  });

  it("gives nobody what was charged and never claimed", async () => {
    const [a, b] = clients();
    const key = fresh();
    await a.charge(key, used(1, 1));
    await b.claim([{ key, owner: "B" }]);
    expect(await a.owners([key])).toEqual([undefined]);
  });

  it("can be reached", async () => expect(await clients()[0].isReachable()).toBe(true));
}

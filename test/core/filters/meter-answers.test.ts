// Owns the proof that what a provider keeps is charged once over all processes, and never forgotten. Knows no
// dialect.

import { expect, it } from "vitest";
import type { Call } from "../../../core/contracts/dialect.ts";
import type { Attempt } from "../../../core/contracts/exchange.ts";
import { type Delta, noUsage, type Usage } from "../../../core/contracts/frame.ts";
import type { KeptRecords } from "../../../core/contracts/store.ts";
import type { Outcome } from "../../../core/contracts/visit.ts";
import { meterFilter } from "../../../core/filters/meter.ts";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { samplePrice } from "../prices/sample-price.ts";
import { addAttempt, asVisit, chatCall, done, sampleExchange } from "./sample-exchange.ts";

const price = samplePrice({ input: 1, output: 10 }, { perCallNanoUsd: 7 });
const gone: Outcome = { ...done, ended: "client-gone" };
const start: Delta = { kind: "start", id: "resp_1", model: "gpt-4o" };
const end: Delta = { kind: "end", channel: "0", reason: "completed", stop: "stop" };
const usage: Usage = { ...noUsage, inputTokens: 1_000, outputTokens: 100 };
const used: Delta = { kind: "usage", usage };
const text: Delta = { kind: "text", channel: "0", text: "x".repeat(400), mode: "append" };
const fetched = { operation: "stored", answerId: "resp_1" } as const;

type Charging = Pick<KeptRecords, "charge">;
/** As a store over a network answers. */
const later = (records: Charging): Charging => ({
  charge: async (key, counts) => records.charge(key, counts),
});

interface Asked {
  readonly records: Charging;
  readonly call: Partial<Call>;
  readonly says: readonly Delta[];
  readonly outcome?: Outcome;
}

/** A process of its own: it knows nothing but what the records say. */
async function settle({ records, call, says, outcome = done }: Asked): Promise<Attempt> {
  const exchange = sampleExchange();
  exchange.call = { ...chatCall("{}"), isStream: true, ...call };
  addAttempt(exchange);
  const [attempt] = exchange.attempts;
  if (attempt === undefined) throw new Error("no attempt");
  const counter = { count: () => Promise.resolve(undefined) };
  const visit = asVisit(meterFilter({ findPrice: () => price, counter, records }).open(attempt));
  visit.head?.({ status: 200, headers: {} });
  const writer = { edit: <F>(frame: F) => frame, end: () => [], refuse: () => undefined };
  for (const delta of says) {
    await visit.frame?.({ kind: "frame", bytes: Buffer.alloc(0), deltas: [delta] }, writer);
  }
  visit.close?.(outcome);
  await attempt.counting;
  return attempt;
}

const whole = [start, end, used];
const nothing = [noUsage, 0];
const of = ({ usage: found, costNanoUsd }: Attempt) => [found, costNanoUsd];
const inFull = [usage, 1_000_000 + 1_000_000 + 7];

it.each([
  ["at once", (records: Charging) => records],
  ["later", later],
])(
  "is charged when it is made and free when it is fetched, from a store that answers %s",
  async (_how, via) => {
    const records = via(new MemoryStore().kept);
    expect(of(await settle({ records, call: { isKept: true }, says: whole }))).toEqual(inFull);
    expect(of(await settle({ records, call: fetched, says: whole }))).toEqual(nothing);
    expect(of(await settle({ records, call: { ...fetched, isStream: false }, says: whole }))).toEqual(
      nothing,
    );
  },
);

it("made in the background is charged once, the price of a call included", async () => {
  const records = later(new MemoryStore().kept);
  await settle({ records, call: { isKept: true, body: Buffer.from("{}") }, says: [start] });
  const looks = await Promise.all(
    Array.from({ length: 20 }, () => settle({ records, call: fetched, says: whole })),
  );
  expect(looks.reduce((sum, { usage: found }) => sum + found.outputTokens, 0)).toBe(100);
  expect(looks.filter(({ costNanoUsd }) => costNanoUsd !== 0)).toHaveLength(1);
});

it("control: records that two processes do not share charge it twice", async () => {
  const looks = [
    await settle({ records: new MemoryStore().kept, call: fetched, says: whole }),
    await settle({ records: new MemoryStore().kept, call: fetched, says: whole }),
  ];
  expect(looks.map(of)).toEqual([inFull, inFull]);
});

it("is charged in full where the store is away: never less than is due", async () => {
  const records: Charging = { charge: () => Promise.resolve("lost") };
  expect(of(await settle({ records, call: fetched, says: whole }))).toEqual(inFull);
});

it("is charged as new work where it is made again under the same id", async () => {
  const records = new MemoryStore().kept;
  for (let made = 0; made < 2; made += 1) {
    expect(of(await settle({ records, call: { isKept: true }, says: whole }))).toEqual(inFull);
  }
});

it("streamed again is charged for what was seen, where the client leaves before its usage", async () => {
  const records = new MemoryStore().kept;
  const left = await settle({ records, call: fetched, says: [start, text], outcome: gone });
  expect(left.usage.outputTokens).toBeGreaterThan(0);
  expect(left.usage.isExact).toBe(false);
  const again = await settle({ records, call: fetched, says: whole });
  expect(left.usage.outputTokens + again.usage.outputTokens).toBe(Math.max(100, left.usage.outputTokens));
});

it("asks no store for an answer that is not kept", async () => {
  const records: Charging = {
    charge: () => {
      throw new Error("asked");
    },
  };
  expect(of(await settle({ records, call: {}, says: whole }))).toEqual(inFull);
});

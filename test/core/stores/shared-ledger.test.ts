// Owns the proof that nothing recorded is lost or counted twice on its way into the store, whatever the store
// does.

import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { noUsage } from "../../../core/contracts/frame.ts";
import type { LedgerBatch, LedgerEntry, LedgerStore } from "../../../core/contracts/ledger.ts";
import { MemoryLedgerStore } from "../../../core/stores/memory-ledger.ts";
import {
  dayOf,
  daysBefore,
  SharedLedger,
  type SharedLedgerOptions,
} from "../../../core/stores/shared-ledger.ts";

const noonMs = Date.parse("2026-11-21T12:00:00Z");
const dayMs = 86_400_000;

const entry = (sample: Partial<LedgerEntry> = {}): LedgerEntry => ({
  agent: "search",
  model: "gpt-4o",
  caller: "web-app",
  team: "growth",
  user: undefined,
  session: undefined,
  task: "task-1",
  tool: undefined,
  type: "llm",
  usage: noUsage,
  costNanoUsd: 1,
  isCostAssumed: false,
  ...sample,
});

type Fault = "none" | "before" | "after";

/** Fails before it has added a batch, or loses its answer after. */
class FaultyStore extends MemoryLedgerStore {
  readonly faults: Fault[] = [];

  override add(batch: LedgerBatch): readonly bigint[] {
    const fault = this.faults.shift() ?? "none";
    if (fault === "before") return "lost" as never;
    const costs = super.add(batch);
    return fault === "after" ? ("lost" as never) : costs;
  }
}

const opened: SharedLedger[] = [];
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});

function open(store: LedgerStore, options: Partial<SharedLedgerOptions> = {}): SharedLedger {
  const ledger = new SharedLedger({
    store,
    daysKept: 7,
    shown: (_by, key) => key,
    onAdded: async () => {},
    onLost: () => {},
    nowMs: () => noonMs,
    ...options,
  });
  opened.push(ledger);
  return ledger;
}

/** Until the store has heard everything, as the beat of seconds would. */
async function flushAll(ledger: SharedLedger): Promise<void> {
  while (!(await ledger.flush()));
}

const entries = fc.record({
  kind: fc.constant("entry" as const),
  dayBack: fc.nat({ max: 2 }),
  agent: fc.constantFrom("a", "b", "c"),
  user: fc.option(fc.constantFrom("u", "v"), { nil: undefined }),
  type: fc.constantFrom("llm" as const, "embedding" as const),
  inputTokens: fc.nat({ max: 100_000 }),
  costNanoUsd: fc.option(fc.nat({ max: 2 ** 40 }), { nil: undefined }),
});
const flushes = fc.record({
  kind: fc.constant("flush" as const),
  fault: fc.constantFrom<Fault>("none", "before", "after"),
});

describe("on the way into the store", () => {
  it("each figure is added once, whatever fails and in which order", async () => {
    const run = fc.asyncProperty(fc.array(fc.oneof(entries, flushes), { maxLength: 60 }), async (steps) => {
      const store = new FaultyStore(7);
      let nowMs = noonMs;
      const ledger = open(store, { nowMs: () => nowMs });
      const expected = new Map<string, bigint>();
      for (const step of steps) {
        if (step.kind === "flush") {
          store.faults.push(step.fault);
          await ledger.flush();
          continue;
        }
        const { dayBack, inputTokens, ...rest } = step;
        nowMs = noonMs - dayBack * dayMs;
        const cost = BigInt(rest.costNanoUsd ?? 0);
        for (const [by, key] of [
          ["agent", rest.agent],
          ["user", rest.user],
          ["type", rest.type],
        ] as const) {
          if (key === undefined) continue;
          const name = `${dayOf(nowMs)} ${by} ${key}`;
          expected.set(name, (expected.get(name) ?? 0n) + cost);
        }
        ledger.record(entry({ ...rest, usage: { ...noUsage, inputTokens } }));
      }
      await flushAll(ledger);
      for (const [name, cost] of expected) {
        const [day = "", by, key = ""] = name.split(" ");
        expect(store.costs(by as "agent", key, [day])).toEqual([cost]);
      }
      const days = [dayOf(noonMs), ...daysBefore(dayOf(noonMs), 2)];
      const calls = days.flatMap((day) => [...store.read(day, "type").values()]);
      const sum = calls.reduce((all, total) => all + total.calls, 0n);
      expect(sum).toBe(BigInt(steps.filter(({ kind }) => kind === "entry").length));
    });
    await fc.assert(run, { numRuns: 200 });
  });

  it("what comes while the store is away is merged, and comes in one piece when it is back", async () => {
    const store = new FaultyStore(7);
    const ledger = open(store);
    ledger.record(entry());
    store.faults.push("before", "before", "before");
    expect(await ledger.flush()).toBe(false);
    for (let at = 0; at < 1_000; at += 1) ledger.record(entry({ user: `user-${at % 3}` }));
    expect(await ledger.flush()).toBe(false);
    await flushAll(ledger);
    expect(store.costs("agent", "search", ["2026-11-21"])).toEqual([1_001n]);
    expect(store.costs("user", "user-0", ["2026-11-21"])).toEqual([334n]);
    expect(store.costs("hour", "12", ["2026-11-21"])).toEqual([1_001n]);
  });

  it("this process's own totals are there at once and stay", async () => {
    const ledger = open(new MemoryLedgerStore(7));
    ledger.record(entry({ agent: "cheap", costNanoUsd: 1 }));
    ledger.record(entry({ agent: "dear", costNanoUsd: 5 }));
    expect([...ledger.totals("agent").keys()]).toEqual(["dear", "cheap"]);
    await ledger.flush();
    ledger.record(entry({ agent: "cheap", costNanoUsd: 9 }));
    expect([...ledger.totals("agent")].map(([key, { costNanoUsd }]) => [key, costNanoUsd])).toEqual([
      ["cheap", 10],
      ["dear", 5],
    ]);
  });

  it("at the end it tries once more, and says what nobody heard", async () => {
    const lost: unknown[] = [];
    const heard = open(new FaultyStore(7), { onLost: (loss) => lost.push(loss) });
    heard.record(entry());
    await heard.close();
    expect(lost).toEqual([]);
    const store = new FaultyStore(7);
    store.add = () => "lost" as never;
    const unheard = open(store, { onLost: (loss) => lost.push(loss) });
    unheard.record(entry({ costNanoUsd: 2 }));
    await unheard.flush();
    unheard.record(entry({ costNanoUsd: 3 }));
    await unheard.close();
    expect(lost).toEqual([{ calls: 2, costNanoUsd: 5 }]);
    opened.length = 0;
  });

  it("of more days than are kept, the oldest does not wait for a store", async () => {
    const lost: unknown[] = [];
    let nowMs = noonMs;
    const store = new FaultyStore(7);
    const ledger = open(store, { daysKept: 2, nowMs: () => nowMs, onLost: (loss) => lost.push(loss) });
    for (let day = 0; day < 3; day += 1) {
      ledger.record(entry({ costNanoUsd: 10 + day }));
      nowMs += dayMs;
    }
    expect(lost).toEqual([{ calls: 1, costNanoUsd: 10 }]);
  });
});

describe("days", () => {
  it("are UTC's", () => {
    expect(dayOf(Date.parse("2026-11-21T00:00:00Z") - 1)).toBe("2026-11-20");
    expect(daysBefore("2026-03-01", 2)).toEqual(["2026-02-27", "2026-02-28"]);
  });
});

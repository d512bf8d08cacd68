// Owns what a client sees of limits, and that a lease is settled once. A store in memory, or a scripted one.

import { describe, expect, it } from "vitest";
import type { AnswerHead, HeaderMap } from "../../../core/contracts/dialect.ts";
import type { Ask, Counter, Limit } from "../../../core/contracts/limit.ts";
import type { LimitSpec } from "../../../core/contracts/policy.ts";
import { type Refusal, refusalHeaders } from "../../../core/contracts/refusal.ts";
import type { Counters, Lease, Shortage } from "../../../core/contracts/store.ts";
import type { Visit } from "../../../core/contracts/visit.ts";
import { type LimitsOptions, limitsFilter } from "../../../core/filters/limits.ts";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { sampleCounter, sampleLimit } from "../limits/sample-limits.ts";
import { asVisit, done, sampleExchange } from "./sample-exchange.ts";

const perMinute = sampleCounter;
const parallel: Counter = { ...perMinute, key: "parallel", limit: 1, window: { kind: "concurrency" } };
const perDay: Counter = { ...perMinute, key: "day", window: { kind: "fixed", windowMs: 86_400_000 } };

const options: LimitsOptions = { countedAt: "open", onShadow: () => {} };

function limitOf(name: string, counter: Counter | undefined, status: LimitSpec["status"] = 429): Limit {
  const spec: LimitSpec = { ...sampleLimit, name, status };
  return { name, spec, isShared: false, plan: () => counter, settle: () => undefined };
}

function leaseOf(states: Lease["states"]): Lease {
  const lease: Lease = { kind: "lease", states, units: 0, extend: () => lease, settle: () => {} };
  return lease;
}

/** A store that says what it is told to. */
class Scripted implements Counters {
  readonly isShared = false;
  readonly name = "scripted";
  readonly isUp = true;
  readonly asked: Ask[] = [];
  readonly #verdict: Lease | Shortage;

  constructor(verdict: Lease | Shortage) {
    this.#verdict = verdict;
  }

  async reserve(ask: Ask): Promise<Lease | Shortage> {
    this.asked.push(ask);
    return this.#verdict;
  }

  async close(): Promise<void> {}
}

const lost = (index: number): Shortage => ({
  kind: "shortage",
  index,
  cause: "lost",
  state: { used: 0, remaining: 0, resetMs: 0 },
});
const full = (index: number, state: Shortage["state"]): Shortage => ({
  kind: "shortage",
  index,
  cause: "full",
  state,
});

async function open(limits: readonly Limit[], store: Counters): Promise<unknown> {
  return limitsFilter(limits, store, options).open(sampleExchange());
}

function asRefusal(opened: unknown): Refusal {
  if (typeof opened === "object" && opened !== null && "code" in opened) return opened as Refusal;
  throw new Error("not a refusal");
}

function headersOf(visit: Visit, before: HeaderMap = {}): HeaderMap {
  const head: AnswerHead = { status: 200, headers: { ...before } };
  visit.head?.(head);
  return head.headers;
}

describe("an exchange that is let in", () => {
  it("is none of its business where no limit is drawn on", async () => {
    const store = new Scripted(lost(0));
    expect(await open([], store)).toBeUndefined();
    expect(await open([limitOf("off", undefined)], store)).toBeUndefined();
    expect(store.asked).toEqual([]);
  });

  it("opens without a promise on a store in memory", () => {
    const filter = limitsFilter([limitOf("requests", perMinute)], new MemoryStore(), options);
    expect(filter).toMatchObject({ name: "limits", wantsCall: false });
    expect(filter.open(sampleExchange())).toMatchObject({ kind: "visit" });
  });

  it("is reserved on all limits in one step, under an id that no client can name", async () => {
    const store = new Scripted(leaseOf([]));
    const limits = [limitOf("a", perMinute), limitOf("off", undefined), limitOf("b", parallel)];
    const filters = [limitsFilter(limits, store, options), limitsFilter(limits, store, options)];
    for (const filter of filters) {
      await filter.open(sampleExchange({ id: "same" }));
      await filter.open(sampleExchange({ id: "same" }));
    }
    expect(store.asked.map(({ counters }) => counters)).toEqual(Array(4).fill([perMinute, parallel]));
    expect(new Set(store.asked.map(({ id }) => id)).size).toBe(4);
    expect(store.asked.some(({ id }) => id.includes("same"))).toBe(false);
  });

  it("keeps to itself how much is left of what others draw on as well", async () => {
    const store = new Scripted(leaseOf([{ used: 0, remaining: 1, resetMs: 60_000 }]));
    const visit = asVisit(await open([{ ...limitOf("company", perMinute), isShared: true }], store));
    expect(headersOf(visit)).toEqual({ "ratelimit-policy": '"company";q=2;w=60' });
  });

  it("carries both fields, one item a limit", async () => {
    const limits = [limitOf("requests", perMinute), limitOf("day", perDay), limitOf("parallel", parallel)];
    const states = [
      { used: 0, remaining: 1, resetMs: 60_001 },
      { used: 0, remaining: 0, resetMs: 1 },
      { used: 0, remaining: 0, resetMs: 0 },
    ];
    const visit = asVisit(await open(limits, new Scripted(leaseOf(states))));
    expect(headersOf(visit)).toEqual({
      "ratelimit-policy": '"requests";q=2;w=60, "day";q=2;w=86400, "parallel";q=1;qu="concurrent-requests"',
      ratelimit: '"requests";r=1;t=61, "day";r=0;t=1, "parallel";r=0',
    });
  });

  it("keeps what the upstream says of its own limits", async () => {
    const states = [{ used: 0, remaining: 1, resetMs: 1_000 }];
    const store = new Scripted(leaseOf(states));
    const visit = asVisit(await open([limitOf("ours", perMinute)], store));
    const before = { ratelimit: ['"a";r=5', '"b";r=6'], "ratelimit-policy": '"a";q=9' };
    expect(headersOf(visit, before)).toEqual({
      ratelimit: '"a";r=5, "b";r=6, "ours";r=1;t=1',
      "ratelimit-policy": '"a";q=9, "ours";q=2;w=60',
    });
  });

  it("writes structured fields whatever a limit is called and however much it allows", async () => {
    const states = [{ used: 0, remaining: Number.MAX_SAFE_INTEGER, resetMs: 0 }];
    const store = new Scripted(leaseOf(states));
    const huge: Counter = {
      ...perMinute,
      limit: Number.MAX_SAFE_INTEGER,
      window: { kind: "sliding", windowMs: 250 },
    };
    const visit = asVisit(await open([limitOf('a"b\\cü\n', huge)], store));
    expect(headersOf(visit)).toEqual({
      "ratelimit-policy": '"a\\"b\\\\c??";q=999999999999999;w=1',
      ratelimit: '"a\\"b\\\\c??";r=999999999999999',
    });
  });

  it("gives back what it holds when it closes", async () => {
    const store = new MemoryStore();
    const limits = [limitOf("parallel", parallel)];
    const visit = asVisit(await open(limits, store));
    expect(asRefusal(await open(limits, store)).code).toBe("concurrency_limited");
    visit.close?.(done);
    visit.close?.(done);
    const next = asVisit(await open(limits, store));
    asRefusal(await open(limits, store));
    next.close?.(done);
  });
});

describe("a limit in shadow", () => {
  const shadow = (name: string, counter: Counter): Limit => limitOf(name, { ...counter, role: "watched" });

  it("is counted past its amount, tells somebody, and no client", async () => {
    const told: string[] = [];
    const filter = limitsFilter(
      [shadow("quiet", perMinute), limitOf("loud", { ...perMinute, key: "loud", limit: 9 })],
      new MemoryStore(),
      {
        ...options,
        onShadow: ({ name }, { id }) => told.push(`${name}:${id}`),
      },
    );
    for (let index = 0; index < 4; index++) {
      const visit = asVisit(await filter.open(sampleExchange({ id: `${index}` })));
      expect(headersOf(visit)["ratelimit-policy"]).toBe('"loud";q=9;w=60');
      expect(headersOf(visit).ratelimit).not.toContain("quiet");
    }
    expect(told).toEqual(["quiet:2", "quiet:3"]);
  });

  it("adds no field where it is all there is", async () => {
    const visit = asVisit(await open([shadow("quiet", perMinute)], new MemoryStore()));
    expect(headersOf(visit)).toEqual({});
  });
});

describe("an exchange that is refused", () => {
  it("by what others draw on as well is told no figure of it", async () => {
    const limits = [{ ...limitOf("company", perMinute), isShared: true }];
    const refusal = asRefusal(
      await open(limits, new Scripted(full(0, { used: 2, remaining: 0, resetMs: 9_000 }))),
    );
    expect(refusal.message).toBe('Limit "company" is reached. It resets in 9 s: retry then, not before.');
    expect(refusalHeaders(refusal)).not.toHaveProperty("ratelimit");
  });

  it("rate_limited: which limit, what is left, when, and the fields", async () => {
    const limits = [limitOf("day", perDay), limitOf("requests", perMinute)];
    const refusal = asRefusal(
      await open(limits, new Scripted(full(1, { used: 0, remaining: 0, resetMs: 12_300 }))),
    );
    expect(refusal).toMatchObject({
      code: "rate_limited",
      status: 429,
      message: 'Limit "requests": 0 left of 2 in 60 s. It resets in 13 s: retry then, not before.',
    });
    expect(refusalHeaders(refusal)).toEqual({
      "x-sluice-refusal": "rate_limited",
      "retry-after": "13",
      "ratelimit-policy": '"day";q=2;w=86400, "requests";q=2;w=60',
      ratelimit: '"requests";r=0;t=13',
    });
  });

  it("has the status the policy selects", async () => {
    const store = new Scripted(full(0, { used: 0, remaining: 0, resetMs: 1 }));
    expect(asRefusal(await open([limitOf("a", perMinute, 503)], store)).status).toBe(503);
    expect(asRefusal(await open([limitOf("a", parallel, 503)], store)).status).toBe(503);
  });

  it("says the burst, and windows below a second", async () => {
    const window = { kind: "sliding", windowMs: 250, burst: 1 } as const;
    const store = new Scripted(full(0, { used: 0, remaining: 0, resetMs: 100 }));
    const { message } = asRefusal(await open([limitOf("a", { ...perMinute, window })], store));
    expect(message).toBe(
      'Limit "a": 0 left of 2 in 250 ms, 1 at once. It resets in 1 s: retry then, not before.',
    );
  });

  it("concurrency_limited: retry when one has ended", async () => {
    const store = new Scripted(full(0, { used: 0, remaining: 0, resetMs: 0 }));
    const refusal = asRefusal(await open([limitOf("parallel", parallel)], store));
    expect(refusal).toMatchObject({
      code: "concurrency_limited",
      status: 429,
      message: 'Limit "parallel": 0 left of 1 at the same time. Retry when one in flight has ended.',
    });
    expect(refusalHeaders(refusal)).toMatchObject({ "retry-after": "1", ratelimit: '"parallel";r=0' });
  });

  it("store_unavailable is a 503 whatever the policy selects, and claims no figures", async () => {
    const refusal = asRefusal(await open([limitOf("requests", perMinute, 429)], new Scripted(lost(0))));
    expect(refusal).toMatchObject({ code: "store_unavailable", status: 503 });
    expect(refusal.message).toBe('Limit "requests" cannot be checked right now. Retry in 1 s.');
    expect(refusalHeaders(refusal)).toEqual({
      "x-sluice-refusal": "store_unavailable",
      "retry-after": "1",
      "ratelimit-policy": '"requests";q=2;w=60',
    });
  });
});

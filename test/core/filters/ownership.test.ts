// Owns the proof that ids of kept things are their owner's: who that is, what is refused, and that nothing is
// seen before it is recorded. Knows no vendor.

import { describe, expect, it } from "vitest";
import type { Call } from "../../../core/contracts/dialect.ts";
import type { Attempt } from "../../../core/contracts/exchange.ts";
import type { Frame } from "../../../core/contracts/frame.ts";
import type { TaskContext } from "../../../core/contracts/identity.ts";
import type { StoredRules } from "../../../core/contracts/policy.ts";
import type { KeptRecords } from "../../../core/contracts/store.ts";
import { ownershipFilter } from "../../../core/filters/ownership.ts";
import { MemoryStore } from "../../../core/stores/memory.ts";
import { addAttempt, asVisit, chatCall, sampleContext, sampleExchange } from "./sample-exchange.ts";

const strict: StoredRules = { owner: "user", unknown: "refuse" };
const writer = { edit: (frame: Frame) => frame, end: () => [], refuse: () => undefined };

interface Who {
  readonly agent?: string;
  readonly context?: Partial<TaskContext>;
}
const maker: Who = {};

function attemptOf({ agent = "search", context = {} }: Who, call: Partial<Call>): Attempt {
  const exchange = sampleExchange({ agent });
  exchange.context = { ...sampleContext, ...context };
  exchange.call = { ...chatCall("{}"), ...call };
  addAttempt(exchange);
  const [attempt] = exchange.attempts;
  if (attempt === undefined) throw new Error("no attempt");
  return attempt;
}

const naming = (...keptIds: string[]): Frame => ({
  kind: "frame",
  bytes: Buffer.from("{}"),
  deltas: [],
  keptIds,
});

/** A filter over records of its own, and what it does for whom. */
function setUp(rules: Partial<StoredRules> = {}, records: KeptRecords = new MemoryStore().kept) {
  const filter = ownershipFilter({ records, rules: { ...strict, ...rules } });
  const open = (who: Who, call: Partial<Call>) => filter.open(attemptOf(who, call));
  const make = async (who: Who, ...ids: string[]) => {
    const visit = asVisit(await open(who, { isKept: true }));
    return visit.frame?.(naming(...ids), writer);
  };
  /** The refusal's code, or whether it is let in. */
  const verdict = async (who: Who, call: Partial<Call>) => {
    const opened = await open(who, call);
    return opened !== undefined && "code" in opened ? opened.code : "in";
  };
  const fetch = (who: Who, answerId: string) => verdict(who, { operation: "stored", answerId });
  return { open, make, verdict, fetch };
}

describe("an id belongs to", () => {
  const own: readonly [string, Who, Who][] = [
    ["its user, in any session", maker, { context: { session: "another" } }],
    [
      "its session where no user is known",
      { context: { user: undefined } },
      { context: { user: undefined } },
    ],
    [
      "its caller where neither is known",
      { context: { user: undefined, session: undefined } },
      { context: { user: undefined, session: undefined } },
    ],
  ];
  it.each(own)("%s", async (_what, who, again) => {
    const { make, fetch } = setUp();
    await make(who, "resp_1");
    expect(await fetch(again, "resp_1")).toBe("in");
  });

  const others: readonly [string, Who, Who][] = [
    ["another agent", maker, { agent: "other" }],
    ["another user", maker, { context: { user: "another" } }],
    ["the same user's name at another caller", maker, { context: { caller: "other-app" } }],
    ["nobody in particular", maker, { context: { user: undefined } }],
    [
      "another session, where no user is known",
      { context: { user: undefined } },
      { context: { user: undefined, session: "another" } },
    ],
    [
      "a user named as the session",
      { context: { user: undefined, session: "x" } },
      { context: { user: "x" } },
    ],
  ];
  it.each(others)("and not to %s", async (_what, who, other) => {
    const { make, fetch } = setUp();
    await make(who, "resp_1");
    expect(await fetch(other, "resp_1")).toBe("stored_denied");
    expect(await fetch(who, "resp_1")).toBe("in");
  });

  it("the whole agent where the policy says so, and to no other", async () => {
    const { make, fetch } = setUp({ owner: "agent" });
    await make(maker, "resp_1");
    expect(await fetch({ context: { user: "another", caller: "unattributed" } }, "resp_1")).toBe("in");
    expect(await fetch({ agent: "other" }, "resp_1")).toBe("stored_denied");
  });

  it("whoever it was recorded for first", async () => {
    const { make, fetch } = setUp();
    await make(maker, "resp_1");
    await make({ agent: "other" }, "resp_1");
    expect(await fetch({ agent: "other" }, "resp_1")).toBe("stored_denied");
  });

  it("one upstream: the same id elsewhere is another", async () => {
    const records = new MemoryStore().kept;
    const { make, fetch } = setUp({}, records);
    await make(maker, "resp_1");
    const attempt = attemptOf(maker, { operation: "stored", answerId: "resp_1" });
    const moved = Object.assign(attempt, { target: { ...attempt.target, origin: "https://elsewhere" } });
    expect(ownershipFilter({ records, rules: strict }).open(moved)).toMatchObject({ code: "stored_denied" });
    expect(await fetch(maker, "resp_1")).toBe("in");
  });
});

describe("a request", () => {
  it("is refused if any of its ids is not its own", async () => {
    const { make, verdict } = setUp();
    await make(maker, "a", "b");
    expect(await verdict(maker, { keptIds: ["a", "b"] })).toBe("in");
    expect(await verdict(maker, { keptIds: ["a", "unknown"] })).toBe("stored_denied");
    expect(await verdict(maker, { keptIds: ["a"], operation: "stored", answerId: "x" })).toBe(
      "stored_denied",
    );
  });

  it("that names too many ids is refused before any store is asked", async () => {
    const { verdict } = setUp({}, lost);
    const keptIds = Array.from({ length: 5_000 }, (_, at) => `id-${at}`);
    expect(await verdict(maker, { keptIds })).toBe("request_malformed");
  });

  it("is told the same of what is another's and of what is not there", async () => {
    const { make, open } = setUp();
    await make({ agent: "other" }, "theirs");
    const denied = [await open(maker, { keptIds: ["theirs"] }), await open(maker, { keptIds: ["none"] })];
    expect(denied[0]).toMatchObject({ code: "stored_denied", status: 403 });
    expect(denied[0]).toEqual(denied[1]);
  });

  it("that names and keeps nothing is not looked at", async () => {
    const { open } = setUp({}, lost);
    expect(await open(maker, {})).toBeUndefined();
    expect(await open(maker, { keptIds: [] })).toBeUndefined();
  });

  it("for another vendor's answer records nothing", () => {
    const attempt = attemptOf(maker, { isKept: true });
    attempt.isTranslated = true;
    expect(ownershipFilter({ records: lost, rules: strict }).open(attempt)).toBeUndefined();
  });
});

describe("unknown ids, where the policy allows them", () => {
  it("are let in for everybody, and are nobody's afterwards", async () => {
    const { make, open, fetch } = setUp({ unknown: "allow" });
    const fetched = { operation: "stored", answerId: "made-elsewhere" } as const;
    expect(await open(maker, fetched)).toBeUndefined();
    expect(await fetch({ agent: "other" }, "made-elsewhere")).toBe("in");
    await make(maker, "resp_1");
    expect(await fetch({ agent: "other" }, "resp_1")).toBe("stored_denied");
  });

  it("may be gone on from: what comes of them belongs to who asked", async () => {
    const { open, fetch } = setUp({ unknown: "allow" });
    const visit = asVisit(await open(maker, { isKept: true, keptIds: ["made-elsewhere"] }));
    await visit.frame?.(naming("resp_2"), writer);
    expect(await fetch({ agent: "other" }, "resp_2")).toBe("stored_denied");
  });

  it("control: what is not recorded is not held back", async () => {
    const forgetful: KeptRecords = {
      ...openRecords,
      claim: () => true,
      owners: (ids) => ids.map(() => undefined),
    };
    const { make, fetch } = setUp({ unknown: "allow" }, forgetful);
    await make(maker, "resp_1");
    expect(await fetch({ agent: "other" }, "resp_1")).toBe("in");
  });
});

const openRecords: KeptRecords = {
  claim: () => true,
  owners: (keys) => keys.map(() => undefined),
  charge: (_key, usage) => usage,
  isReachable: () => true,
};
const lost: KeptRecords = {
  claim: () => false,
  owners: () => "lost",
  charge: () => "lost",
  isReachable: () => false,
};

describe("without the store", () => {
  it.each([strict, { ...strict, unknown: "allow" } as const])("nothing is let in under %o", async (rules) => {
    const { verdict, fetch } = setUp(rules, lost);
    expect(await fetch(maker, "resp_1")).toBe("store_unavailable");
    expect(await verdict(maker, { keptIds: ["resp_1"] })).toBe("store_unavailable");
    expect(await verdict(maker, { isKept: true })).toBe("store_unavailable");
    expect(await verdict(maker, { isKept: false })).toBe("in");
  });

  it("an answer that cannot be recorded is not shown", async () => {
    const { make } = setUp({}, { ...openRecords, claim: () => Promise.resolve(false) });
    expect(await make(maker, "resp_1")).toMatchObject({ code: "store_unavailable", retryAfterS: 1 });
  });
});

describe("a frame", () => {
  it("that names an id waits until it is recorded, and no other frame does", async () => {
    const recorded = Promise.withResolvers<boolean>();
    const records = { ...openRecords, claim: () => recorded.promise };
    const visit = asVisit(await setUp({}, records).open(maker, { isKept: true }));
    const plain: Frame = { kind: "frame", bytes: Buffer.from("x"), deltas: [] };
    expect(visit.frame?.(plain, writer)).toBe(plain);
    expect(visit.frame?.(naming(), writer)).toMatchObject({ keptIds: [] });
    const named = naming("resp_1");
    const held = visit.frame?.(named, writer);
    let isReleased = false;
    void Promise.resolve(held).then(() => {
      isReleased = true;
    });
    await Promise.resolve();
    expect([held instanceof Promise, isReleased]).toEqual([true, false]);
    recorded.resolve(true);
    expect(await held).toBe(named);
  });

  it("of an answer its owner fetches records what it names", async () => {
    const { make, open, verdict } = setUp();
    await make(maker, "resp_1");
    const visit = asVisit(await open(maker, { operation: "stored", answerId: "resp_1" }));
    await visit.frame?.(naming("resp_1", "msg_1"), writer);
    expect(await verdict(maker, { keptIds: ["msg_1"] })).toBe("in");
  });
});

it("the store is told neither ids nor users, and no two records of one owner look alike", async () => {
  const told: string[] = [];
  const claim: KeptRecords["claim"] = (claims) => {
    told.push(...claims.flatMap(({ key, owner }) => [key, owner]));
    return true;
  };
  await setUp({}, { ...openRecords, claim }).make(maker, "resp_1", "resp_2");
  expect(told).toHaveLength(4);
  expect(new Set(told).size).toBe(4);
  expect(told.every((name) => /^[\w-]{22}$/.test(name))).toBe(true);
});

// Owns the proof that a reset and a grant change the one counter that is meant, say so, and what they refuse.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CounterDesk } from "../../../../core/contracts/store.ts";
import { asLease, asShortage } from "../../stores/counters.ts";
import { DeskArena, done, scopesOf } from "./desk-arena.ts";

let arena: DeskArena;
beforeEach(async () => {
  arena = await DeskArena.open();
});
afterEach(() => arena.close());

const full = async (user: string, agent = "search") => {
  for (let calls = 0; calls < 4; calls += 1) asLease(await arena.draw("calls", { user, agent }));
  asShortage(await arena.draw("calls", { user, agent }));
};

const grant = (limit: string, amount: string, { scope = "", agent = "search" } = {}) =>
  arena.desk.grant({ limit, agent, scopes: scopesOf(scope) }, { amount, onChange: arena.onChange });

const reset = (limit: string, { scope = "", agent = "search", of = "one" as "one" | "all" } = {}) =>
  arena.desk.reset({ limit, agent, scopes: scopesOf(scope) }, { of, onChange: arena.onChange });

describe("a grant", () => {
  it("lets so much more pass in the running window, of that one only", async () => {
    await full("jo");
    await full("ann");
    const change = done(await grant("calls", "2", { scope: "user=jo" }));
    expect(change).toMatchObject({
      what: "granted",
      usedBefore: 4,
      after: { limit: "calls", scope: { user: "jo" }, used: 2, left: 2, amount: 4 },
    });
    expect(arena.changes).toEqual([[change, "owner=search;limit=calls;user=jo"]]);
    asLease(await arena.draw("calls", { user: "jo" }));
    asLease(await arena.draw("calls", { user: "jo" }));
    asShortage(await arena.draw("calls", { user: "jo" }));
    asShortage(await arena.draw("calls", { user: "ann" }));
  });

  it("is there before anything is used, where every scope is named", async () => {
    const scope = `user=${encodeURIComponent("jo/ann")}`;
    expect(done(await grant("user-daily", "2.50", { scope }))).toMatchObject({
      usedBefore: "0",
      after: { used: "-2.5", left: "7.5" },
    });
    const all = { user: "jo/ann", nanoUsd: 7_500_000_000 };
    asLease(await arena.draw("user-daily", all));
    asShortage(await arena.draw("user-daily", { ...all, nanoUsd: 1 }));
  });

  it("finds the only counter in use where some scope is not named, and a task's own ceiling", async () => {
    asLease(await arena.draw("chats", { user: "jo", session: "s-1" }));
    expect(done(await grant("chats", "50", { scope: "session=s-1" }))).toMatchObject({
      after: { used: -40, left: 140, scope: { caller: "web-app" } },
    });
    const own = done(await grant("max_steps", "3", { scope: "task=t-1,caller=web-app" }));
    expect(own.after).toMatchObject({ used: -3, left: null, amount: null });
  });

  it.each([
    ["calls", "0", "user=jo", "request_malformed", "a whole number of requests, more than 0"],
    ["calls", "-1", "user=jo", "request_malformed", "a whole number"],
    ["calls", "1.5", "user=jo", "request_malformed", "a whole number"],
    ["user-daily", "1e3", "user=jo", "request_malformed", "dollars such as 2.50"],
    ["user-daily", "0.0000000001", "user=jo", "request_malformed", "dollars such as 2.50"],
    ["parallel", "1", "", "request_malformed", "holds what is under way"],
    ["calls", "1", "", "budget_unknown", "no such counter is in use; to grant beforehand, name user"],
  ] as const)("%s %s %s: %s", async (...row) => {
    const [limit, amount, scope, code, message] = row;
    expect(await grant(limit, amount, { scope })).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(arena.changes).toEqual([]);
  });

  it("is refused where it is not clear whose it is", async () => {
    await full("jo");
    await full("ann");
    expect(await grant("calls", "1")).toMatchObject({
      code: "budget_ambiguous",
      message: "2 counters are meant: name more scopes (user)",
    });
    const query = { limit: "calls", scopes: scopesOf("user=jo") };
    const said = await arena.desk.grant(query, { amount: "1", onChange: arena.onChange });
    expect(said).toMatchObject({
      code: "budget_ambiguous",
      message: "several agents have this limit; say whose: search, mail",
    });
    expect(arena.changes).toEqual([]);
  });

  it("never takes a counter past what can be counted", async () => {
    const most = "999999999999999";
    for (let count = 0; count < 9; count += 1) done(await grant("calls", most, { scope: "user=jo" }));
    expect(await grant("calls", most, { scope: "user=jo" })).toMatchObject({
      message: expect.stringContaining("more than can be counted"),
    });
  });
});

describe("a reset", () => {
  it("empties the one counter that is meant", async () => {
    await full("jo");
    await full("ann");
    const [change] = done(await reset("calls", { scope: "user=jo" }));
    expect(change).toMatchObject({ what: "reset", usedBefore: 4, after: { used: 0, left: 4 } });
    asLease(await arena.draw("calls", { user: "jo" }));
    asShortage(await arena.draw("calls", { user: "ann" }));
  });

  it("empties several only when it is told to", async () => {
    await full("jo");
    await full("ann");
    expect(await reset("calls")).toMatchObject({ code: "budget_ambiguous" });
    asShortage(await arena.draw("calls", { user: "jo" }));
    expect(done(await reset("calls", { of: "all" }))).toHaveLength(2);
    expect(arena.changes).toHaveLength(2);
    for (const user of ["jo", "ann"]) asLease(await arena.draw("calls", { user }));
  });

  it("leaves another agent's limit of the same name alone, and says where nothing is in use", async () => {
    await full("jo", "mail");
    expect(await reset("calls", { of: "all" })).toMatchObject({ code: "budget_unknown" });
    asShortage(await arena.draw("calls", { user: "jo", agent: "mail" }));
  });
});

describe("a store that does not answer", () => {
  const lost: CounterDesk = {
    read: () => "lost",
    list: () => "lost",
    adjust: () => "lost",
    reset: () => "lost",
  };
  const query = { limit: "calls", agent: "search", scopes: scopesOf("user=jo") };

  it("is said, and that a grant may have been made", async () => {
    const { onChange, store } = arena;
    expect(await arena.deskOver(lost).show(query)).toMatchObject({ code: "store_unavailable" });
    const half = arena.deskOver({ ...lost, read: (gauges) => store.desk.read(gauges) });
    expect(await half.grant(query, { amount: "1", onChange })).toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining("maybe it was changed"),
    });
  });

  it("in the middle of a reset leaves a note of each change that was made", async () => {
    await full("jo");
    await full("ann");
    const { onChange, store } = arena;
    let left = 1;
    const fading = arena.deskOver({
      ...lost,
      list: (prefix, max) => store.desk.list(prefix, max),
      reset: (figure) => (left-- > 0 ? store.desk.reset(figure) : "lost"),
    });
    const said = await fading.reset({ ...query, scopes: scopesOf() }, { of: "all", onChange });
    expect(said).toMatchObject({ message: expect.stringContaining("1 were changed") });
    expect(arena.changes).toHaveLength(1);
  });
});

// Owns the proof of what an operator sees of budgets by name, and what is refused with what is known.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseScopes } from "../../../../core/program/budgets/selection.ts";
import { asLease } from "../../stores/counters.ts";
import { DeskArena, done, hash, scopesOf } from "./desk-arena.ts";

let arena: DeskArena;
beforeEach(async () => {
  arena = await DeskArena.open();
});
afterEach(() => arena.close());

interface Query {
  readonly limit?: string;
  readonly agent?: string;
}

const ask = (query: Query = {}, scope?: string) => arena.desk.show({ ...query, scopes: scopesOf(scope) });
const show = async (query?: Query, scope?: string) => done(await ask(query, scope));
const draw: DeskArena["draw"] = (...drawing) => arena.draw(...drawing);

describe("show", () => {
  it("says used, left and the reset of every counter, dollars as exact decimals", async () => {
    asLease(await draw("user-daily", { user: "jo", nanoUsd: 1_250_000_001 }));
    asLease(await draw("calls", { user: "jo" }));
    asLease(await draw("parallel", { user: "jo" }));
    const said = await show();
    expect(said).toEqual({
      hasMore: false,
      counters: [
        {
          limit: "user-daily",
          agent: "search",
          meter: "usd",
          window: "calendar day UTC",
          scope: { user: "jo" },
          used: "1.250000001",
          left: "3.749999999",
          amount: "5",
          resetMs: expect.any(Number),
        },
        expect.objectContaining({ limit: "calls", window: "sliding 3600s", used: 1, left: 3, amount: 4 }),
        expect.objectContaining({ limit: "parallel", window: "concurrency", scope: {}, used: 1, left: 2 }),
      ],
    });
    expect(said.counters[0]?.resetMs).toBeGreaterThan(0);
  });

  it("finds by limit, agent and scopes, the fullest first", async () => {
    for (const who of [{ user: "jo" }, { user: "ann" }, { user: "ann" }, { user: "jo", agent: "mail" }]) {
      asLease(await draw("calls", who));
    }
    asLease(await draw("fleet", { user: "jo", agent: "mail" }));
    const found = async (...[query, scope]: Parameters<typeof show>) => {
      const said = await show(query, scope);
      return said.counters.map(({ limit, agent, scope: { user, agent: of } }) => [limit, agent, user ?? of]);
    };
    expect(await found({ limit: "calls" })).toEqual([
      ["calls", "search", "ann"],
      ["calls", "search", "jo"],
      ["calls", "mail", "jo"],
    ]);
    expect(await found({ agent: "mail" })).toEqual([
      ["calls", "mail", "jo"],
      ["fleet", null, "mail"],
    ]);
    expect(await found({}, "user=jo")).toHaveLength(2);
    expect(await found({ limit: "fleet", agent: "search" })).toEqual([]);
  });

  it("says who has no name, who has an odd one, and never a session's id", async () => {
    const odd = "a,b=c;\u001b[31m%41?";
    asLease(await draw("calls", {}));
    asLease(await draw("calls", { user: odd }));
    asLease(await draw("chats", { user: "jo", session: "a-secret-session" }));
    const users = await show({ limit: "calls" });
    expect(users.counters.map(({ scope }) => scope.user).sort()).toEqual([odd, null]);
    for (const scope of ["user=?", `user=${encodeURIComponent(odd)}`]) {
      expect(await show({ limit: "calls" }, scope)).toMatchObject({ counters: [{ used: 1 }] });
    }
    const chats = await show({ limit: "chats" });
    expect(JSON.stringify(chats)).not.toContain("a-secret-session");
    const named = hash("a-secret-session");
    expect(chats).toMatchObject({ counters: [{ scope: { caller: "web-app", session: named } }] });
    expect(await show({ limit: "chats" }, `session=${named}`)).toEqual(chats);
    expect(await show({ limit: "chats" }, "session=a-secret-session")).toEqual(chats);
  });

  it("finds what is too long to stand in a key by its name and by its hash", async () => {
    const user = "x".repeat(200);
    asLease(await draw("calls", { user }));
    const said = await show({ limit: "calls" }, `user=${user}`);
    const name = said.counters[0]?.scope.user;
    expect(name).toMatch(/^#[0-9a-f]{64}$/);
    expect(await show({}, `user=${name}`)).toMatchObject({ counters: [{ used: 1 }] });
  });
});

describe("a name that is not known", () => {
  it.each([
    [
      { limit: "user-dayly" },
      "",
      'no limit "user-dayly" (did you mean "user-daily"?); known: user-daily, calls',
    ],
    [{ limit: "zzzzzzzzzz" }, "", 'no limit "zzzzzzzzzz"; known: user-daily, calls, chats'],
    [{ agent: "serch" }, "", 'no agent "serch" (did you mean "search"?); known: search, mail'],
    [{ limit: "chats", agent: "mail" }, "", 'agent "mail" has no limit "chats"; known: calls, fleet'],
    [{}, "usr=jo", 'no scope "usr" (did you mean "user"?); known: agent, team'],
    [{ limit: "calls" }, "model=x", 'limit "calls" does not count by model; known: user'],
    [{ limit: "flood" }, "", 'limit "flood" shows nothing: the counters of fixed windows'],
    [{ limit: "once" }, "", 'limit "once" shows nothing: it lives and ends with one request'],
    [{ limit: "long" }, "", 'limit "long" shows nothing: it is measured'],
  ])("%j %s: %s", async (query, scope, message) => {
    expect(await ask(query, scope)).toMatchObject({
      code: "budget_unknown",
      message: expect.stringContaining(message),
    });
  });

  it.each(["user", "=jo", "user=jo,user=ann"])("%j are no scopes", (text) => {
    expect(parseScopes(text)).toMatchObject({ code: "request_malformed" });
  });
});

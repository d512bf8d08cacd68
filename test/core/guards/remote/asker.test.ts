// Owns the proof that verdicts are remembered, requests at once bounded, and a guard that fails left alone
// for a while. Knows no service's format.

import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import { answerText, GuardServer, openGuard, type Respond, saying, scan } from "./guard-server.ts";

let server: GuardServer;
beforeEach(async () => {
  server = await GuardServer.open(allowing);
});
afterEach(() => server.close());

const allowing = saying({ action: "allow" });
const failing = saying({}, 500);
const open = (config: JsonObject = {}) => openGuard({ adapter: "webhook", url: server.url, ...config });
const unable = (because: string) => ({ kind: "unable", because });
const after =
  (ms: number, respond: Respond): Respond =>
  (request, response) =>
    void setTimeout(() => respond(request, response), ms);

describe("what is known", () => {
  it("is not asked for again: verdicts, by all that was asked", async () => {
    const guard = open();
    server.respond = saying({ action: "block", message: "No." });
    const first = await scan(guard, "some text");
    server.respond = failing;
    expect(await scan(guard, "some text")).toEqual(first);
    expect(server.seen).toHaveLength(1);
    expect(await scan(guard, "some text", answerText)).toEqual(unable("unreachable"));
    expect(await scan(guard, "another text")).toEqual(unable("unreachable"));
    expect(server.seen).toHaveLength(3);
  });

  it("is no failure: that is asked for again", async () => {
    const guard = open();
    server.respond = failing;
    expect(await scan(guard, "some text")).toEqual(unable("unreachable"));
    server.respond = allowing;
    expect(await scan(guard, "some text")).toEqual([]);
  });

  it("is forgotten in time, and where there is no room", async () => {
    const brief = open({ cache: { ttl: "50ms" } });
    await scan(brief, "some text");
    await delay(80);
    await scan(brief, "some text");
    expect(server.seen).toHaveLength(2);
    const small = open({ cache: { entries: 1 } });
    for (const text of ["one", "two", "one"]) await scan(small, text);
    expect(server.seen).toHaveLength(5);
  });

  it("is nothing where nothing is kept", async () => {
    const guard = open({ cache: { entries: 0 } });
    for (const text of ["one", "one"]) await scan(guard, text);
    expect(server.seen).toHaveLength(2);
  });
});

describe("requests at once", () => {
  it("are bounded, and the others wait for their turn", async () => {
    server.respond = after(20, allowing);
    const guard = open({ concurrencyMax: 2 });
    const said = await Promise.all(Array.from({ length: 10 }, (_, index) => scan(guard, `text ${index}`)));
    expect(said.every((one) => Array.isArray(one))).toBe(true);
    expect(server.openMax).toBe(2);
    expect(server.seen).toHaveLength(10);
  });

  it("that are too many are refused at once, and those that wait too long in time", async () => {
    server.respond = () => {};
    const guard = open({ concurrencyMax: 1, timeout: "200ms" });
    const said = await Promise.all(Array.from({ length: 8 }, (_, index) => scan(guard, `text ${index}`)));
    expect(said.filter((one) => "because" in one && one.because === "overloaded")).toHaveLength(3);
    expect(said.filter((one) => "because" in one && one.because === "timeout")).toHaveLength(5);
    expect(server.seen).toHaveLength(1);
  });
});

describe("a guard that fails", () => {
  const later = (ms: number): void => {
    const { now } = performance;
    vi.spyOn(performance, "now").mockImplementation(() => now.call(performance) + ms);
  };
  afterEach(() => vi.restoreAllMocks());

  const config = { breaker: { failures: 3, open: "30s" }, cache: { entries: 0 } };

  it("is left alone, asked by one at a time, and by all when it has recovered", async () => {
    const guard = open(config);
    server.respond = failing;
    for (const text of ["1", "2", "3"]) await scan(guard, text);
    expect(await scan(guard, "4")).toEqual(unable("unreachable"));
    expect(server.seen).toHaveLength(3);
    later(30_000);
    server.respond = after(30, allowing);
    const both = await Promise.all([scan(guard, "5"), scan(guard, "6")]);
    expect(both).toEqual([[], unable("overloaded")]);
    for (const text of ["7", "8"]) expect(await scan(guard, text)).toEqual([]);
    const all = await Promise.all(["9", "10", "11"].map((text) => scan(guard, text)));
    expect(all).toEqual([[], [], []]);
  });

  it("is judged by failures in a row alone", async () => {
    const guard = open(config);
    for (const text of ["1", "2", "ok", "3", "4", "ok", "5"]) {
      server.respond = text === "ok" ? allowing : failing;
      await scan(guard, text);
    }
    expect(server.seen).toHaveLength(7);
  });

  it("is not left alone for texts it does not take: one client could do that to all", async () => {
    const guard = open(config);
    for (const status of [400, 413, 422, 400, 413, 422]) {
      server.respond = saying({}, status);
      await scan(guard, `text ${server.seen.length}`);
    }
    server.respond = allowing;
    expect(await scan(guard, "fine")).toEqual([]);
  });

  it("is left alone where it is slow or talks nonsense as well", async () => {
    const slow = open({ ...config, timeout: "50ms" });
    server.respond = () => {};
    for (const text of ["1", "2", "3", "4"]) await scan(slow, text);
    expect(server.seen).toHaveLength(3);
    const odd = open(config);
    server.respond = saying("what?");
    for (const text of ["1", "2", "3", "4"]) await scan(odd, text);
    expect(server.seen).toHaveLength(6);
  });
});

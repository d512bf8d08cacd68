// Owns the proof of what stores know of calls that may not be made twice: the contract, and its bounds. Knows
// no filter.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryKeptAnswers } from "../../../core/stores/memory-answers.ts";
import { RedisStore } from "../../../core/stores/redis.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";
import { claimOf, keepsToAnswers } from "./answers-contract.ts";

describe("in memory", () => {
  keepsToAnswers(() => new MemoryKeptAnswers());

  it("refuses what it could not remember, and makes room of what is over", () => {
    let nowMs = 0;
    const answers = new MemoryKeptAnswers(() => nowMs);
    for (let at = 0; at < 10_000; at += 1) answers.begin(claimOf());
    expect(answers.begin(claimOf())).toBe("lost");
    nowMs = 60_001;
    expect(answers.begin(claimOf())).toEqual({ kind: "begun" });
  });
});

describe.skipIf(!hasRedisServer)("in Redis", () => {
  let server: RedisServer;
  const stores: RedisStore[] = [];
  const open = (url = server.url) => {
    const store = new RedisStore({ url, password: undefined, commandTimeoutMs: 2_000, onStateChange() {} });
    stores.push(store);
    return store.answers;
  };

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await server.stop();
  });

  keepsToAnswers(() => open());

  it("replicas see one another's", async () => {
    const [here, there] = [open(), open()];
    const claim = claimOf();
    await here.begin(claim);
    expect(await there.begin({ ...claim, owner: "another" })).toEqual({ kind: "pending" });
    await here.finish(claim, "sealed");
    expect(await there.begin({ ...claim, owner: "another" })).toEqual({ kind: "answered", answer: "sealed" });
  });

  it("one that cannot be reached begins nothing", async () => {
    expect(await open("redis://127.0.0.1:1").begin(claimOf())).toBe("lost");
  });
});

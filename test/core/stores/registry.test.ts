// Owns the proof of what stores know of tools that have registered themselves. Knows no gateway.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Registration,
  registrationsMax,
  type ToolRegistry,
} from "../../../core/contracts/tool-registry.ts";
import { MemoryToolRegistry } from "../../../core/stores/memory-registry.ts";
import { RedisStore } from "../../../core/stores/redis.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../redis-server.ts";

function registrationOf(more: Partial<Registration> = {}): Registration {
  return {
    ...{ id: randomUUID(), by: "tools-team", hash: "sha256-x", since: new Date().toISOString() },
    definition: {
      ...{ name: "web_search", version: "2.1.0", description: "Searches", parameters: { type: "object" } },
      ...{ returns: undefined, endpoint: "http://search.tools.svc/call", health_url: undefined },
      ...{ auth_type: "none", rate_limit: 60, timeout_ms: 8_000 },
    },
    ...more,
  };
}

const longMs = 60_000;

function keepsToRegistry(open: () => ToolRegistry): void {
  it("knows who lives, the oldest first, until they are not heard of", async () => {
    const registry = open();
    const [old, young] = [registrationOf({ since: "2026-01-01T00:00:00Z" }), registrationOf()];
    const brief = registrationOf();
    expect(await registry.keep(young, longMs)).toBe("kept");
    expect(await registry.keep(old, longMs)).toBe("kept");
    expect(await registry.keep(brief, 20)).toBe("kept");
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await registry.list()).toEqual([old, young].map((each) => JSON.parse(JSON.stringify(each))));
    expect(await registry.renew(brief.id, brief.by, longMs)).toBe("unknown");
    for (const { id, by } of [old, young]) await registry.remove(id, by);
    expect(await registry.list()).toEqual([]);
  });

  it("lets one live on that is heard of", async () => {
    const registry = open();
    const one = registrationOf();
    await registry.keep(one, 100);
    expect(await registry.renew(one.id, one.by, longMs)).toBe("kept");
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await registry.list()).toHaveLength(1);
    expect(await registry.remove(one.id, one.by)).toMatchObject({ id: one.id });
    expect(await registry.remove(one.id, one.by)).toBe("unknown");
  });

  it("lets nobody speak for another", async () => {
    const registry = open();
    const one = registrationOf();
    await registry.keep(one, longMs);
    expect(await registry.renew(one.id, "mallory", longMs)).toBe("unknown");
    expect(await registry.remove(one.id, "mallory")).toBe("unknown");
    expect(await registry.list()).toHaveLength(1);
    await registry.remove(one.id, one.by);
  });
}

/** As JSON has it: what is undefined is left out. */
const plain = (registry: ToolRegistry): ToolRegistry => ({
  keep: (registration, lifeMs) => registry.keep(JSON.parse(JSON.stringify(registration)), lifeMs),
  renew: (id, by, lifeMs) => registry.renew(id, by, lifeMs),
  remove: (id, by) => registry.remove(id, by),
  list: () => registry.list(),
});

describe("in memory", () => {
  keepsToRegistry(() => plain(new MemoryToolRegistry()));

  it("is bounded, and full for strangers only", () => {
    const registry = new MemoryToolRegistry();
    const first = registrationOf();
    registry.keep(first, longMs);
    for (let at = 1; at < registrationsMax; at += 1) registry.keep(registrationOf(), longMs);
    expect(registry.keep(registrationOf(), longMs)).toBe("full");
    expect(registry.keep(first, longMs)).toBe("kept");
  });
});

describe.skipIf(!hasRedisServer)("in Redis", () => {
  let server: RedisServer;
  const stores: RedisStore[] = [];
  const open = (url = server.url) => {
    const store = new RedisStore({ url, password: undefined, commandTimeoutMs: 2_000, onStateChange() {} });
    stores.push(store);
    return store.tools;
  };

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await server.stop();
  });

  keepsToRegistry(() => open());

  it("replicas see one another's", async () => {
    const [here, there] = [open(), open()];
    const one = registrationOf();
    await here.keep(one, longMs);
    expect(await there.list()).toMatchObject([{ id: one.id }]);
    expect(await there.remove(one.id, one.by)).toMatchObject({ id: one.id });
    expect(await here.list()).toEqual([]);
  });

  it("one that cannot be reached keeps nothing and says so", async () => {
    const away = open("redis://127.0.0.1:1");
    expect(await away.keep(registrationOf(), longMs)).toBe("lost");
    expect(await away.list()).toBe("lost");
  });
});

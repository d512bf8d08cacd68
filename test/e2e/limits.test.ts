// Owns the proof that request limits hold at the gateway: headers, burst, status, and over two gateways with
// Redis.

import { afterEach, describe, expect, it } from "vitest";
import { redisOpens } from "../redis-open.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { apiKey, otherKey, startWorld, type World } from "./world.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const quiet = {
  handle: (_request: unknown, response: import("node:http").ServerResponse) => void response.end("{}"),
};

async function ask(url: string, key = apiKey): Promise<Response> {
  const response = await fetch(`${url}/run`, { method: "POST", headers: { authorization: `Bearer ${key}` } });
  await response.arrayBuffer();
  return response;
}

describe("request limits", () => {
  it("count by caller, say so in RateLimit headers, and refuse with 429 and Retry-After", async () => {
    world = await startWorld({
      agent: quiet,
      agentSpec: "  limits: { requests: { requests: 3, window: { sliding: 1m }, by: [ caller ] } }",
      callers: ["web-app", "other-app"],
    });
    const answers = [];
    for (let index = 0; index < 4; index++) answers.push(await ask(world.agentUrl));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[0]?.headers.get("ratelimit")).toContain("r=2");
    expect(answers[0]?.headers.get("ratelimit-policy")).toContain("q=3");
    expect(answers[3]?.headers.get("x-sluice-refusal")).toBe("rate_limited");
    expect(Number(answers[3]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await ask(world.agentUrl, otherKey)).status).toBe(200);
  });

  it("answer with the status the policy selects", async () => {
    world = await startWorld({
      agent: quiet,
      agentSpec:
        "  limits: { requests: { requests: 1, window: { fixed: 1h }, by: [ caller ], status: 503 } }",
    });
    await ask(world.agentUrl);
    expect((await ask(world.agentUrl)).status).toBe(503);
  });

  it("bound what is at once, and give the slot back", async () => {
    const held: import("node:http").ServerResponse[] = [];
    world = await startWorld({
      agent: { handle: (_request, response) => void held.push(response) },
      agentSpec: "  limits: { parallel: { concurrency: 2 } }",
    });
    const { agentUrl } = world;
    const first = [ask(agentUrl), ask(agentUrl)];
    while (held.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = await ask(agentUrl);
    expect(refused.headers.get("x-sluice-refusal")).toBe("concurrency_limited");
    for (const response of held.splice(0)) response.end("{}");
    for (const answer of await Promise.all(first)) expect(answer.status).toBe(200);
    const again = ask(agentUrl);
    while (held.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    held[0]?.end("{}");
    expect((await again).status).toBe(200);
  });
});

describe.skipIf(!hasRedisServer)("over two gateways with one Redis", () => {
  let server: RedisServer;
  afterEach(() => server.stop());

  const start = async (agentSpec: string): Promise<World> => {
    server = await startRedisServer();
    world = await startWorld({ agent: quiet, agentSpec, program: { store: server.url } });
    await redisOpens(server.url);
    return world;
  };

  it("let through exactly what the limit says", async () => {
    const { startGateway, agentUrl, gatewayUrl } = await start(
      "  limits: { requests: { requests: 20, window: { sliding: 1m }, by: [ caller ] } }",
    );
    const second = await startGateway();
    const secondUrl = agentUrl.replace(gatewayUrl, `http://127.0.0.1:${second.dataPort}`);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => ask(index % 2 === 0 ? agentUrl : secondUrl)),
    );
    await second.close();
    const count = (wanted: number): number => answers.filter(({ status }) => status === wanted).length;
    // A busy Redis may answer some too late: they count as taken until it says otherwise.
    const lost = count(503);
    expect(count(200) + count(429) + lost).toBe(60);
    expect(count(200)).toBeLessThanOrEqual(20);
    expect(count(200)).toBeGreaterThanOrEqual(20 - lost);
  });

  it("refuse with 503 while the store is gone, where the limit does not say open", async () => {
    const { agentUrl, status } = await start(
      "  limits: { requests: { requests: 20, window: { sliding: 1m }, by: [ caller ] } }",
    );
    expect((await ask(agentUrl)).status).toBe(200);
    await server.kill();
    const refused = await ask(agentUrl);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("x-sluice-refusal")).toBe("store_unavailable");
    expect(await status("gateway", "/metrics")).toMatch(/sluice_store_up(\{\})? 0/);
  });

  it("go on from this process alone where the limit says open", async () => {
    const { agentUrl } = await start(
      "  limits: { requests: { requests: 2, window: { sliding: 1m }, by: [ caller ], onStoreLoss: open } }",
    );
    await server.kill();
    const answers = [await ask(agentUrl), await ask(agentUrl), await ask(agentUrl)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  });
});

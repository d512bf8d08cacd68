// Owns the proof that a write with a key is made once over all replicas that share a store, and not at all
// without one. Knows no filter.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningSidecar } from "../../sidecar/main.ts";
import { startSidecar } from "../../sidecar/main.ts";
import { hasRedisServer, type RedisServer, startRedisServer } from "../redis-server.ts";
import { sayJson, startToolServer, type ToolServer } from "./tool-server.ts";
import { lines, programSettings, startWorld, type World } from "./world.ts";

describe.skipIf(!hasRedisServer)("two replicas of a sidecar", () => {
  let redis: RedisServer;
  let server: ToolServer;
  let world: World;
  let replica: RunningSidecar;

  beforeAll(async () => {
    redis = await startRedisServer();
    server = await startToolServer();
    const documents = `---
apiVersion: sluice.dev/v1alpha1
kind: Tool
metadata: { name: pay }
spec: { version: 1.0.0, parameters: { type: object }, endpoint: "${server.url}/pay" }
`;
    const options = { documents, agentSpec: "  tools: { pay: {} }", program: { store: redis.url } };
    world = await startWorld(options);
    const program = programSettings(world.policyDir, options);
    const listen = { host: "127.0.0.1", port: 0 };
    replica = await startSidecar({ program, agent: "search", listen, inbound: undefined }, lines([]));
  });
  afterAll(async () => {
    await replica.close();
    await world.close();
    await server.close();
    await redis.stop();
  });

  const pay = async (port: number, body: string, key: string) => {
    const url = `http://127.0.0.1:${port}/tools/pay`;
    const response = await fetch(url, { method: "POST", body, headers: { "idempotency-key": key } });
    return { status: response.status, text: await response.text() };
  };

  it("make a call once, however many ask at once, and answer all alike", async () => {
    let made = 0;
    server.behaviours.set("/pay", async (request, response) => {
      made += 1;
      await new Promise((resolve) => setTimeout(resolve, 150));
      sayJson({ made })(request, response);
    });
    const ports = [world.sidecar.egressPort, replica.egressPort];
    const asked = Array.from({ length: 12 }, (_, at) => pay(Number(ports[at % 2]), '{"usd":5}', "invoice-7"));
    const said = await Promise.all(asked);
    expect(said).toEqual(Array(12).fill({ status: 200, text: '{"made":1}' }));
    const other = await pay(Number(ports[1]), '{"usd":6}', "invoice-7");
    expect(other.status).toBe(422);
    expect(made).toBe(1);
  });

  it("make none where nobody would know of it", async () => {
    await redis.stop();
    const said = await pay(world.sidecar.egressPort, "{}", "invoice-8");
    expect([said.status, said.text]).toEqual([503, expect.stringContaining("store_unavailable")]);
    expect(server.seen).toHaveLength(1);
  });
});

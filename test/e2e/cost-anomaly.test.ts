// Owns the proof that a sidecar tells of a day's spend that is out of line, over all who share the store.

import { describe, expect, it } from "vitest";
import { noTotal } from "../../core/stores/ledger-book.ts";
import { RedisLedgerStore } from "../../core/stores/redis-ledger.ts";
import { dayOf, daysBefore } from "../../core/stores/shared-ledger.ts";
import { hasRedisServer, startRedisServer } from "../redis-server.ts";
import { eventually, startWorld } from "./world.ts";

/** A token of output costs a dollar. */
const dear = (mockUrl: string): string => `---
apiVersion: sluice.dev/v1alpha1
kind: Provider
metadata: { name: dear }
spec:
  api: openai
  baseUrl: ${mockUrl}
  credential: { env: TEST_PROVIDER_KEY }
  models: { gold: { price: { perMillion: { input: 0, output: 1000000 } } } }
---
apiVersion: sluice.dev/v1alpha1
kind: Model
metadata: { name: gold }
spec: { targets: [ { provider: dear, model: gold } ] }
`;

describe.skipIf(!hasRedisServer)("an agent that spends more than ever", () => {
  it("is told by log and metric, once", async () => {
    const redis = await startRedisServer();
    const store = new RedisLedgerStore({ url: redis.url, password: undefined, daysKept: 7 });
    const [yesterday = ""] = daysBefore(dayOf(Date.now()), 1);
    const total = { ...noTotal, calls: 1, costNanoUsd: 1_000_000_000 };
    const rows = [{ day: yesterday, by: "agent", key: "search", total }] as const;
    expect(await store.add({ writer: "before", sequence: 1, rows })).toEqual([1_000_000_000n]);
    const script = { rules: [{ answer: { tokens: 10 } }] };
    const world = await startWorld({
      script,
      models: ["gold"],
      documents: dear,
      program: { store: redis.url },
    });
    const ask = async () => {
      const response = await fetch(`${world.openaiUrl.replace("/openai/", "/dear/")}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "gold", messages: [{ role: "user", content: "Hello" }] }),
      });
      expect(response.status, await response.text()).toBe(200);
    };
    await ask();
    const line = await eventually(() => world.sidecarLog.find(({ event }) => event === "cost.anomaly"));
    expect(line).toMatchObject({ by: "agent", name: "search", cost_usd: 10, mean_usd: 1 });
    expect(await world.status("sidecar", "/metrics")).toContain('sluice_cost_anomalies_total{by="agent"} 1');
    await ask();
    await world.close();
    expect(world.sidecarLog.filter(({ event }) => event === "cost.anomaly")).toHaveLength(1);
    expect(await store.costs("agent", "search", [dayOf(Date.now())])).toEqual([20_000_000_000n]);
    await store.close();
    await redis.stop();
  });
});

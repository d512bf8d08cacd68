// Owns the wait until an empty Redis counts budgets, as every first start has it. Knows no program.

import { vi } from "vitest";
import { RedisStore } from "../core/stores/redis.ts";

const waitMsMax = 15_000;

export async function redisOpens(url: string): Promise<void> {
  const store = new RedisStore({ url, password: undefined, onStateChange: () => {} });
  const window = { kind: "life", idleMs: 60_000 } as const;
  const rules = { share: 1, role: "ceiling", onStoreLoss: "closed", consistency: "fast" } as const;
  const probe = { key: "probe", limit: 1, amount: 0, perUnit: 0, window, ...rules };
  let asks = 0;
  await vi.waitFor(
    async () => {
      asks += 1;
      const ask = { id: `probe-${process.pid}-${asks}`, counters: [probe], units: { min: 0, max: 0 } };
      if ((await store.reserve(ask)).kind !== "lease") throw new Error("it does not count yet");
    },
    { timeout: waitMsMax, interval: 50 },
  );
  await store.close();
}

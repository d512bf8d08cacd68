// Owns the proof that the log names a lost store and never the password in its URL.

import { afterEach, expect, it } from "vitest";
import { eventually, startWorld, type World } from "./world.ts";

let world: World;
afterEach(() => world.close());

it("is said by the store's name alone", async () => {
  world = await startWorld({ program: { store: "redis://operator:canary-password@127.0.0.1:1" } });
  const lost = await eventually(() => world.gatewayLog.find(({ event }) => event === "store.lost"));
  expect(lost.store).toBe("redis");
  expect(JSON.stringify([world.gatewayLog, world.sidecarLog])).not.toContain("canary-password");
});

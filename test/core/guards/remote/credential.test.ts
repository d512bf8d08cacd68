// Owns the proof that a remote guard is shown its secret, from where the policy says, and is not asked
// without it. Knows no service's format.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import { GuardServer, openGuard, saying, scan } from "./guard-server.ts";

let server: GuardServer;
let directory: string;
beforeEach(async () => {
  server = await GuardServer.open(saying({ action: "allow" }));
  directory = mkdtempSync(join(tmpdir(), "sluice-guard-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  server.close();
  rmSync(directory, { recursive: true });
});

const config = (more: JsonObject): JsonObject => ({
  adapter: "webhook",
  url: server.url,
  cache: { entries: 0 },
  ...more,
});
const shown = () => server.seen.at(-1)?.headers;

it("from the environment is a bearer, or stands in the header the policy names", async () => {
  const environment = { KEY: "  secret\n" };
  await scan(openGuard(config({ credential: { env: "KEY" } }), { environment }), "text");
  expect(shown()?.authorization).toBe("Bearer secret");
  const named = config({ credential: { env: "KEY" }, credentialHeader: "X-Guard-Key" });
  await scan(openGuard(named, { environment }), "text");
  expect(shown()?.["x-guard-key"]).toBe("secret");
  expect(shown()?.authorization).toBeUndefined();
});

it("from a file beside the policy is read again when it changes", async () => {
  let nowMs = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  writeFileSync(join(directory, "key"), "first\n");
  const guard = openGuard(config({ credential: { file: "key" } }), { directory });
  await scan(guard, "text");
  expect(shown()?.authorization).toBe("Bearer first");
  writeFileSync(join(directory, "key"), "the second\n");
  nowMs += 1_001;
  await scan(guard, "text");
  expect(shown()?.authorization).toBe("Bearer the second");
});

it.each<[string, JsonObject, string | undefined]>([
  ["a variable that is not there", { env: "KEY" }, undefined],
  ["an empty one", { env: "KEY" }, " "],
  ["one that no header can hold", { env: "KEY" }, "one\r\nx-evil: two"],
  ["a file that is not there", { file: "missing" }, undefined],
])("%s: nobody is asked", async (_what, credential, value) => {
  const guard = openGuard(config({ credential }), { directory, environment: { KEY: value } });
  expect(await scan(guard, "text")).toEqual({ kind: "unable", because: "unreachable" });
  expect(server.seen).toEqual([]);
});

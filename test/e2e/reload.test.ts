// Owns the proof that a reload swaps whole policies: bad ones change nothing, good ones fail no request.

import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apiKey, eventually, startWorld, type World } from "./world.ts";

const reloads = 100;

let world: World;
let file: string;
let original: string;

beforeEach(async () => {
  world = await startWorld();
  file = join(world.policyDir, "policy.yaml");
  original = await readFile(file, "utf8");
});
afterEach(() => world.close());

/** In one step: half a file is a bad policy of its own. */
async function replacePolicy(text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

const ask = (): Promise<Response> =>
  fetch(`${world.agentUrl}/run`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ prompt: "hello" }),
  });

describe("reload", () => {
  it("keeps the old policy where the new one is bad, and says so in log and metric", async () => {
    await replacePolicy(
      original
        .replace("strategy: priority", "")
        .replace("callers: [ { caller: web-app } ]", "callers: [ { caller: nobody } ]"),
    );
    const line = await eventually(() => world.gatewayLog.find(({ event }) => event === "policy.rejected"));
    expect(String(line.problems)).toMatch(/policy\.yaml:\d+ Agent\/search spec\.callers/);
    expect(await world.status("gateway", "/metrics")).toContain(
      'sluice_policy_reloads_total{result="rejected"} 1',
    );
    expect((await ask()).status).toBe(200);
  });

  it("puts a good one into force without a restart", async () => {
    await replacePolicy(
      original.replace("callers: [ { caller: web-app } ]", "callers: [ { caller: other-app } ]"),
    );
    const loaded = () => world.gatewayLog.filter(({ event }) => event === "policy.loaded").length === 2;
    await eventually(loaded);
    const refused = await ask();
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-sluice-refusal")).toBe("caller_denied");
  });

  it(`fails no request during ${reloads} reloads under load`, { timeout: 60_000 }, async () => {
    let isOver = false;
    const statuses = new Map<number, number>();
    const load = async (): Promise<void> => {
      while (!isOver) {
        const response = await ask();
        await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      }
    };
    const workers = [load(), load(), load(), load()];
    let applied = 0;
    for (let index = 0; index < reloads; index++) {
      await replacePolicy(`${original}\n# ${index}\n`);
      const results = await Promise.all([world.gateway.reload(), world.sidecar.reload()]);
      applied += results.filter((result) => result !== "failed").length;
    }
    isOver = true;
    await Promise.all(workers);
    expect(applied).toBe(reloads * 2);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(reloads);
  });
});

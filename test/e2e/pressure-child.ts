// Owns a process in which Sluice is under pressure and measures itself; its upstream and clients are other
// processes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startSidecar } from "../../sidecar/main.ts";
import { lines, policyText } from "./world.ts";

const what = process.argv[2];
const anywhere = { host: "127.0.0.1", port: 0 };
const partner = fileURLToPath(new URL("pressure-partner.ts", import.meta.url));
const readers = 40;

/** A partner process, and the first line it says. */
async function start(role: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [partner, role, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const [said] = await once(child.stdout, "data");
  return { child, said: String(said).trim() };
}

async function settledMemory(): Promise<number> {
  await sleep(300);
  global.gc?.();
  await sleep(200);
  global.gc?.();
  return process.memoryUsage.rss();
}

const upstream = await start("upstream", what ?? "");
const policyDir = await mkdtemp(join(tmpdir(), "sluice-pressure-"));
await writeFile(join(policyDir, "policy.yaml"), policyText(upstream.said, "http://127.0.0.1:9"));
const program = {
  policyDirs: [policyDir],
  status: anywhere,
  store: "memory",
  storePassword: undefined,
  trustedProxies: [],
  inFlightMax: 1_000,
  drainDelayMs: 0,
  graceMs: 100,
  environment: { TEST_PROVIDER_KEY: "k" },
};
const sidecar = await startSidecar(
  { program, agent: "search", listen: anywhere, inbound: undefined },
  lines([]),
);
const url = `http://127.0.0.1:${sidecar.egressPort}/openai/v1/chat/completions`;
const found = what === "stalled" ? await stalled() : await bursty();
await sidecar.close();
upstream.child.kill();
await rm(policyDir, { recursive: true });
process.stdout.write(JSON.stringify(found));
process.exit(0);

async function stalled() {
  // Once with as many readers that read to the end, so that pools and code are warm.
  const warm = await start("readers", url, String(readers), "some");
  await once(warm.child, "exit");
  const before = await settledMemory();
  const client = await start("readers", url, String(readers), "stall");
  await sleep(2_000);
  const after = await settledMemory();
  client.child.kill();
  return { readers, offeredMiB: readers * 200, grownBytes: after - before };
}

async function bursty() {
  const prober = await start("prober", `http://127.0.0.1:${sidecar.statusPort}/health`);
  const client = await start("readers", url, "8", "all");
  await once(client.child, "exit");
  prober.child.stdin.end();
  const [said] = await once(prober.child.stdout, "data");
  return { ...JSON.parse(String(said)), chunks: 8 * 100_000 };
}

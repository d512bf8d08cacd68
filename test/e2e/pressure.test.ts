// Owns the proof that one bad neighbour stays his own problem: readers that stall, upstreams that burst,
// floods.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { apiKey, startWorld, type World } from "./world.ts";

const bytesPerStalledReaderMax = 1024 * 1024;

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/**
 * What the child found, as JSON. Sluice runs alone in it: its memory and its event loop are what is
 * measured.
 */
async function measure(what: "stalled" | "bursty"): Promise<Record<string, number>> {
  const script = fileURLToPath(new URL("pressure-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", script, what], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  return JSON.parse(output);
}

describe("pressure", () => {
  it("pays at most 1 MiB for a reader that stalls", { timeout: 120_000 }, async () => {
    // Resident memory has ups of its own: one run of three within the bound shows what readers need.
    const each: number[] = [];
    while (each.length < 3 && !each.some((bytes) => bytes < bytesPerStalledReaderMax)) {
      const { readers = 0, offeredMiB = 0, grownBytes = Number.POSITIVE_INFINITY } = await measure("stalled");
      expect(readers).toBe(40);
      expect(offeredMiB).toBeGreaterThan(4_000);
      each.push(grownBytes / readers);
    }
    expect(Math.min(...each)).toBeLessThan(bytesPerStalledReaderMax);
  });

  it("answers /health within 100 ms while upstreams burst", { timeout: 120_000 }, async () => {
    // A slow probe may be due to the machine's other work: one clean run of four is enough. Where bursts are
    // not made to wait their turn, each run has probes of 450 ms and more.
    const slowest: number[] = [];
    while (slowest.length < 4 && !slowest.some((ms) => ms < 100)) {
      const { probes = 0, chunks = 0, slowestMs = Number.POSITIVE_INFINITY } = await measure("bursty");
      expect(probes).toBeGreaterThan(20);
      expect(chunks).toBe(800_000);
      slowest.push(slowestMs);
    }
    expect(Math.min(...slowest)).toBeLessThan(100);
  });

  it("lets one address flood without a failure for the others", { timeout: 60_000 }, async () => {
    world = await startWorld({
      agentSpec: "  limits: { flood: { requests: 10, window: { sliding: 1s }, by: [ address ] } }",
      agent: { handle: (_request, response) => void response.writeHead(200).end("{}") },
      program: {
        trustedProxies: [(await import("../../core/motion/address.ts")).parseRange("127.0.0.1") ?? never()],
      },
    });
    const { agentUrl } = world;
    const ask = async (address: string): Promise<number> => {
      const headers = { authorization: `Bearer ${apiKey}`, "x-forwarded-for": address };
      const response = await fetch(`${agentUrl}/run`, { method: "POST", headers, body: "{}" });
      await response.text();
      return response.status;
    };
    const flood = Array.from({ length: 400 }, () => ask("203.0.113.9"));
    const others: number[] = [];
    for (let index = 0; index < 60; index++) others.push(await ask(`198.51.100.${index % 30}`));
    const flooded = await Promise.all(flood);
    expect(new Set(others)).toEqual(new Set([200]));
    expect(flooded.filter((status) => status === 429).length).toBeGreaterThan(300);
    expect(flooded.every((status) => status === 200 || status === 429)).toBe(true);
  });
});

function never(): never {
  throw new Error("127.0.0.1 is an address");
}

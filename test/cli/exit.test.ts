// Owns the proof of how the programs end, seen from outside: exit codes and what is printed. Knows no inside.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const anyPort = "127.0.0.1:0";
/** Nobody listens on port 1. */
const nowhere = "redis://127.0.0.1:1";

function startGateway(...flags: string[]) {
  const listen = ["--listen", anyPort, "--status", anyPort, "--drain-delay", "0s"];
  const args = [at("cli/main.ts"), "gateway", ...listen, ...flags];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
}

const policies = ["--policies", at("policies/examples/quickstart")];

const runMsMax = 60_000;

describe("how a program ends", { timeout: runMsMax }, () => {
  it.each([[[]], [["--store", nowhere]]])("SIGTERM ends a gateway with 0, with %j", async (flags) => {
    const gateway = startGateway(...policies, ...flags);
    const [said] = await once(gateway.stderr, "data");
    expect(String(said)).toMatch(/^listening: data \d+, status \d+\n$/);
    gateway.kill("SIGTERM");
    const rest = text(gateway.stderr);
    expect(await once(gateway, "exit")).toEqual([0, null]);
    expect(await rest).toBe("");
  });

  it("a policy directory that is not there: its problem, and 1", async () => {
    const gateway = startGateway("--policies", "/nowhere");
    const said = text(gateway.stderr);
    expect(await once(gateway, "exit")).toEqual([1, null]);
    const problem = "/nowhere:1: cannot be read as a directory: ENOENT";
    expect(await said).toBe(`${problem}\nsluice: the policy has 1 problem; nothing was started\n`);
  });

  it("bad usage: one line, and 2", async () => {
    const gateway = startGateway(...policies, "--grace", "soon");
    const said = text(gateway.stderr);
    expect(await once(gateway, "exit")).toEqual([2, null]);
    expect((await said).trimEnd().split("\n")).toHaveLength(1);
  });
});

// Owns the proof of how the programs end, seen from outside: exit codes and what is printed. Knows no inside.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
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

const digest = "0123456789abcdef".repeat(4);
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

  it.each([
    [["--grace", "soon"], "--grace"],
    [["--admin", anyPort], "nobody has a key for it: `sluice keys create --admin` makes one"],
    [["--admin-key-sha256", "slk_a-secret"], "one or two hashes of 64 hex digits"],
    [["--admin-key-sha256", Array(3).fill(digest).join()], "one or two hashes"],
    [["--admin-key-sha256", digest, "--admin", "9091"], '--admin: "9091" is not host:port'],
  ])("bad usage: one line, and 2: %j", async (flags, why) => {
    const gateway = startGateway(...policies, ...flags);
    const said = text(gateway.stderr);
    expect(await once(gateway, "exit")).toEqual([2, null]);
    expect((await said).trimEnd().split("\n")).toEqual([expect.stringContaining(why)]);
    expect(await said).not.toContain("a-secret");
  });

  it.each(["--status", "--admin"])("%s where somebody listens: one line, and 1", async (flag) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const admin = ["--admin-key-sha256", digest, "--admin", anyPort];
    const gateway = startGateway(...policies, ...admin, flag, `127.0.0.1:${port}`);
    const said = text(gateway.stderr);
    expect(await once(gateway, "exit")).toEqual([1, null]);
    expect(await said).toBe(`sluice: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`);
    other.close();
  });

  it("a gateway with an admin key says where it may be used", async () => {
    const gateway = startGateway(
      ...policies,
      "--admin",
      anyPort,
      "--admin-key-sha256",
      `${digest}, ${digest}`,
    );
    const [said] = await once(gateway.stderr, "data");
    expect(String(said)).toMatch(/^listening: data \d+, status \d+, admin \d+\n$/);
    gateway.kill("SIGTERM");
    expect(await once(gateway, "exit")).toEqual([0, null]);
  });
});

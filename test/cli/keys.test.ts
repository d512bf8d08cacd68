// Owns the proof that `sluice keys create` makes keys that work, shows them once, and never overwrites one.

import { hash } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { generateApiKey, keysCommand } from "../../cli/keys.ts";
import { makeAgentSigner } from "../../core/tokens/agent-signer.ts";
import { agentKeyOf } from "../../core/tokens/keys-adapter.ts";
import { makeSigner } from "../../core/tokens/signer.ts";
import { makeVerifier } from "../../core/tokens/verifier.ts";

async function run(...args: readonly string[]): Promise<string> {
  const command = keysCommand();
  for (const each of command.commands) each.exitOverride().configureOutput({ writeErr() {} });
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await command.parseAsync(["create", ...args], { from: "user" });
    return write.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    write.mockRestore();
  }
}

const dirs: string[] = [];

async function makeDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "sluice-keys-"));
  dirs.push(dir);
  return dir;
}

afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true });
});

it("prints a key of 32 random bytes once, and a policy with its hash", async () => {
  const printed = await run("--caller", "web-app");
  const [key = ""] = printed.split("\n");
  expect(key).toMatch(/^slk_[A-Za-z0-9_-]{43}$/);
  expect(printed.split(key)).toHaveLength(2);
  expect(parse(printed.slice(printed.indexOf("apiVersion:")))).toEqual({
    apiVersion: "sluice.dev/v1alpha1",
    kind: "Caller",
    metadata: { name: "web-app" },
    spec: { apiKeys: { current: { sha256: hash("sha256", key, "hex") } } },
  });
});

it("prints an admin's key once, with the setting that holds its hash", async () => {
  const printed = await run("--admin");
  const [key = ""] = printed.split("\n");
  expect(key).toMatch(/^slk_[A-Za-z0-9_-]{43}$/);
  expect(printed.split(key)).toHaveLength(2);
  expect(printed).toContain(`\nSLUICE_ADMIN_KEY_SHA256=${hash("sha256", key, "hex")}\n`);
  await expect(run("--admin", "--token")).rejects.toThrow("cannot be used with");
});

it("never makes the same key twice", () => {
  expect(new Set(Array.from({ length: 100 }, generateApiKey)).size).toBe(100);
});

it("prints a pair for the gateway's token that fits together", async () => {
  const printed = await run("--token");
  const border = printed.indexOf("-----BEGIN PUBLIC KEY-----");
  expect(makeSigner(printed.slice(0, border)).kind).toBe("signer");
  expect(makeVerifier([printed.slice(border)]).kind).toBe("verifier");
});

it("writes the pair into a new directory, the private key for its owner alone", async () => {
  const dir = join(await makeDir(), "keys");
  const printed = await run("--token", "--out", dir);
  expect(printed).not.toContain("BEGIN");
  const privateFile = join(dir, "token-private.pem");
  const pem = await readFile(privateFile, "utf8");
  expect(makeSigner(pem).kind).toBe("signer");
  expect((await stat(privateFile)).mode & 0o777).toBe(0o600);
  expect(makeVerifier([await readFile(join(dir, "token-public.pem"), "utf8")]).kind).toBe("verifier");
  await expect(run("--token", "--out", dir)).rejects.toThrow(`error: --out ${dir}: exists already`);
  expect(await readFile(privateFile, "utf8")).toBe(pem);
});

it("says in one line where it cannot write", async () => {
  const dir = join(await makeDir(), "none", "keys");
  await expect(run("--token", "--out", dir)).rejects.toThrow(`--out ${dir}: cannot be written (ENOENT)`);
});

it("prints an agent's private key once, and a policy with the public half", async () => {
  const printed = await run("--agent", "planner");
  const pem = printed.slice(0, printed.indexOf("\n\n"));
  expect(makeAgentSigner(pem).kind).toBe("signer");
  expect(parse(printed.slice(printed.indexOf("apiVersion:")))).toEqual({
    apiVersion: "sluice.dev/v1alpha1",
    kind: "Agent",
    metadata: { name: "planner" },
    spec: { keys: { current: { ed25519: agentKeyOf(pem) } } },
  });
  const dir = join(await makeDir(), "agent");
  expect(await run("--agent", "planner", "--out", dir)).not.toContain("BEGIN");
  expect((await stat(join(dir, "planner-private.pem"))).mode & 0o777).toBe(0o600);
});

// Owns the proof of scripts/setup.mjs: what it does once and never twice. Runs no real npm and no apt.

import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { Checkout } from "./checkout.ts";

const link = "node_modules/.bin/node";
const checkouts: Checkout[] = [];

function checkout({ minimumNode = "18.0" } = {}): Checkout {
  const made = new Checkout({ minimumNode });
  checkouts.push(made);
  return made;
}

afterEach(() => {
  for (const made of checkouts.splice(0)) made.remove();
});

describe("packages", () => {
  it("are installed once, and again when the lock file changes", async () => {
    const tree = checkout();
    expect(await tree.run()).toEqual({ code: 0, said: "setup: installing packages with npm ci\n" });
    expect(await tree.run()).toEqual({ code: 0, said: "" });
    expect(tree.npmCalls()).toEqual(["ci"]);
    tree.write("package-lock.json", JSON.stringify({ packages: { "": {} } }));
    await tree.run();
    expect(tree.npmCalls()).toEqual(["ci", "ci"]);
  });

  it("are left alone where npm's own record agrees with the lock file", async () => {
    const tree = checkout();
    const record = { "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } };
    tree.write("node_modules/.package-lock.json", JSON.stringify({ packages: record }));
    expect(await tree.run()).toEqual({ code: 0, said: "" });
    expect(tree.npmCalls()).toEqual([]);
  });

  it("are installed by one of two setups that start together", async () => {
    const tree = checkout();
    const runs = await Promise.all([tree.run(), tree.run(), tree.run()]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(tree.npmCalls()).toEqual(["ci"]);
    expect(tree.has(".setup.lock")).toBe(false);
  });

  it("that cannot be had end the setup with npm's words, and the next one tries again", async () => {
    const tree = checkout();
    const { code, said } = await tree.run({ env: { FAIL: "no network" } });
    expect(code).toBe(1);
    expect(said).toContain("setup: npm ci failed (exit 7): npm error no network");
    expect((await tree.run()).code).toBe(0);
  });
});

describe("the lock", () => {
  it("of a live setup is waited for", async () => {
    const tree = checkout();
    tree.write(".setup.lock", "");
    const release = (said: string) => {
      if (said.includes("waiting")) rmSync(tree.at(".setup.lock"), { force: true });
    };
    expect((await tree.run({ onSaid: release })).code).toBe(0);
    expect(tree.npmCalls()).toEqual(["ci"]);
  });

  it("of a dead setup is taken over", async () => {
    const tree = checkout();
    tree.write(".setup.lock", "");
    utimesSync(tree.at(".setup.lock"), 0, 0);
    expect((await tree.run()).code).toBe(0);
    expect(tree.has(".setup.lock")).toBe(false);
  });
});

describe.runIf(process.platform === "linux")("the runtime", () => {
  it("is brought where the machine's Node is too old, and put first for npm's scripts", async () => {
    const tree = checkout({ minimumNode: "99.0" });
    const { code, said } = await tree.run();
    expect(code).toBe(0);
    expect(said).toMatch(/Node \S+ is older than 99.0: using Node 24\.21\.0 from npm, kept in \.runtime\n$/);
    expect(readlinkSync(tree.at(link))).toMatch(/^\.\.\/\.\.\/\.runtime\/node_modules\/node-\S+\/bin\/node$/);
    expect(await tree.run()).toEqual({ code: 0, said: "" });
    expect(tree.npmCalls()).toEqual(["ci", "install"]);
  });

  it("is put back after npm ci took the link away", async () => {
    const tree = checkout({ minimumNode: "99.0" });
    await tree.run();
    rmSync(tree.at(link));
    expect((await tree.run()).code).toBe(0);
    expect(lstatSync(tree.at(link)).isSymbolicLink()).toBe(true);
  });

  it("steps back where the machine's Node is recent enough", async () => {
    const tree = checkout({ minimumNode: "99.0" });
    await tree.run();
    tree.write("package.json", JSON.stringify({ engines: { node: ">=18.0" } }));
    expect((await tree.run()).code).toBe(0);
    expect(tree.has(link)).toBe(false);
  });

  it("that npm does not have for this platform ends the setup with a remedy", async () => {
    const tree = checkout({ minimumNode: "99.0" });
    const pretend = "Object.defineProperty(process,'platform',{value:'sunos'})";
    const { code, said } = await tree.run({
      env: { NODE_OPTIONS: `--import=data:text/javascript,${pretend}` },
    });
    expect(code).toBe(1);
    expect(said).toMatch(
      /and npm has none for sunos-\S+: install Node 24 \(https:\/\/nodejs\.org\), run again\n$/,
    );
  });

  it("never touches a link that is not its own", async () => {
    const tree = checkout();
    await tree.run();
    mkdirSync(tree.at("node_modules/.bin"), { recursive: true });
    symlinkSync(process.execPath, tree.at(link));
    await tree.run();
    expect(readlinkSync(tree.at(link))).toBe(process.execPath);
  });
});

describe("redis-server", () => {
  it("that cannot be had is told once and stops nothing", async () => {
    const tree = checkout();
    rmSync(tree.at("bin/redis-server"));
    const { code, said } = await tree.run();
    expect(code).toBe(0);
    expect(said).toContain("redis-server is not installed: the Redis tests will print SKIPPED");
    expect(await tree.run()).toEqual({ code: 0, said: "" });
  });

  it.runIf(process.getuid?.() === 0)("that apt cannot install is told with apt's last words", async () => {
    const tree = checkout();
    rmSync(tree.at("bin/redis-server"));
    tree.write("bin/apt-get", "#!/bin/sh\necho 'E: no network' >&2\nexit 100\n");
    const { code, said } = await tree.run();
    expect(code).toBe(0);
    expect(said).toContain("apt-get failed, the Redis tests will print SKIPPED: E: no network");
  });
});

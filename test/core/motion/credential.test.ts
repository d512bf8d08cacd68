// Owns the proof that a secret is read where it is, again when it changes, and that its loss is no bug.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openCredential } from "../../../core/motion/credential.ts";

let folder: string;
let path: string;
let nowMs = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-credential-"));
  path = join(folder, "key");
  nowMs = 10_000;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const open = () => openCredential({ kind: "file", path }, {});
const later = (): void => {
  nowMs += 1_000;
};

describe("a secret in the environment", () => {
  it("is read there; an empty one is none", () => {
    const read = (env: NodeJS.ProcessEnv) => openCredential({ kind: "env", name: "KEY" }, env).read();
    expect(read({ KEY: "secret" })).toBe("secret");
    expect(read({ KEY: "" })).toBeUndefined();
    expect(read({})).toBeUndefined();
  });
});

describe("a secret in a file", () => {
  it("is read without the white space around it, and again when it changes, at most once a second", () => {
    writeFileSync(path, "first\n");
    const credential = open();
    expect(credential.read()).toBe("first");
    writeFileSync(path, "the second\n");
    expect(credential.read()).toBe("first");
    later();
    expect(credential.read()).toBe("the second");
  });

  it("that goes and comes back is there again, even as it was", () => {
    writeFileSync(path, "secret");
    const credential = open();
    expect(credential.read()).toBe("secret");
    rmSync(path);
    later();
    expect(credential.read()).toBeUndefined();
    writeFileSync(path, "secret");
    later();
    expect(credential.read()).toBe("secret");
  });

  it.each([
    ["is not there", () => {}],
    ["is empty", () => writeFileSync(path, " \n")],
    ["is a folder", () => mkdirSync(path)],
    ["is too large", () => writeFileSync(path, "x".repeat(64 * 1024 + 1))],
  ])("that %s is none, and nothing breaks", (_what, make) => {
    make();
    expect(open().read()).toBeUndefined();
  });

  it.skipIf(process.getuid?.() === 0)("that may not be read is none", () => {
    writeFileSync(path, "secret");
    chmodSync(path, 0);
    expect(open().read()).toBeUndefined();
  });
});

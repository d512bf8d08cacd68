// Owns the proof of the benches' command line: help, bad usage.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../../bench/main.ts", import.meta.url));

function bench(...args: readonly string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}

it("tells what there is", () => {
  expect(bench("--help")).toMatchObject({ code: 0, said: expect.stringContaining("quick") });
  expect(bench("metering", "--help")).toMatchObject({ code: 0, said: expect.stringContaining("--rounds") });
  expect(bench("quick", "--help")).toMatchObject({ code: 0, said: expect.stringContaining("--rounds") });
});

it.each([
  ["an unknown bench", ["slow"], "unknown command"],
  ["no rounds", ["quick", "--rounds", "0"], "a count from 1 to 999"],
  ["an unknown stream", ["metering", "--only", "smoke-signs"], "Allowed choices"],
  ["an unknown contender", ["quick", "--only", "envoy"], "Allowed choices"],
])("bad usage exits 2: %s", (_what, args, said) => {
  expect(bench(...args)).toMatchObject({ code: 2, said: expect.stringContaining(said) });
});

// Owns the proof of how `sluice costs` ends where it cannot tell: one line with the remedy, and the code.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const run = promisify(execFile);
const nobody = "redis://:a-secret@127.0.0.1:9";

async function failed(...flags: string[]): Promise<{ code: number; stderr: string }> {
  const env = { PATH: process.env.PATH };
  return run(process.execPath, [main, "costs", ...flags], { env }).then(
    () => ({ code: 0, stderr: "" }),
    ({ code, stderr }) => ({ code, stderr }),
  );
}

it.each([
  [[], 2, "give the sidecars and this command the same --store"],
  [["--store", "http://x"], 2, "redis://host:port"],
  [["--store", nobody, "--days", "0"], 2, "--days"],
  [["--store", nobody, "--top", "many"], 2, "--top"],
  [["--store", nobody, "--by", "colour"], 2, "Allowed choices are agent"],
  [["--store", nobody], 1, "the store did not answer"],
  [["--store", nobody, "--policies", "/no/such/dir"], 1, "the policies have problems"],
])("%j ends with %i: %s", async (flags, code, remedy) => {
  const end = await failed(...flags);
  expect(end.code).toBe(code);
  expect(end.stderr).toContain(remedy);
  expect(end.stderr).not.toContain("a-secret");
});

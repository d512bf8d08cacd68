// Owns the proof that the bundled price table is what scripts/prices.mjs makes of its source. Knows no price.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { sharedPath } from "../shared-data.ts";

const source = sharedPath("prices/genai-prices.v2.data_slim.json");
const script = fileURLToPath(new URL("../../scripts/prices.mjs", import.meta.url));
const table = fileURLToPath(new URL("../../core/prices/table.json", import.meta.url));

it.skipIf(source === undefined)("core/prices/table.json is what its source makes it", () => {
  const before = readFileSync(table, "utf8");
  const { date, commit, license } = JSON.parse(before);
  const dir = mkdtempSync(join(tmpdir(), "sluice-prices-"));
  const licenseFile = join(dir, "LICENSE");
  const out = join(dir, "table.json");
  writeFileSync(licenseFile, license);
  const about = ["--date", date, "--commit", commit, "--license", licenseFile, "--out", out];
  execFileSync(process.execPath, [script, String(source), ...about]);
  expect(readFileSync(out, "utf8")).toBe(before);
  rmSync(dir, { recursive: true });
});

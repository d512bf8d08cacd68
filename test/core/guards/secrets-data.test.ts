// Owns how well secrets are found in the examples of gitleaks' and secretlint's rules, and that prose holds
// none. Skipped, saying so, where they are absent.

import { beforeAll, describe, expect, it } from "vitest";
import type { Guard } from "../../../core/contracts/guard.ts";
import { secretsDetector } from "../../../core/guards/secrets.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { guardOf, readAll } from "./readings.ts";

interface Row {
  readonly text: string;
  readonly label: "secret" | "clean";
  readonly source: string;
}

const path = sharedPath("secrets/cases.jsonl");

const settings = {
  "as it is set": guardOf(secretsDetector, { exceptTypes: ["home_path"] }),
  "all types": guardOf(secretsDetector, { exceptTypes: [] }),
};

/** Of each source and of all. */
function count(guard: Guard, rows: readonly Row[]) {
  const sources = [...new Set(rows.map(({ source }) => source)), "all"];
  return sources.map((source) => {
    const of = rows.filter((row) => source === "all" || row.source === source);
    const isFound = ({ text }: Row) => readAll(guard, text).length > 0;
    const secrets = of.filter(({ label }) => label === "secret");
    const found = secrets.filter(isFound).length;
    const clean = of.filter(({ label }) => label === "clean");
    const falseAlarms = clean.filter(isFound).length;
    const recall = Number((found / secrets.length).toFixed(3));
    return { source, secrets: secrets.length, found, recall, clean: clean.length, falseAlarms };
  });
}

describe.skipIf(path === undefined)("on the examples of two scanners' rules", () => {
  let rows: readonly Row[] = [];
  beforeAll(() => {
    if (path !== undefined) rows = readRows<Row>(path);
  });

  // Among the secrets are the words "secret content", and two tokens that are labelled clean too.
  it.each([
    ["as it is set", 0.95],
    ["all types", 0.95],
  ] as const)("%s: recall, and no false alarm", (name, recallMin) => {
    const table = count(settings[name], rows);
    console.info(name);
    console.table(table);
    expect(table.at(-1)?.recall).toBeGreaterThanOrEqual(recallMin);
    expect(table.at(-1)?.falseAlarms).toBe(0);
  });
});

describe("on texts that hold none", () => {
  it.each(["content/content.jsonl.gz", "pii/negatives.jsonl", "pii/spans.jsonl"])("%s", (name) => {
    const file = sharedPath(name);
    if (file === undefined) return;
    const texts = readRows<{ text?: string }>(file).map(({ text }) => text ?? "");
    const alarms = texts.flatMap((text) => readAll(settings["as it is set"], text));
    expect(alarms).toEqual([]);
  });
});

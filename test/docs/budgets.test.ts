// Owns the proof that docs/budgets.md names every flag of `sluice budget` with its variable, and every route.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { budgetCommand } from "../../cli/budget.ts";

const lines = readFileSync(new URL("../../docs/budgets.md", import.meta.url), "utf8").split("\n");
const rows = lines.filter((line) => line.startsWith("|"));

it("has every flag and its variable", () => {
  const options = budgetCommand().commands.flatMap((command) => command.options);
  expect(options.length).toBeGreaterThan(20);
  const missing = options.filter(
    ({ long, envVar = "" }) => !rows.some((row) => row.startsWith(`| \`${long}`) && row.includes(envVar)),
  );
  expect(missing.map(({ flags }) => flags)).toEqual([]);
});

it.each(["GET /budgets", "POST /budgets/reset", "POST /budgets/grant"])("has %s", (route) => {
  expect(rows.some((row) => row.startsWith(`| \`${route}\``))).toBe(true);
});

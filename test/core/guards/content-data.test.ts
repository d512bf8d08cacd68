// Owns how well the content model that is shipped finds what others labelled, by category and source, and
// what it takes for harm in ordinary texts. It has learned from these texts: the figures for texts it has
// not seen are in its model card. Skipped, saying so, where the data is absent.

import { describe, expect, it } from "vitest";
import { typeNamed } from "../../../cli/guard/types.ts";
import { categories } from "../../../core/guards/content/categories.ts";
import { contentDetector } from "../../../core/guards/content.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { guardOf, readAll } from "./readings.ts";

interface Row {
  readonly text: string;
  readonly source: string;
  readonly flagged: boolean;
  readonly labels: Readonly<Record<string, number>>;
}

const content = sharedPath("content/content.jsonl.gz");
const injection = sharedPath("injection/dev.jsonl.gz");
const guard = guardOf(contentDetector);
const typesIn = (text: string): ReadonlySet<string> => new Set(readAll(guard, text).map(({ type }) => type));
const isMachineMade = (source: string): boolean => source === "HateCheck" || source === "XSTest";

describe.skipIf(content === undefined)("texts that others labelled", () => {
  const rows = content === undefined ? [] : readRows<Row>(content);
  const read = rows.map((row) => ({ ...row, found: typesIn(row.text), is: labelsOf(row) }));

  it("are found, by category", () => {
    const table = categories.map((category) => {
      const judged = read.filter(({ is }) => is.has(category) || is.size === 0);
      const expected = judged.filter(({ is }) => is.has(category));
      const found = judged.filter((row) => row.found.has(category));
      const met = expected.filter((row) => row.found.has(category)).length;
      const [precision, recall] = [met / found.length, met / expected.length];
      return { category, texts: expected.length, precision, recall, f1: harmonic(precision, recall) };
    });
    console.table(table);
    for (const { category, texts, precision, recall } of table) {
      if (texts === 0) continue;
      expect(precision, category).toBeGreaterThan(0.4);
      expect(recall, category).toBeGreaterThan(0.3);
    }
  });

  it("are found in some category, by source", () => {
    const groups = Map.groupBy(
      read.filter(({ flagged }) => flagged),
      ({ source }) => source,
    );
    const table = [...groups].map(([source, members]) => ({ source, ...shareIn(members) }));
    console.table(table);
    const mean = table.reduce((sum, { found }) => sum + found, 0) / table.length;
    expect(mean).toBeGreaterThan(0.5);
  });

  it("are left alone where nobody calls them harmful", () => {
    const clean = read.filter(({ flagged }) => !flagged);
    const groups = Map.groupBy(clean, ({ source }) => source);
    console.table([...groups].map(([source, members]) => ({ source, ...shareIn(members) })));
    const ordinary = clean.filter(({ source }) => !isMachineMade(source));
    expect(shareIn(ordinary).found).toBeLessThan(0.03);
    expect(shareIn(clean).found).toBeLessThan(0.08);
  });
});

function labelsOf({ labels }: Row): ReadonlySet<string> {
  const names = Object.keys(labels).filter((name) => labels[name] === 1);
  return new Set(names.map(typeNamed));
}

function shareIn(rows: readonly { readonly found: ReadonlySet<string> }[]) {
  const found = rows.filter((row) => row.found.size > 0).length;
  return { texts: rows.length, found: found / rows.length };
}

function harmonic(precision: number, recall: number): number {
  return (2 * precision * recall) / (precision + recall);
}

describe.skipIf(injection === undefined)("ordinary texts", () => {
  const rows = injection === undefined ? [] : readRows<{ text: string; label: string }>(injection);

  it.each(["benign", "hard_benign"])("%s: at most one in a hundred is flagged", (label) => {
    const ordinary = rows.filter((row) => row.label === label);
    const flagged = ordinary.filter(({ text }) => typesIn(text).size > 0).length;
    console.info(`${label}: ${flagged} of ${ordinary.length}`);
    expect(flagged / ordinary.length).toBeLessThanOrEqual(0.01);
  });
});

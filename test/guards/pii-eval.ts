// Owns how well personal data is found in texts that others labelled: figures by type, and a table of them.
// Run by itself it prints all: `node test/guards/pii-eval.ts`. Knows no rule.

import type { Finding, Guard } from "../../core/contracts/guard.ts";
import type { JsonObject } from "../../core/contracts/json.ts";
import { piiDetector } from "../../core/guards/pii.ts";
import { readRows, sharedPath } from "../shared-data.ts";

/** What the data calls what is found here. */
const typeOf: Readonly<Record<string, string>> = {
  EMAIL_ADDRESS: "email",
  PHONE_NUMBER: "phone",
  CREDIT_CARD: "credit_card",
  IBAN_CODE: "iban",
  IP_ADDRESS: "ip_address",
  US_SSN: "ssn",
  PERSON: "person",
  ADDRESS: "address",
  STREET_ADDRESS: "address",
};

/** Reported beside the others: best effort. */
export const bestEffort = ["person", "address"];

export const guardWith = (config: JsonObject = {}): Guard =>
  piiDetector.create(config, { directory: "/", environment: {} });

export function find(guard: Guard, text: string): readonly Finding[] {
  const scanner = guard.scan({ stage: "llm.request", role: "user", kind: "text" });
  if (scanner === undefined) return [];
  const { findings } = scanner.push(text);
  const last = scanner.end();
  if (last instanceof Promise || "kind" in last) throw new Error("it does not decide at once");
  return [...findings, ...last];
}

interface Span {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Row {
  readonly text: string;
  readonly spans: readonly Span[];
}

export interface Figures {
  readonly type: string;
  readonly labelled: number;
  readonly found: number;
  /** Of exactly the same units. */
  readonly exact: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Found and labelled touch: what is not let through, what is not taken for nothing. */
  readonly touchedRecall: number;
  readonly touchedPrecision: number;
}

const share = (part: number, whole: number) => Number((whole === 0 ? 1 : part / whole).toFixed(3));

export function countSpans(guard: Guard, rows: readonly Row[]): Figures[] {
  const counts = new Map<
    string,
    { labelled: number; found: number; exact: number; hit: number; met: number }
  >();
  const countOf = (type: string) => {
    const count = counts.get(type) ?? { labelled: 0, found: 0, exact: 0, hit: 0, met: 0 };
    counts.set(type, count);
    return count;
  };
  for (const { text, spans } of rows) {
    const labelled = spans.map((span) => ({ ...span, type: typeOf[span.type] ?? "" }));
    const found = find(guard, text);
    const touches = (one: Span, others: readonly Span[]) =>
      others.some(({ type, start, end }) => type === one.type && start < one.end && end > one.start);
    const isExact = (one: Span) =>
      found.some(({ type, start, end }) => type === one.type && start === one.start && end === one.end);
    for (const span of labelled) {
      if (span.type === "") continue;
      const count = countOf(span.type);
      count.labelled++;
      if (isExact(span)) count.exact++;
      if (touches(span, found)) count.hit++;
    }
    for (const finding of found) {
      const count = countOf(finding.type);
      count.found++;
      if (touches(finding, labelled)) count.met++;
    }
  }
  return [...counts].map(([type, { labelled, found, exact, hit, met }]) => ({
    type,
    labelled,
    found,
    exact,
    precision: share(exact, found),
    recall: share(exact, labelled),
    f1: share(2 * exact, labelled + found),
    touchedRecall: share(hit, labelled),
    touchedPrecision: share(met, found),
  }));
}

const costUnits = 4_096;
const costRuns = 60;

export interface Cost {
  readonly texts: number;
  readonly median: number;
  readonly mean: number;
}

/** Microseconds a text, for each the least of some runs; each is its own. */
export function costOf(guard: Guard, texts: readonly string[]): Cost {
  const costs = texts.map((text) => {
    let least = Number.POSITIVE_INFINITY;
    for (let run = 0; run < costRuns; run++) {
      // Made anew, so that nothing is known of it but its signs.
      const fresh = Buffer.from(text).toString();
      const begun = performance.now();
      find(guard, fresh);
      least = Math.min(least, (performance.now() - begun) * 1_000);
    }
    return least;
  });
  const sorted = costs.toSorted((one, other) => one - other);
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  return { texts: costs.length, median: sorted[Math.floor(sorted.length / 2)] ?? 0, mean };
}

/** English prose, cut into pieces of one length; only those in which nothing is found. */
function proseOf(rows: readonly { readonly text: string }[], guard: Guard, keep: RegExp): readonly string[] {
  const all = rows
    .map(({ text }) => text)
    .filter((text) => keep.test(text) && text.length > 200)
    .join("\n");
  const pieces = Array.from({ length: Math.floor(all.length / costUnits) }, (_, at) =>
    all.slice(at * costUnits, (at + 1) * costUnits),
  );
  return pieces.filter((text) => find(guard, text).length === 0).slice(0, 400);
}

const gated = ["email", "phone", "credit_card", "iban", "ip_address", "ssn"];

function main(): void {
  const spans = sharedPath("pii/spans.jsonl");
  const negatives = sharedPath("pii/negatives.jsonl");
  if (spans !== undefined) {
    const rows = readRows<Row>(spans);
    console.info("as it is set by default");
    console.table(countSpans(guardWith(), rows).filter(({ type }) => gated.includes(type)));
    console.info("best effort");
    console.table(
      countSpans(guardWith({ types: [...bestEffort] }), rows).filter(({ type }) => bestEffort.includes(type)),
    );
  }
  if (negatives !== undefined) {
    const guard = guardWith();
    const rows = readRows<{ text: string }>(negatives);
    const found = rows.flatMap(({ text }) => find(guard, text));
    console.info(`texts without any: ${rows.length}, findings in them: ${found.length}`);
  }
}

function mainCost(): void {
  const path = sharedPath("content/content.jsonl.gz");
  if (path === undefined) return;
  const guard = guardWith();
  const rows = readRows<{ text: string }>(path);
  // Read the whole once: what comes after is as fast as it gets.
  for (const { text } of rows.slice(0, 3_000)) find(guard, text);
  const kinds = {
    ASCII: /^[\0-\x7f]*$/,
    "with curly quotes, dashes, accents": /[\u2010-\u201f\u00c0-\u00ff]/,
  };
  for (const [name, keep] of Object.entries(kinds)) {
    const { texts, median, mean } = costOf(guard, proseOf(rows, guard, keep));
    const [middle, average] = [median, mean].map((cost) => `${cost.toFixed(1)} µs`);
    console.info(`${costUnits} units, ${name}: median ${middle}, mean ${average} (${texts} texts)`);
  }
}

if (import.meta.main) {
  main();
  mainCost();
}

// Owns how well personal data is found in texts that others labelled: figures by type, and a table of them. Run
// by itself it prints all: `node test/guards/pii-eval.ts`. Knows no rule.

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
  /** Found and labelled touch: recall of what is not let through, precision of what is not taken for nothing. */
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

if (import.meta.main) main();

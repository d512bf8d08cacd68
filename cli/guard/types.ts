// Owns how well a guard names what it finds: by type, against spans or labels that others have set. Reads no
// text.

import type { Finding } from "../../core/contracts/guard.ts";
import type { JsonValue } from "../../core/contracts/json.ts";

/** UTF-16 units, as in a finding. */
export interface Span {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

export interface TypeFigures {
  readonly type: string;
  /** Spans, or texts with the label. */
  readonly expected: number;
  /** Findings, or texts with one. */
  readonly found: number;
  /** Undefined: nothing to reckon it from. */
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  readonly f1: number | undefined;
  /** From the first unit to the last, where places were compared. */
  readonly exactF1: number | undefined;
}

interface Counts {
  expected: number;
  found: number;
  /** Of the expected. */
  met: number;
  /** Of the found. */
  right: number;
  exact: number;
  hasPlaces: boolean;
}

/** Other names that data sets have for what guards here find. */
const otherNames: Readonly<Record<string, string>> = {
  email_address: "email",
  phone_number: "phone",
  us_ssn: "ssn",
  iban_code: "iban",
  us_passport: "passport",
  us_driver_license: "driving_licence",
  driver_license: "driving_licence",
  street_address: "address",
  hate: "hate_speech",
  hate_threatening: "hate_speech",
  sexual: "sexual_content",
  violence_graphic: "violence",
  illegal: "illegal_activities",
};

export function typeNamed(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
  return otherNames[plain] ?? plain;
}

export class TypeTally {
  readonly #types = new Map<string, Counts>();

  /** Met: they share a unit and the type. */
  addSpans(spans: readonly Span[], findings: readonly Finding[]): void {
    const named = spans.map((span) => ({ ...span, type: typeNamed(span.type) }));
    for (const span of named) {
      const counts = this.#countsOf(span.type, "places");
      counts.expected += 1;
      if (findings.some((finding) => isMeeting(finding, span))) counts.met += 1;
      if (findings.some((finding) => isMeeting(finding, span) && isSame(finding, span))) counts.exact += 1;
    }
    for (const finding of findings) {
      const counts = this.#countsOf(finding.type, "places");
      counts.found += 1;
      if (named.some((span) => isMeeting(finding, span))) counts.right += 1;
    }
  }

  /** Of the text as a whole. */
  addLabels(labels: Iterable<string>, findings: readonly Finding[]): void {
    const expected = new Set([...labels].map(typeNamed));
    const found = new Set(findings.map(({ type }) => type));
    for (const type of new Set([...expected, ...found])) {
      const counts = this.#countsOf(type, "texts");
      if (expected.has(type)) counts.expected += 1;
      if (found.has(type)) counts.found += 1;
      if (!expected.has(type) || !found.has(type)) continue;
      counts.met += 1;
      counts.right += 1;
    }
  }

  /** By name. */
  get figures(): readonly TypeFigures[] {
    return [...this.#types]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, counts]) => reckon(type, counts));
  }

  #countsOf(type: string, what: "places" | "texts"): Counts {
    const known = this.#types.get(type);
    const counts = known ?? { expected: 0, found: 0, met: 0, right: 0, exact: 0, hasPlaces: false };
    if (known === undefined) this.#types.set(type, counts);
    counts.hasPlaces ||= what === "places";
    return counts;
  }
}

function isMeeting({ type, start, end }: Finding, span: Span): boolean {
  return type === span.type && start < span.end && span.start < end;
}

function isSame(finding: Finding, span: Span): boolean {
  return finding.start === span.start && finding.end === span.end;
}

/** A type that nobody has labelled is not wrong, it is not known to be right. */
function reckon(type: string, { expected, found, met, right, exact, hasPlaces }: Counts): TypeFigures {
  const precision = found === 0 || expected === 0 ? undefined : right / found;
  const recall = expected === 0 ? undefined : met / expected;
  const exactRecall = expected === 0 ? undefined : exact / expected;
  const exactPrecision = found === 0 || expected === 0 ? undefined : exact / found;
  const exactF1 = hasPlaces ? harmonic(exactPrecision, exactRecall) : undefined;
  return { type, expected, found, precision, recall, f1: harmonic(precision, recall), exactF1 };
}

function harmonic(precision: number | undefined, recall: number | undefined): number | undefined {
  if (recall === undefined) return undefined;
  if (precision === undefined || precision + recall === 0) return 0;
  return (2 * precision * recall) / (precision + recall);
}

/** `{type, start, end}` each; undefined: there are none, or they are not such. */
export function readSpans(value: JsonValue | undefined): readonly Span[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const spans = value.flatMap((span) => readSpan(span) ?? []);
  return spans.length === value.length ? spans : undefined;
}

function readSpan(value: JsonValue): Span | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { type, start, end } = value;
  if (typeof type !== "string" || typeof start !== "number" || typeof end !== "number") return undefined;
  return { type, start, end };
}

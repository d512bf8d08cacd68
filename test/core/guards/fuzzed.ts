// Owns every detector of the list, set up so that it does its work, and reading a text with it while what the
// contract asks of each scan is checked. Knows no text.

import { expect } from "vitest";
import type { Finding, Guard, Scanner, TextSource, Unable } from "../../../core/contracts/guard.ts";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { detectors } from "../../../core/guards/index.ts";
import { configSchemaOf, fillConfig } from "../../../core/policy/guards.ts";

const schema: JsonObject = {
  type: "object",
  properties: { a: { type: "array", items: { type: "string", maxLength: 20 } } },
  required: ["a"],
};

/** For those that need settings, or have some that make them read otherwise. */
const settings: Readonly<Record<string, readonly JsonObject[]>> = {
  canary: [{ tokens: ["zebra-quartz-4711-lantern", "kestrel9pylon7"] }],
  content: [{}, { threshold: 0.01, categories: { violence: {}, harassment: { threshold: 1e-6 } } }],
  injection: [{}, { classifier: "off" }],
  language: [{ allow: ["en"] }, { deny: ["de", "ru"], lettersMin: 10 }],
  length: [{ charsMax: 50 }, { charsMin: 20, charsMax: 200 }],
  patterns: [
    {
      patterns: { code: { regex: "PRJ-[0-9]{6}" }, nested: { regex: "(a+)+$|(x+x+)+y|[^@]+@[^.]+[.]com" } },
      words: ["codename osprey", "osprey", "aaaa", "the the"],
    },
  ],
  pii: [
    {},
    { types: ["email", "phone", "person", "address", "credit_card"], disguised: "spoken", scoreMin: 0 },
  ],
  roles: [{}, { pinned: ["0".repeat(64)] }],
  secrets: [{}, { exceptTypes: [] }],
  size: [{ bytesMax: 100, bytesMin: 10 }, { charsMax: 30 }],
  structured: [{ schema }, { schema, fenced: "allow" }],
  urls: [
    { exfiltration: true, dataUris: true, ipLiterals: "deny" },
    { allow: ["*.example.com"], deny: ["evil.example.com"], schemes: ["https"] },
  ],
};

/** It asks somebody else: what it does itself has tests of its own. */
const asking = new Set(["remote"]);

export const sources: readonly TextSource[] = [
  { stage: "llm.request", role: "system", kind: "text" },
  { stage: "llm.request", role: "user", kind: "text" },
  { stage: "llm.answer", role: "assistant", kind: "text" },
  { stage: "tool.args", role: "assistant", kind: "tool.args" },
  { stage: "tool.result", role: "tool", kind: "tool.result" },
];

export interface Made {
  readonly name: string;
  readonly guard: Guard;
}

export const guards: readonly Made[] = Object.values(detectors)
  .filter(({ name }) => !asking.has(name))
  .flatMap((detector) =>
    (settings[detector.name] ?? [{}]).map((given, at) => {
      const config = fillConfig(detector.name, given);
      const problems = [
        ...configSchemaOf(detector.name).findings(given),
        ...(detector.check?.(config) ?? []),
      ];
      if (problems.length > 0)
        throw new Error(`${detector.name} needs settings here: ${JSON.stringify(problems)}`);
      const name = at === 0 ? detector.name : `${detector.name}, otherwise`;
      return { name, guard: detector.create(config, { directory: "/", environment: {} }) };
    }),
  );

export type Said = readonly Finding[] | Unable;

/** What the contract asks of each finding and each scan is checked; by hand, since there are millions. */
async function read(scanner: Scanner, pieces: readonly string[]): Promise<Said> {
  const findings: Finding[] = [];
  let [decided, pushed] = [0, 0];
  const take = (some: readonly Finding[]): void => {
    for (const finding of some) {
      if (!isSound(finding, pushed)) throw new Error(`no finding: ${JSON.stringify(finding)}`);
      const isBefore = finding.end > 0 && finding.start < decided;
      if (isBefore) throw new Error(`${JSON.stringify(finding)} begins before ${decided}, which was decided`);
      findings.push(finding);
    }
  };
  for (const piece of pieces) {
    const scan = scanner.push(piece);
    pushed += piece.length;
    take(scan.findings);
    if (scan.decided < decided || scan.decided > pushed) {
      throw new Error(`decided ${scan.decided} of ${pushed}, after ${decided}`);
    }
    decided = scan.decided;
    // Others that read have their turn here.
    await undefined;
  }
  const last = await scanner.end();
  if ("kind" in last) return last;
  take(last);
  return findings.toSorted(byPlace);
}

function byPlace(one: Finding, other: Finding): number {
  return one.start - other.start || one.end - other.end || (one.type < other.type ? -1 : 1);
}

/** Of no place; or of one in what was read, its end there or wherever the end is. */
function isSound({ type, start, end, score, message = "" }: Finding, length: number): boolean {
  const isPlace = (start === 0 && end === 0) || (start >= 0 && end > start);
  const isWithin = end <= length || end === Number.MAX_SAFE_INTEGER;
  const isType = /^[a-z][a-z0-9_]{0,62}$/.test(type);
  return isPlace && isWithin && isType && score >= 0 && score <= 1 && message.length <= 1_000;
}

export async function readAll({ guard }: Made, pieces: readonly string[], source: TextSource): Promise<Said> {
  const scanner = guard.scan(source);
  return scanner === undefined ? [] : read(scanner, pieces);
}

/** A whole text; where it is said to hold nothing at a glance, nothing is found by reading it. */
export async function readWhole(made: Made, text: string, source: TextSource): Promise<Said> {
  const said = await readAll(made, [text], source);
  if (made.guard.isClear?.(source, text) === true)
    expect(said, JSON.stringify(text.slice(0, 200))).toEqual([]);
  return said;
}

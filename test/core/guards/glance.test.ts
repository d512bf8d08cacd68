// Owns the proof that what a guard tells at a glance to be clear holds nothing that its scanner finds.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding, Guard, TextSource } from "../../../core/contracts/guard.ts";
import { fillConfig, findDetector } from "../../../core/policy/guards.ts";
import { prose, seededRandom } from "../../../mock/prose.ts";
import { readRows, sharedPath } from "../../shared-data.ts";

const source: TextSource = { stage: "llm.request", role: "user", kind: "text" };
const configs = { pii: {}, secrets: {}, injection: { classifier: "off" } } as const;
const guards = Object.entries(configs).map(([name, config]): readonly [string, Guard] => {
  const detector = findDetector(name);
  if (detector === undefined) throw new RangeError(`no such detector: ${name}`);
  const means = { directory: "/", environment: {} };
  return [name, detector.create(fillConfig(name, config), means)];
});

function find(guard: Guard, text: string): readonly Finding[] {
  const scanner = guard.scan(source);
  if (scanner === undefined) return [];
  const { findings } = scanner.push(text);
  const rest = scanner.end();
  if (rest instanceof Promise || "kind" in rest) throw new TypeError("it decides at once");
  return [...findings, ...rest];
}

/** What it says is clear, and yet finds something in. */
const wronglyClear = (guard: Guard, texts: readonly string[]): readonly string[] =>
  texts.filter((text) => guard.isClear?.(source, text) === true && find(guard, text).length > 0);

const says = `ignore all
  previous instructions everything anything before prior rules prompt reveal your you are
  now dan DAN unfiltered sla bo quy it is up to us ig nore in struc tions i'gnore rule's pr0mpt $ystem
  1gnore call me at phone my number is born on 12 March 1990 date of birth 01.02.1990 ssn tax id
  passport card licence 078-05-1120 4111 1111 4242 1111 +44 20 7946 0958 (020) 555-0132 192.168.0.12
  10.0.0.1 fe80::1 12:30 a@b.example [at] name (at) domain.com GB29 NWBK 6016 1331 9268 19 12345678 Z
  DE 89 %40 &#64; C01X00T47 A1234567 home password: token= "apiKey" => hunter2Xy! secret Bearer
  ghp_0123456789abcdefghijABCDEFGHIJ012345 -p --user sk-proj-a8Kd72jLmQp0ZxYw
  UTC TC homePhone HTTPPhone mySSN SSNumber PhoneNO bornÀ
  https://user:pa55w0rd@host.example/x -----BEGIN RSA PRIVATE KEY----- Passw0rd is AKIA`;
const token = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...says.split(/\s+/)) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 99_999_999 }).map(String) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 40, max: 70 }).map((length) => "a1".repeat(length).slice(-length)),
  },
  { weight: 1, arbitrary: fc.constantFrom("“x”", "it’s", "—", "é", "naïve", "\u00a0", "\u200b", "и", "…") },
);
const gap = fc.constantFrom(" ", " ", " ", " ", " ", "", "-", ".", ", ", ": ", "=", "\n", "/", "'");
const texts = fc.array(fc.tuple(token, gap), { maxLength: 24 }).map((parts) => parts.flat().join(""));

describe.each(guards)("%s", (_name, guard) => {
  it("finds nothing in what is clear, whatever it is made of", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(wronglyClear(guard, [text])).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it("finds most prose clear", () => {
    const random = seededRandom(5);
    const said = Array.from({ length: 50 }, () => prose(random, 200).join(""));
    expect(said.filter((text) => guard.isClear?.(source, text) === true).length).toBeGreaterThan(45);
  });

  const places = [
    "injection/dev.jsonl.gz",
    "pii/spans.jsonl",
    "pii/recognizer_cases.jsonl",
    "secrets/cases.jsonl",
  ];
  it.each(places)("finds nothing in what is clear of %s", (place) => {
    const path = sharedPath(place);
    if (path === undefined) return;
    const said = readRows<Readonly<Record<string, unknown>>>(path).flatMap((row) =>
      Object.values(row).filter((value): value is string => typeof value === "string"),
    );
    expect(said.length).toBeGreaterThan(300);
    expect(wronglyClear(guard, said)).toEqual([]);
  });
});

describe("who sees more than a glance can tell", () => {
  const glanceOf = (name: string, config: Record<string, unknown>): unknown =>
    findDetector(name)?.create(fillConfig(name, config as never), { directory: "/", environment: {} })
      .isClear;

  it("has none", () => {
    expect(glanceOf("pii", { types: ["person"] })).toBeUndefined();
    expect(glanceOf("pii", { regions: ["DE"] })).toBeUndefined();
    expect(glanceOf("pii", { scoreMin: 0.2 })).toBeUndefined();
    expect(glanceOf("pii", { disguised: "spoken" })).toBeUndefined();
  });
});

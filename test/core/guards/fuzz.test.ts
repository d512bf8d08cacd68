// Owns the proof that no text breaks a detector of the list: none throws, none says something else where a
// text is cut differently, and none works more than its text is long. Knows of each only how it is set up.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Finding, Guard, Scanner, TextSource, Unable } from "../../../core/contracts/guard.ts";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { detectors } from "../../../core/guards/index.ts";
import { configSchemaOf, fillConfig } from "../../../core/policy/guards.ts";
import { sharedPath } from "../../shared-data.ts";
import { growthMax, growthOf } from "./growth.ts";
import { baited, baits, growing, nested, units } from "./hostile.ts";

const schema: JsonObject = {
  type: "object",
  properties: { a: { type: "array", items: { type: "string", maxLength: 20 } } },
  required: ["a"],
};

/** For those that need settings, or have some that make them read otherwise. */
const settings: Readonly<Record<string, readonly JsonObject[]>> = {
  canary: [{ tokens: ["zebra-quartz-4711-lantern", "kestrel9pylon7"] }],
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

const sources: readonly TextSource[] = [
  { stage: "llm.request", role: "system", kind: "text" },
  { stage: "llm.request", role: "user", kind: "text" },
  { stage: "llm.answer", role: "assistant", kind: "text" },
  { stage: "tool.args", role: "assistant", kind: "tool.args" },
  { stage: "tool.result", role: "tool", kind: "tool.result" },
];

interface Made {
  readonly name: string;
  readonly guard: Guard;
}

const guards: readonly Made[] = Object.values(detectors)
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

type Said = readonly Finding[] | Unable;

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

async function readAll({ guard }: Made, pieces: readonly string[], source: TextSource): Promise<Said> {
  const scanner = guard.scan(source);
  return scanner === undefined ? [] : read(scanner, pieces);
}

function cut(text: string, places: readonly number[]): readonly string[] {
  const ends = [...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return ends.map((end, at) => text.slice(ends[at - 1] ?? 0, end));
}

/** Each of them, in its turn. */
function sourceAt(at: number): TextSource {
  return sources[at % sources.length] ?? growingSource;
}

interface Cutting {
  readonly text: string;
  readonly places: readonly number[];
  readonly source: TextSource;
}

async function expectCutsAlike(made: Made, { text, places, source }: Cutting): Promise<void> {
  const whole = await readAll(made, [text], source);
  expect(await readAll(made, cut(text, places), source), JSON.stringify(text.slice(0, 200))).toEqual(whole);
}

/** Short ones unit by unit, long ones at some places. */
async function expectAnyCutAlike(made: Made, texts: readonly string[]): Promise<void> {
  for (const [at, text] of texts.entries()) {
    const isShort = text.length <= 300;
    const places = Array.from({ length: isShort ? text.length : 40 }, (_, one) =>
      isShort ? one : one * 487,
    );
    await expectCutsAlike(made, { text, places, source: sourceAt(at) });
  }
}

const unitsMax = 1 << 20;

const naughty = sharedPath("http/blns.json");

describe.each(guards)("$name", (made) => {
  it("reads any units alike, however they are cut", async () => {
    const places = fc.array(fc.nat(), { maxLength: 8, size: "max" });
    const texts = fc.oneof(units, baited);
    await fc.assert(
      fc.asyncProperty(texts, places, fc.constantFrom(...sources), (text, at, source) =>
        expectCutsAlike(made, { text, places: at, source }),
      ),
      { numRuns: 200 },
    );
  });

  it("reads what it looks at twice, unit by unit", async () => {
    await expectAnyCutAlike(made, baits);
    await expectAnyCutAlike(
      made,
      baits.map((bait) => `${bait}${bait} ${bait}`),
    );
  });

  it.skipIf(naughty === undefined)("reads naughty strings", async () => {
    const strings: readonly string[] = JSON.parse(readFileSync(naughty ?? "", "utf8"));
    expect(strings.length).toBeGreaterThan(500);
    await expectAnyCutAlike(made, [...strings, strings.join("\n"), strings.toReversed().join(" ")]);
  });

  it("reads encodings in encodings", async () => {
    await expectAnyCutAlike(made, nested());
  });

  it("reads what only goes on", async () => {
    await expectAnyCutAlike(
      made,
      growing.map((unit) => unit.repeat(2_000 / unit.length)),
    );
    const megabyte = growing.map((unit) => unit.repeat(unitsMax / growing.length / unit.length)).join("");
    await readAll(made, cut(megabyte, [1, 10_000, 300_000]), growingSource);
  });

  it("says the same again, whoever reads beside it", async () => {
    const texts = [baits.join(" "), baits.toReversed().join("\n")];
    for (const source of sources) {
      const alone = await Promise.all(texts.map((text) => readAll(made, [text], source)));
      const pieces = texts.map((text) => cut(text, [10, 50, 120, 300]));
      const together = await Promise.all(pieces.map((some) => readAll(made, some, source)));
      expect(together).toEqual(alone);
    }
  });
});

const growingSource: TextSource = { stage: "tool.result", role: "tool", kind: "tool.result" };
const pieceUnits = 8_192;

function readAtOnce(guard: Guard, text: string): void {
  const scanner = guard.scan(growingSource);
  for (let at = 0; at < text.length; at += pieceUnits) scanner?.push(text.slice(at, at + pieceUnits));
  scanner?.end();
}

const first = guards.filter(({ name }) => name in detectors);

describe.each(first)("the work of $name grows with its text", ({ guard }) => {
  // What is loaded when it is first needed is no work for a text.
  beforeAll(async () => {
    await readAll({ name: "", guard }, [baits.join(" ").repeat(20)], growingSource);
  });

  it.each(growing.map((unit) => [JSON.stringify(unit), unit]))("a megabyte of %s", (_shown, unit) => {
    const growth = growthOf({ read: (text) => readAtOnce(guard, text), unit, unitsMax });
    expect(growth).toBeLessThan(growthMax);
  });
});

describe("what measures it", () => {
  /** Reads all it has whenever something comes. */
  const rereading: Guard = {
    scan: () => {
      let text = "";
      return {
        push: (piece) => {
          text += piece;
          return { findings: [], decided: text.indexOf("\u0001") === -1 ? 0 : 1 };
        },
        end: () => [],
      };
    },
  };
  /** Backtracks from every place to the end of the piece. */
  const backtracking: Guard = {
    scan: () => ({
      push: (piece) => ({ findings: [], decided: /a*b/.test(piece) ? 1 : 0 }),
      end: () => [],
    }),
  };

  it("catches one that reads all again", () => {
    const growth = growthOf({ read: (text) => readAtOnce(rereading, text), unit: "a", unitsMax });
    expect(growth).toBeGreaterThan(growthMax);
  });

  it("catches one that backtracks", () => {
    const read = (text: string): void => {
      backtracking.scan(growingSource)?.push(text);
    };
    expect(growthOf({ read, unit: "a", unitsMax: 1 << 16 })).toBeGreaterThan(growthMax);
  });

  it("lets one pass that reads once", () => {
    const once: Guard = {
      scan: () => {
        let signs = 0;
        return {
          push: (piece) => {
            for (let at = 0; at < piece.length; at++) signs += piece.charCodeAt(at) === 0x40 ? 1 : 0;
            return { findings: [], decided: signs };
          },
          end: () => [],
        };
      },
    };
    expect(growthOf({ read: (text) => readAtOnce(once, text), unit: "@", unitsMax })).toBeLessThan(growthMax);
  });
});

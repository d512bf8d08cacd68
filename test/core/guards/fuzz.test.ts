// Owns the proof that no text breaks a detector of the list: none throws, none says something else where a
// text is cut differently, and none works more than its text is long. Knows of none how it is set up.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Guard, TextSource } from "../../../core/contracts/guard.ts";
import { detectors } from "../../../core/guards/index.ts";
import { sharedPath } from "../../shared-data.ts";
import { guards, type Made, readAll, readWhole, type Said, sources } from "./fuzzed.ts";
import { growthMax, growthOf } from "./growth.ts";
import { baited, baits, growing, nested, units } from "./hostile.ts";

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
  const whole = await readWhole(made, text, source);
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

/** `npm run fuzz`: the longest texts, which take minutes. */
const isWhole = process.env.SLUICE_FUZZ === "whole";
const unitsMax = isWhole ? 1 << 20 : 1 << 16;
const messageLengths = isWhole ? 10 : 2;

/** Bytes that no UTF-8 has, and sequences that end too early. */
const broken = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc.constantFrom(
      [0xc0, 0xaf],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x98],
      [0xf8, 0x88],
      [0xfe],
      [0xff],
    ),
  )
  .map((bytes) => Buffer.from(bytes));

const naughty = sharedPath("http/blns.json");

describe.each(guards)("$name", (made) => {
  it("reads any units alike, however they are cut", async () => {
    const places = fc.array(fc.nat(), { maxLength: 8, size: "max" });
    const texts = fc.oneof(units, baited);
    await fc.assert(
      fc.asyncProperty(texts, places, fc.constantFrom(...sources), (text, at, source) =>
        expectCutsAlike(made, { text, places: at, source }),
      ),
      { numRuns: isWhole ? 1_000 : 60 },
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

  it("reads what is left of bytes that are no UTF-8", async () => {
    const bytes = fc.array(
      fc.oneof(
        broken,
        fc.constantFrom(...baits).map((bait) => Buffer.from(bait)),
      ),
    );
    const texts = bytes.map((parts) => Buffer.concat(parts).toString("utf8"));
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(), { maxLength: 4 }), fc.nat(), (text, places, at) =>
        expectCutsAlike(made, { text, places, source: sourceAt(at) }),
      ),
      { numRuns: isWhole ? 500 : 30 },
    );
  });

  it(`reads a message of ${messageLengths} MiB, and says as many times as much of it at most`, async () => {
    const mebibyte = Array.from(baits, (bait) => `${bait} `.repeat(Math.floor(2 ** 20 / baits.length / 12)))
      .join("")
      .slice(0, 2 ** 20);
    const counted = (said: Said): number => ("kind" in said ? 0 : said.length);
    const once = counted(await readAll(made, inPieces(mebibyte), growingSource));
    const message = mebibyte.repeat(messageLengths);
    const all = counted(await readAll(made, inPieces(message), growingSource));
    expect(all).toBeLessThanOrEqual(messageLengths * (once + 1));
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

function inPieces(text: string): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / pieceUnits) }, (_, at) =>
    text.slice(at * pieceUnits, (at + 1) * pieceUnits),
  );
}

/** At a glance, and then whatever the glance says. */
function readAtOnce(guard: Guard, text: string): void {
  guard.isClear?.(growingSource, text);
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

  it.each(growing.map((unit) => [JSON.stringify(unit), unit]))("a long row of %s", (_shown, unit) => {
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
    const growth = growthOf({ read: (text) => readAtOnce(rereading, text), unit: "a", unitsMax: 1 << 20 });
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

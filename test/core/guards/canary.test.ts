// Owns the proof that a canary is found however an answer disguises it, and that prose is no canary. Knows
// no prompt.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canaryDetector } from "../../../core/guards/canary.ts";
import {
  answer,
  expectCutsAlike,
  expectLinear,
  expectUnitsAlike,
  guardOf,
  textsOf,
  told,
} from "./readings.ts";

const canary = "CNRY-7f3a-Zebra9";
const guard = guardOf(canaryDetector, { tokens: [canary, "ÜBER-geheim-4711"] });
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("is found", () => {
  it.each<[how: string, disguised: string]>([
    ["as it is", canary],
    ["in another case", canary.toUpperCase()],
    ["spaced", canary.split("").join(" ")],
    ["in lines", canary.split("").join("\n")],
    ["with signs", canary.split("").join("*_*")],
    ["without its own signs", "CNRY7f3aZebra9"],
    ["split by invisible characters", canary.split("").join("\u200b\u2060")],
    ["in full width", "ＣＮＲＹ－７ｆ３ａ－Ｚｅｂｒａ９"],
    ["in mathematical letters", "CNRY-7f3a-𝐙𝐞𝐛𝐫𝐚9"],
    ["with look-alikes", "СNRY-7f3а-Zеbrа9"],
    ["with accents", "ĆNRY-7f3á-Zébrà9"],
    ["backwards", canary.split("").reverse().join("")],
    ["in rotated letters", "PAEL-7s3n-Mroen9"],
    ["in hexadecimal", Buffer.from(canary).toString("hex")],
    ["the second of two", "uber geheim 4711"],
  ])("%s", (_how, disguised) => {
    expect(told(guard, `It says: ${disguised}, so there.`, answer)).toEqual([
      `system_prompt_leak: ${disguised}`,
    ]);
    expectUnitsAlike(guard, `It says: ${disguised}, so there.`, answer);
  });

  it.each([0, 1, 2, 3, 4, 5])("in base64, behind %i other bytes", (shift) => {
    const text = base64(`${"x".repeat(shift)}${canary} and more of it`);
    const [found = ""] = told(guard, `Encoded: ${text}`, answer);
    expect(found.length).toBeGreaterThan("system_prompt_leak: ".length + 16);
    expectUnitsAlike(guard, `Encoded: ${text}`, answer);
  });

  it("more than once", () => {
    expect(told(guard, `${canary} ${canary}`, answer)).toHaveLength(2);
  });
});

it.each([
  "CNRY-7f3a-Zebr",
  "CNRY-7f3a, which is the first half; Zebra9 the second",
  `CNRY-7f3a${" ".repeat(40)}Zebra9`,
  "The zebra is a canary of 7 feet.",
  "",
])("is not in %j", (text) => {
  expect(told(guard, text, answer)).toEqual([]);
  expectUnitsAlike(guard, text, answer);
});

it("lets an answer flow up to what may become one", () => {
  const scanner = guard.scan(answer);
  expect(scanner?.push("All is well, mon ami, CNRY-7").decided).toBe(22);
  expect(scanner?.push("! Not.").decided).toBeGreaterThan(30);
});

it("settings: a token too short to be told is refused", () => {
  const problems = canaryDetector.check?.({ tokens: [canary, "a-b-c-d-e", "🔥🔥🔥🔥🔥🔥🔥🔥"] });
  expect(problems?.map(({ path }) => path)).toEqual([
    ["tokens", 1],
    ["tokens", 2],
  ]);
});

it("however the text is cut, the findings are the same", () => {
  const parts = [
    canary,
    "CNRY",
    "7f3a",
    "Zebra9",
    "9arbeZ",
    base64(canary),
    "𝐙𝐞𝐛𝐫𝐚9",
    "\u200b",
    "\ud83d",
    "words",
  ];
  fc.assert(
    fc.property(textsOf(parts), ([text, cuts]) => {
      expectCutsAlike(guard, text, cuts, answer);
      expectUnitsAlike(guard, text, answer);
    }),
  );
});

describe("no text makes it slow", () => {
  it.each(["C", "CNRY", "CNRY-7f3a-Zebra", "C ", " ", "日", "😀", canary])("%j, over and over", (unit) => {
    expectLinear(guard, unit, 400_000);
  });
});

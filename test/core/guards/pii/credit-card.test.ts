// Owns the proof that card numbers are told from other numbers of their length. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["credit_card"] });
const found = (text: string) => told(guard, text).map((line) => line.replace("credit_card: ", ""));

describe("cards", () => {
  it.each([
    "4111111111111111",
    "5555-5555-5555-4444",
    "2222 4053 4324 8877",
    "3782 822463 10005",
    "3056 930902 5904",
    "6011.1111.1111.1117",
    "3530 1113 3330 0000",
    "6263892624162870",
    "4111 - 1111 - 1111 - 1111",
    "4111_1111_1111_1111",
    "4716 9895 8000 1715 211",
  ])("%s", (number) => expect(found(`it is ${number}, valid 12/27`)).toEqual([number]));

  it.each(["122000000000003", "4716989580001715211", "4222222222222", "676770000005", "3521213764418045"])(
    "%s where it is called one",
    (number) => {
      expect(found(`it is ${number}`)).toEqual([]);
      expect(found(`credit card ${number}`)).toEqual([number]);
    },
  );

  it("a text that is nothing else", () => {
    expect(found("4716989580001715211")).toEqual(["4716989580001715211"]);
  });

  it.each([
    "4111111111111112",
    "0.4111111111111111",
    "41111111111111110",
    "x4111111111111111",
    "4111 1111 1111 1111 1111",
    "1234 5678 9012 3456",
    "1990 1991 1992 1993",
    "4111, 1111, 1111, 1111",
    "4111\n1111\n1111\n1111",
  ])("not %s", (text) => expect(found(`the card ${text} is`)).toEqual([]));
});

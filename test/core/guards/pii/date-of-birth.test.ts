// Owns the proof that dates of birth are told from other dates. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["date_of_birth"] });
const found = (text: string) => told(guard, text).map((line) => line.replace("date_of_birth: ", ""));

describe("dates of birth", () => {
  it.each([
    ["born on 12 March 1990 in", "12 March 1990"],
    ["DOB: 03/12/1990", "03/12/1990"],
    ['"dateOfBirth": "1990-03-12"', "1990-03-12"],
    ["date_of_birth 12.3.90.", "12.3.90"],
    ["born March 12th, 1990, in", "March 12th, 1990"],
    ["geboren am 12. März 1990", "12. März 1990"],
    ["né le 12 mars 1990", "12 mars 1990"],
    ["nacido el 12 de marzo de 1990", "12 de marzo de 1990"],
    ["出生日期：1990年3月12日", "1990年3月12日"],
    ["birthday 19900312", "19900312"],
    ["12/05/1980 (date of birth)", "12/05/1980"],
  ])("%s", (text, date) => expect(found(text)).toEqual([date]));

  it.each([
    "on 12 March 1990",
    "2024-05-06",
    "born in 1990",
    "born with 12 apples",
    "birthday 99/99/1990",
    "DOB: 1990",
  ])("none in %s", (text) => expect(found(text)).toEqual([]));
});

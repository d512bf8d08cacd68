// Owns the proof that numbers of documents are found beside a word for them. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const types = ["passport", "driving_licence"];
const found = (text: string, config = {}) => told(guardOf(piiDetector, { types, ...config }), text);

describe("passports", () => {
  it.each([
    ["passport number: C01234565", "C01234565"],
    ["Reisepass C01X00T47", "C01X00T47"],
    ["pasaporte AAA123456", "AAA123456"],
    ["AAA123456 es mi número de pasaporte", "AAA123456"],
    ["여권번호는 M12345678입니다", "M12345678"],
    ["passport U 06764100", "U 06764100"],
    ["护照号码E12345678", "E12345678"],
  ])("%s", (text, number) => expect(found(text)).toEqual([`passport: ${number}`]));

  it("none without a word, and none of another country's form", () => {
    expect(found("part C01234565 is")).toEqual([]);
    expect(found("passport AF0549358", { regions: ["US"] })).toEqual([]);
    expect(found("passport AF0549358", { regions: ["AM"] })).toEqual(["passport: AF0549358"]);
  });
});

describe("driving licences", () => {
  it.each([
    ["so MORGA607054SM9IJ it is", "MORGA607054SM9IJ"],
    ["driver's license D1234567", "D1234567"],
    ["Führerscheinnummer: BO12345678A", "BO12345678A"],
    ["patente U1H00B000C", "U1H00B000C"],
    ["운전면허 11-22-123456-12", "11-22-123456-12"],
    ["license number S123-4567-8901", "S123-4567-8901"],
  ])("%s", (text, number) => expect(found(text)).toEqual([`driving_licence: ${number}`]));

  it("a program's licence is none", () => {
    expect(found("MIT License, see the terms in section A1234567 below")).toEqual([]);
    expect(found("license key A1234567")).toEqual([]);
  });
});

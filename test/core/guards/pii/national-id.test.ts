// Owns the proof that identifiers of persons are found by form, word and check. Knows no other type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["national_id", "ssn"] });
const found = (text: string) => told(guard, text);

describe("identifiers of persons", () => {
  it.each([
    "RSSMRA85T10A562S",
    "111.444.777-35",
    "12345678Z",
    "X1234567L",
    "131052-308T",
    "756.9217.0769.85",
    "S1234567D",
    "11010519491231002X",
    "960121-1234567",
    "AA 12 34 56 B",
    "35202-1234567-1",
    "1EG4-TE5-MK73",
    "112-233-445 95",
    "93.05.18-223.61",
  ])("%s needs no word", (id) => expect(found(`so ${id}, then`)).toEqual([`national_id: ${id}`]));

  it.each([
    ["PESEL", "44051401458"],
    ["BSN:", "111222333"],
    ["Steuer-ID", "86095742719"],
    ["my SIN is", "130 692 544"],
    ["Aadhaar", "3998 7654 3211"],
    ["NHS number", "943 476 5919"],
    ["TC Kimlik No:", "10000000146"],
    ["CPF", "11144477735"],
    ["personnummer", "198112189876"],
    ["ИНН", "500100732259"],
    ["マイナンバー", "123456789018"],
    ["taxpayer number", "86095742719"],
    ['"nationalId": "', "44051401458"],
  ])("%s %s, and not without", (word, id) => {
    expect(found(`${word} ${id}, then`)).toEqual([`national_id: ${id}`]);
    expect(found(`so ${id}, then`)).toEqual([]);
  });

  it("the word may follow", () => expect(found("111222333 is his BSN")).toEqual(["national_id: 111222333"]));

  it.each([
    "PESEL 44051401459",
    "BSN 111222334",
    "CPF 111.444.777-36",
    "codice RSSMRA85T10A562T",
    "CPF 111.111.111-11",
  ])("wrong check digits: %s", (text) => expect(found(text)).toEqual([]));

  it("checks are bounded in a stretch of text: what looks right in the rest counts", () => {
    const rows = Array.from({ length: 60 }, () => "CPF 111.444.777-36").join("\n");
    const count = found(rows).length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(40);
  });
});

describe("social security numbers", () => {
  it.each(["078-05-1121", "SSN 078051121", "SSN: 078 05 1121", '"078 05 1121"'])("%s", (text) => {
    expect(found(text)).toEqual([`ssn: ${/[\d][\d -]+/.exec(text)?.[0]}`]);
  });

  it.each([
    "000-12-3456",
    "666-12-3456",
    "900-12-3456",
    "123-00-4567",
    "123-45-0000",
    "1123-45-6789",
    "123-45-67890",
    "078051121",
  ])("not %s", (text) =>
    expect(found(`so ${text} it is`).filter((line) => line.startsWith("ssn"))).toEqual([]),
  );
});

// Owns the proof that phone numbers are found by their form, by words near them and by region. Knows no other
// type.

import { describe, expect, it } from "vitest";
import { piiDetector } from "../../../../core/guards/pii.ts";
import { guardOf, told } from "../readings.ts";

const guard = guardOf(piiDetector, { types: ["phone"] });
const found = (text: string, config = {}) =>
  told(guardOf(piiDetector, { types: ["phone"], ...config }), text).map((line) =>
    line.replace("phone: ", ""),
  );

describe("international", () => {
  it.each([
    "+1 415 555 0132",
    "+14155550132",
    "+44 (0)20 7946 0958",
    "+49 (30) 901820",
    "+63-917-123-4567",
    "(+44) 20 7946 0958",
    "001-415-555-0132",
    "+1-177-892-0730x52646",
    "+24762889",
  ])("%s", (number) => expect(found(`so ${number}, then`)).toEqual([number]));

  it.each(["x+12345678", "1+4155550132", "+1234567890123456789", "a +12 b"])("not in %s", (text) => {
    expect(told(guard, text)).toEqual([]);
  });
});

describe("with words near them", () => {
  it.each([
    ["Phone:\n60-56-85-91", "60-56-85-91"],
    ["call me at 0494 92 82 32 tonight", "0494 92 82 32"],
    ["9761 9808 office", "9761 9808"],
    ["(978)645-9740x11144 mobile", "(978)645-9740x11144"],
    ['"phoneNumber": "2813882583"', "2813882583"],
    ["Telefonnummer: 030 901820", "030 901820"],
    ["téléphone 01 84 17 61 18", "01 84 17 61 18"],
    ["тел. 8 495 123-45-67", "8 495 123-45-67"],
    ["我的电话号码是13812345678", "13812345678"],
    ["携帯は090-1234-5678です", "090-1234-5678"],
    ["tel:415-555-0132;", "415-555-0132"],
    ["fax 555-0132 ext. 12", "555-0132 ext. 12"],
  ])("%s", (text, number) => expect(found(text)).toEqual([number]));

  it("the nearest word counts", () => {
    expect(found("phone broken, order 123-4567-89")).toEqual([]);
    expect(found("order 12, phone 123-4567-89")).toEqual(["123-4567-89"]);
  });

  it("two with a blank between them", () => {
    expect(found("phones 415-555-0132 415-555-0133")).toEqual(["415-555-0132", "415-555-0133"]);
  });
});

describe("alone", () => {
  it.each(["415-555-0132", "(415) 555-0132", "020 7946 0958", "01.84.17.61.18"])("%s", (number) => {
    expect(found(`so ${number}, then`)).toEqual([number]);
  });

  it.each([
    "4155550132",
    "2019-2020",
    "12-05-2020",
    "2020.12.05",
    "01 02 03 04 05",
    "011011 01101 01100",
    "7203354, 205-422-1680",
    "25.1.8937393",
    "10.0.12.45",
    "1234567.89",
    "$415-555-0132",
  ])("not %s", (text) => expect(found(`so ${text} it is`)).toEqual([]));

  it("in the regions that the settings name", () => {
    expect(found("so 05321234567 it", { regions: ["TR"] })).toEqual(["05321234567"]);
    expect(found("so 532 123 45 67 it", { regions: ["TR"] })).toEqual(["532 123 45 67"]);
    expect(found("so 05321234567 it")).toEqual([]);
  });
});

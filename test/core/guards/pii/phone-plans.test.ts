// Owns the proof that numbering plans say what libphonenumber says. Knows no text.

import { isValidPhoneNumber } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import { loadPhonePlans } from "../../../../core/guards/pii/phone-plans.ts";

const plans = loadPhonePlans();

describe("numbering plans", () => {
  it.each(["14155550132", "442079460958", "4930123456", "80012345678", "5511984565666"])(
    "+%s is valid",
    (digits) => {
      expect(isValidPhoneNumber(`+${digits}`)).toBe(true);
      expect(plans.international(digits)).toBe("valid");
    },
  );

  it.each([
    ["10545550132", "possible"],
    ["9991234567", "impossible"],
    ["1415555013", "impossible"],
  ])("+%s: %s", (digits, standing) => expect(plans.international(digits)).toBe(standing));

  it("national ones with and without the prefix they are dialled with", () => {
    const isBritish = plans.isNational(["GB"]);
    expect(["02079460958", "2079460958", "07911123456", "0207946095", "12345"].map(isBritish)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(plans.isNational(["US"])("14155550132")).toBe(true);
    expect(plans.isNational(["FR", "DE"])("0184176118")).toBe(true);
  });

  // Its own parser forgives a national prefix behind a country's code here and there; this one more often.
  it("what it calls valid is valid here", () => {
    let seed = 7;
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed;
    };
    for (let round = 0; round < 3_000; round++) {
      const digits = `${1 + (next() % 98)}${String(next()).padStart(10, "0")}`.slice(0, 8 + (next() % 6));
      if (isValidPhoneNumber(`+${digits}`)) expect(plans.international(digits), digits).toBe("valid");
    }
  });
});

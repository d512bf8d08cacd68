// Owns the proof that each identifier's rule holds together: its forms, its check, its words. Knows no text.

import { describe, expect, it } from "vitest";
import { patternOfForm } from "../../../../../core/guards/pii/form.ts";
import {
  isCodeMelli,
  isHungarianTax,
  isKvnr,
  isMatricule,
  isMedicare,
  isMyNumber,
  isNhs,
  isNpi,
  isNric,
  isPolishCard,
  isSnils,
  isTaj,
} from "../../../../../core/guards/pii/ids/check-digits.ts";
import { idRules } from "../../../../../core/guards/pii/ids/index.ts";

describe("the list of identifiers", () => {
  it("names each once, with countries and words", () => {
    const names = idRules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, countries, words, forms } of idRules) {
      expect(countries.join(" "), name).toMatch(/^[A-Z]{2}(?: [A-Z]{2})*$/);
      expect(words.trim(), name).not.toBe("");
      for (const form of forms) expect(form, name).toMatch(/^[9A# .,:()/+-]+$/);
    }
  });

  it("those without a check need a word near them, but for the few whose form is rare", () => {
    const rare = ["US_ITIN", "US_MBI", "KR_RRN", "IN_PAN", "PK_CNIC", "KE_PIN"];
    const unchecked = idRules.filter(({ check, strength }) => check === undefined && strength !== "bare");
    expect(unchecked.map(({ name }) => name).sort()).toEqual(rare.sort());
  });

  // The library throws nothing and knows each of the validators that are named.
  it.each(idRules.map(({ name, forms, check }) => [name, forms, check] as const))(
    "%s can be checked",
    (_name, forms, check) => {
      for (const form of forms) {
        const signs = Array.from(form, (sign) => ({ "9": "1", A: "B", "#": "C" })[sign] ?? "").join("");
        expect(patternOfForm(form).test(signs)).toBe(true);
        expect([true, false, undefined]).toContain(check?.(signs));
      }
    },
  );
});

describe("check digits", () => {
  it.each([
    [isNhs, "9434765919", "9434765918"],
    [isNpi, "1234567893", "1234567894"],
    [isKvnr, "A123456780", "A123456781"],
    [isSnils, "11223344595", "11223344596"],
    [isNric, "S1234567D", "S1234567E"],
    [isNric, "F2346401L", "F2346401M"],
    [isMyNumber, "123456789018", "123456789019"],
    [isCodeMelli, "0499370899", "0499370898"],
    [isMedicare, "2123456701", "2123456801"],
    [isPolishCard, "ABA300000", "ABA400000"],
    [isMatricule, "1893120105732", "1893120105742"],
    [isHungarianTax, "8071592153", "8071592152"],
    [isTaj, "111111110", "111111111"],
  ])("%o", (check, right, wrong) => {
    expect([check(right), check(wrong)]).toEqual([true, false]);
  });
});

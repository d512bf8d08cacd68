// Owns how well personal data is found in what others labelled, by type, and what they say is no identifier.
// Skipped, saying so, where the data is absent.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Guard } from "../../../core/contracts/guard.ts";
import { bestEffort, countSpans, find, guardWith } from "../../guards/pii-eval.ts";
import { readRows, sharedPath } from "../../shared-data.ts";

const spans = sharedPath("pii/spans.jsonl");
const negatives = sharedPath("pii/negatives.jsonl");
const lists = sharedPath("pii/validatorjs_cases.json");
const phones = sharedPath("pii/phone_examples.json");
const cases = sharedPath("pii/recognizer_cases.jsonl");

interface Spanned {
  readonly text: string;
  readonly spans: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

describe.skipIf(spans === undefined)("labelled sentences", () => {
  const rows = spans === undefined ? [] : readRows<Spanned>(spans);

  it("are found with their exact bounds", () => {
    const table = countSpans(guardWith(), rows);
    console.table(table);
    const f1 = Object.fromEntries(table.map(({ type, f1 }) => [type, f1]));
    for (const type of ["email", "credit_card", "iban", "ip_address"])
      expect(f1[type], type).toBeGreaterThanOrEqual(0.95);
    expect(f1.phone).toBeGreaterThanOrEqual(0.85);
  });

  it("names and addresses: reported", () => {
    const table = countSpans(guardWith({ types: [...bestEffort] }), rows);
    console.table(table.filter(({ type }) => bestEffort.includes(type)));
    expect(table.find(({ type }) => type === "person")?.touchedPrecision).toBeGreaterThan(0.9);
  });
});

describe.skipIf(negatives === undefined)("texts without personal data", () => {
  it("have none", () => {
    const guard = guardWith();
    const rows = negatives === undefined ? [] : readRows<{ text: string }>(negatives);
    const found = rows.flatMap(({ text }) =>
      find(guard, text).map(({ type, start, end }) => [type, text.slice(start, end)]),
    );
    expect(found).toEqual([]);
  });
});

interface List {
  readonly validator: string;
  readonly args: readonly unknown[];
  readonly valid: readonly string[];
  readonly invalid: readonly string[];
}

const readJson = <T>(path: string | undefined): readonly T[] =>
  path === undefined ? [] : JSON.parse(readFileSync(path, "utf8"));

/** Whether one finding covers all of the value behind the words. */
function isWhole(guard: Guard, words: string, value: string): boolean {
  const text = words + value;
  return find(guard, text).some(({ start, end }) => start <= words.length && end === text.length);
}

function countList(guard: Guard, words: string, { valid, invalid }: List) {
  return {
    missed: valid.filter((value) => !isWhole(guard, words, value)),
    taken: invalid.filter((value) => isWhole(guard, words, value)),
  };
}

describe.skipIf(lists === undefined)("identifiers, valid and not", () => {
  const all = readJson<List>(lists);
  const plain = (validator: string) =>
    all.find((list) => list.validator === validator && list.args.length === 0);

  it.each([
    ["isIBAN", "iban"],
    ["isCreditCard", "credit_card"],
  ])("%s: each of them is right", (validator, type) => {
    const list = plain(validator);
    expect(list && countList(guardWith({ types: [type] }), "", list)).toEqual({ missed: [], taken: [] });
  });

  // Quoted local parts with blanks and a bar are not read; full-width letters are, on purpose.
  it("isEmail: but for what no text has unquoted, and what is disguised", () => {
    const list = plain("isEmail");
    const counted = list && countList(guardWith({ types: ["email"], disguised: "none" }), "", list);
    expect(counted?.missed.length).toBeLessThanOrEqual(3);
    expect(counted?.taken.filter((value) => !/[ｇｍ]/.test(value) && value.length < 200)).toEqual([]);
  });

  it("passports, by country", () => {
    const passports = all.filter(
      ({ validator, args }) => validator === "isPassportNumber" && args[0] !== "SL",
    );
    let [valid, missed, taken] = [0, 0, 0];
    for (const list of passports) {
      const counted = countList(
        guardWith({ types: ["passport"], regions: [String(list.args[0])] }),
        "passport ",
        list,
      );
      valid += list.valid.length;
      missed += counted.missed.length;
      taken += counted.taken.length;
    }
    expect(missed / valid).toBeLessThan(0.03);
    expect(taken).toBeLessThanOrEqual(2);
  });
});

interface PhoneExample {
  readonly region: string;
  readonly national: string;
  readonly e164: string;
  readonly nationalPrefix: string | null;
}

describe.skipIf(phones === undefined)("phone numbers of all regions", () => {
  const all = readJson<PhoneExample>(phones);

  it("international: all that the library's tables know", () => {
    const guard = guardWith({ types: ["phone"] });
    const missed = all.filter(({ e164 }) => !isWhole(guard, "", e164));
    expect(missed.length).toBeLessThanOrEqual(3);
  });

  it("national: beside a word, in their region", () => {
    const national = all.filter(({ region }) => /^[A-Z]{2}$/.test(region));
    const missed = national.filter(({ region, nationalPrefix, national }) => {
      const guard = guardWith({ types: ["phone"], regions: [region] });
      return !isWhole(guard, "phone ", (nationalPrefix ?? "") + national);
    });
    expect(missed.length / national.length).toBeLessThan(0.02);
  });
});

interface Case {
  readonly text: string;
  readonly recognizer: string;
  readonly expectedCount: number;
}

/** Recognisers whose cases are told without words near them, and the type here. */
const recognizers: Readonly<Record<string, string>> = {
  credit_card: "credit_card",
  email: "email",
  es_nie: "national_id",
  fi_personal_identity_code: "national_id",
  uk_nino: "national_id",
  de_social_security: "national_id",
  us_mbi: "national_id",
  uk_driving_licence: "driving_licence",
};

describe.skipIf(cases === undefined)("cases of another scanner's recognisers", () => {
  const rows = cases === undefined ? [] : readRows<Case>(cases);

  it.each(Object.entries(recognizers))("%s", (name, type) => {
    const guard = guardWith({ types: [type] });
    const wrong = rows.filter(
      ({ recognizer, text, expectedCount }) =>
        recognizer === name && find(guard, text).length !== expectedCount,
    );
    // One text has the code stand against a word: `is030594W903B`.
    expect(wrong.map(({ text }) => text).filter((text) => !/is\d{6}[A-Z]/.test(text))).toEqual([]);
  });

  it("IP addresses, all of them told", () => {
    const guard = guardWith({ types: ["ip_address"], scoreMin: 0.1 });
    const ip = rows.filter(({ recognizer }) => recognizer === "ip");
    const wrong = ip.filter(({ text, expectedCount }) => find(guard, text).length !== expectedCount);
    // Five numbers with dots are no address.
    expect(wrong.map(({ text }) => text)).toEqual(["192.168.1.1.1"]);
  });
});

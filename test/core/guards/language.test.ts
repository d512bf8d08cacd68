// Owns the proof that texts in languages a policy does not want are told. Knows no library.

import { describe, expect, it } from "vitest";
import type { Finding } from "../../../core/contracts/guard.ts";
import type { JsonObject } from "../../../core/contracts/json.ts";
import { languageDetector } from "../../../core/guards/language.ts";
import { guardOf, source } from "./readings.ts";

const texts = {
  en: "The committee will meet on Thursday to discuss the budget for the coming year and its effects.",
  de: "Der Ausschuss trifft sich am Donnerstag, um den Haushalt des kommenden Jahres zu besprechen.",
  fr: "Le comité se réunira jeudi pour discuter du budget de l'année prochaine et de ses effets.",
  ru: "Комитет соберётся в четверг, чтобы обсудить бюджет на следующий год и его последствия.",
  zh: "委员会将于星期四开会讨论明年的预算及其影响，请各位委员准时参加会议。",
  ar: "ستجتمع اللجنة يوم الخميس لمناقشة ميزانية العام المقبل وآثارها على الجميع.",
  ja: "委員会は木曜日に集まり、来年の予算とその影響について話し合う予定です。",
} as const;

async function findingsOf(config: JsonObject, text: string, size = 100_000): Promise<readonly Finding[]> {
  const scanner = guardOf(languageDetector, config).scan(source);
  for (let at = 0; at < text.length; at += size) scanner?.push(text.slice(at, at + size));
  const findings = await scanner?.end();
  return Array.isArray(findings) ? findings : [];
}

describe("allowed languages", () => {
  it.each(Object.entries(texts))("%s passes where it is one of them", async (language, text) => {
    expect(await findingsOf({ allow: [language] }, text)).toEqual([]);
  });

  it.each(Object.entries(texts).filter(([language]) => language !== "en"))(
    "%s does not beside English",
    async (_language, text) => {
      const [finding, ...more] = await findingsOf({ allow: ["en"] }, text);
      expect(more).toEqual([]);
      expect(finding).toMatchObject({ type: "language_not_allowed", start: 0, end: text.length });
      expect(finding?.score).toBeGreaterThan(0.5);
    },
  );
});

it("denied languages are told, others pass", async () => {
  expect(await findingsOf({ deny: ["ru"] }, texts.ru)).toHaveLength(1);
  expect(await findingsOf({ deny: ["ru"] }, texts.de)).toEqual([]);
});

it.each([
  "Bonjour !",
  "OK",
  "",
  "12345 67890 ".repeat(20),
  "https://exemple.fr/une/page/assez/longue/pour/compter",
])("%j is too little to tell", async (text) => {
  expect(await findingsOf({ allow: ["en"] }, text)).toEqual([]);
});

describe("long texts", () => {
  const english = `${texts.en} `.repeat(120);
  const russian = `${texts.ru} `.repeat(120);

  it("are told whole where most is unwanted", async () => {
    const text = russian + texts.en;
    expect(await findingsOf({ allow: ["en"] }, text)).toMatchObject([{ start: 0, end: text.length }]);
  });

  it("are told in part where some is, also beyond the beginning", async () => {
    const text = english + russian.slice(0, 6_000) + english;
    const findings = await findingsOf({ allow: ["en"] }, text);
    expect(findings.length).toBeGreaterThan(0);
    for (const { start, end } of findings) {
      expect(start).toBeGreaterThanOrEqual(english.length - 1_000);
      expect(end).toBeLessThanOrEqual(english.length + 7_000);
    }
  });

  it("however they are cut, the findings are the same", async () => {
    const text = (english + russian).repeat(5);
    const whole = await findingsOf({ allow: ["en"] }, text);
    for (const size of [1, 37, 1_000, 4_096])
      expect(await findingsOf({ allow: ["en"] }, text, size)).toEqual(whole);
  });

  it("of ten megabytes take no longer than their reading", async () => {
    const begun = performance.now();
    await findingsOf({ allow: ["en"] }, `${texts.en} `.repeat(100_000), 8_192);
    await findingsOf({ allow: ["en"] }, "a".repeat(10_000_000), 8_192);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});

it("settings: one list, and only one", () => {
  expect(languageDetector.check?.({ allow: [], deny: [] })?.[0]?.problem).toBe("names no language");
  expect(languageDetector.check?.({ allow: ["en"], deny: ["fr"] })?.[0]?.problem).toBe("has both lists");
  expect(languageDetector.check?.({ deny: ["fr"] })).toEqual([]);
});

it("arguments of tools are of no language", () => {
  expect(guardOf(languageDetector, { allow: ["en"] }).scan({ ...source, kind: "tool.args" })).toBeUndefined();
});

// Owns the proof that Presidio is asked and understood as its server says, offsets included. No breaker.

import { describe, expect, it } from "vitest";
import { ask, at, malformed, playServer } from "../asking.ts";

playServer();

describe("Presidio", () => {
  const adapter = "presidio";
  const entity = (type: string, start: number, end: number, score = 0.85) => ({
    analysis_explanation: null,
    entity_type: type,
    start,
    end,
    score,
  });

  it("is asked in its own words", async () => {
    const own = { language: "de", entities: ["PERSON"], allow: ["Sluice"], threshold: 0.4 };
    const { said, asked } = await ask({ adapter, own, answer: [] });
    expect(said).toEqual([]);
    expect(asked?.path).toBe("/analyze");
    expect(asked?.body).toEqual({
      text: "some text",
      language: "de",
      score_threshold: 0.4,
      entities: ["PERSON"],
      allow_list: ["Sluice"],
    });
    const { asked: plain } = await ask({ adapter, answer: [] });
    expect(plain?.body).toEqual({ text: "some text", language: "en" });
  });

  it("counts code points, which are two units where they stand beyond the first plane", async () => {
    const text = "😀 John Smith 𝒳 AC432223 é";
    const answer = [entity("PERSON", 2, 12), entity("US_DRIVER_LICENSE", 15, 23, 0.65)];
    const { said } = await ask({ adapter, answer, text });
    expect(said).toEqual([at("person", [3, 13], 0.85), at("us_driver_license", [17, 25], 0.65)]);
    expect(text.slice(3, 13)).toBe("John Smith");
    expect(text.slice(17, 25)).toBe("AC432223");
  });

  it("has its entities named as ours are", async () => {
    const types = ["EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "CREDIT_CARD", "IP_ADDRESS", "IBAN_CODE"];
    const { said } = await ask({
      adapter,
      answer: types.map((type, index) => entity(type, index, index + 1)),
    });
    expect((said as readonly { type: string }[]).map(({ type }) => type)).toEqual([
      "email",
      "phone",
      "ssn",
      "credit_card",
      "ip_address",
      "iban",
    ]);
  });

  it("is clamped to the text, and not believed where a place is none", async () => {
    expect((await ask({ adapter, answer: [entity("PERSON", 5, 900)] })).said).toEqual([
      at("person", [5, 9], 0.85),
    ]);
    for (const bad of [entity("PERSON", 900, 905), entity("PERSON", 4, 2), entity("PERSON", 0.5, 2)]) {
      expect((await ask({ adapter, answer: [bad] })).said).toEqual(malformed);
    }
    expect((await ask({ adapter, answer: { error: "No text provided" } })).said).toEqual(malformed);
  });

  it("counts half a surrogate pair as it is counted there", async () => {
    const { said, asked } = await ask({ adapter, answer: [entity("PERSON", 2, 6)], text: "\ud800 Jane" });
    expect(said).toEqual([at("person", [2, 6], 0.85)]);
    expect(asked?.body).toMatchObject({ text: "\ufffd Jane" });
  });
});

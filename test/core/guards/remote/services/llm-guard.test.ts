// Owns the proof that LLM Guard is asked and understood as its server says. No breaker.

import { describe, expect, it } from "vitest";
import { ask, at, playServer, whole } from "../asking.ts";
import { answerText } from "../guard-server.ts";

playServer();

describe("LLM Guard", () => {
  const adapter = "llm-guard";
  const fine = {
    is_valid: true,
    scanners: { PromptInjection: -1, Toxicity: 0 },
    sanitized_prompt: "some text",
  };

  it("is asked about prompts and outputs, to analyze or to scan", async () => {
    const { said, asked } = await ask({ adapter, answer: fine });
    expect(said).toEqual([]);
    expect([asked?.path, asked?.body]).toEqual(["/analyze/prompt", { prompt: "some text" }]);
    const own = { operation: "scan", suppress: ["Toxicity"] };
    const ofAnswer = await ask({
      adapter,
      own,
      answer: { is_valid: true, scanners: {} },
      source: answerText,
    });
    expect(ofAnswer.asked?.path).toBe("/scan/output");
    expect(ofAnswer.asked?.body).toEqual({
      prompt: "",
      output: "some text",
      scanners_suppress: ["Toxicity"],
    });
  });

  it("finds the scanners that fail, with their scores", async () => {
    const answer = { ...fine, is_valid: false, scanners: { PromptInjection: 0.9, Toxicity: -0.2 } };
    expect((await ask({ adapter, answer })).said).toEqual([whole("prompt_injection", 0.9)]);
    const none = { is_valid: false, scanners: {} };
    expect((await ask({ adapter, answer: none })).said).toEqual([whole("invalid")]);
  });

  it("finds what it cut out where it stood, and nothing more where that is all", async () => {
    const text = "I am Jane Doe, write to jane@example.com";
    const answer = {
      is_valid: false,
      scanners: { Anonymize: 1, PromptInjection: 0 },
      sanitized_prompt: "I am [REDACTED_PERSON_1], write to [REDACTED_EMAIL_ADDRESS_1]",
    };
    const cut = [at("person", [5, 13]), at("email", [24, 40])];
    expect((await ask({ adapter, answer, text })).said).toEqual(cut);
    const worse = { ...answer, scanners: { Anonymize: 1, PromptInjection: 0.8 } };
    expect((await ask({ adapter, answer: worse, text })).said).toEqual([
      whole("prompt_injection", 0.8),
      ...cut,
    ]);
  });

  it("is judged by a threshold where the policy has one", async () => {
    const answer = { is_valid: false, scanners: { Toxicity: 0.6 } };
    expect((await ask({ adapter, own: { threshold: 0.7 }, answer })).said).toEqual([]);
    const sure = { is_valid: true, scanners: { Toxicity: 0.75 } };
    expect((await ask({ adapter, own: { threshold: 0.7 }, answer: sure })).said).toEqual([
      whole("toxicity", 0.75),
    ]);
  });
});

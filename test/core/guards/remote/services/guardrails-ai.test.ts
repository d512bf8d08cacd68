// Owns the proof that Guardrails AI is asked and understood as its server and schemas say. No breaker.

import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../../core/contracts/json.ts";
import { ask, at, malformed, playServer, whole } from "../asking.ts";

playServer();

describe("Guardrails AI", () => {
  const adapter = "guardrails-ai";
  const own = { guard: "pii guard" };

  it("is asked at its guard and passes what it passes", async () => {
    const answer = {
      callId: "1",
      rawLlmOutput: "some text",
      validatedOutput: "some text",
      validationPassed: true,
    };
    const { said, asked } = await ask({ adapter, own, answer });
    expect(said).toEqual([]);
    expect(asked?.path).toBe("/guards/pii%20guard/validate");
    expect(asked?.body).toEqual({ llmOutput: "some text", numReasks: 0 });
  });

  it("finds where it fails, by code points", async () => {
    const answer = {
      callId: "1",
      validationPassed: false,
      validationSummaries: [
        { validatorName: "ToxicLanguage", validatorStatus: "pass" },
        {
          validatorName: "DetectPII",
          validatorStatus: "fail",
          failureReason: "the text holds jane@example.com",
          errorSpans: [{ start: 3, end: 7, reason: "PII" }],
        },
      ],
    };
    const { said } = await ask({ adapter, own, answer, text: "😀😀 name here" });
    expect(said).toEqual([at("detect_pii", [5, 9])]);
  });

  it("finds it in the whole text where it says no place, or one that is none", async () => {
    const failing = (errorSpans?: JsonValue) => ({
      validationPassed: false,
      validationSummaries: [
        { validatorName: "ToxicLanguage", validatorStatus: "fail", ...(errorSpans ? { errorSpans } : {}) },
      ],
    });
    for (const answer of [failing(), failing([]), failing([{ start: 5, end: 5, reason: "" }])]) {
      expect((await ask({ adapter, own, answer })).said).toEqual([whole("toxic_language")]);
    }
    expect((await ask({ adapter, own, answer: { validationPassed: false } })).said).toEqual([
      whole("validation_failed"),
    ]);
    expect((await ask({ adapter, own, answer: { result: false } })).said).toHaveLength(1);
  });

  it("finds what it fixed", async () => {
    const answer = { validationPassed: true, validatedOutput: "call <PHONE_NUMBER> now" };
    const { said } = await ask({ adapter, own, answer, text: "call 212-555-0123 now" });
    expect(said).toEqual([at("phone", [5, 17])]);
  });

  it("takes a validator's exception for a verdict and repeats none of its words", async () => {
    const detail = "Validation failed for field with errors: Value some text is toxic";
    const { said } = await ask({ adapter, own, status: 400, answer: { status_code: 400, detail } });
    expect(said).toEqual([whole("validation_failed")]);
    const other = { status_code: 400, detail: "Streaming is not supported for parse calls!" };
    expect((await ask({ adapter, own, status: 400, answer: other })).said).toEqual(malformed);
  });
});

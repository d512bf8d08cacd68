// Owns the proof of how Gemini's answers are written out of deltas. Knows no other vendor.

import { describe, expect, it } from "vitest";
import type { Delta } from "../../../../core/contracts/frame.ts";
import { translation } from "../../../../core/dialects/gemini/translation.ts";

describe("an answer", () => {
  const called: readonly Delta[] = [
    { kind: "start", id: "r", model: "other" },
    { kind: "reasoning", channel: "0", text: "Hm", mode: "append" },
    { kind: "signature", channel: "0", signature: "x", isRedacted: false },
    { kind: "text", channel: "0", text: "So", mode: "append" },
    { kind: "text", channel: "0", text: "So", mode: "snapshot" },
    { kind: "tool", channel: "0/tool/0", id: "c", isHosted: false },
    { kind: "tool.name", channel: "0/tool/0", text: "f", mode: "append" },
    { kind: "tool.args", channel: "0/tool/0", text: '{"n":12345678901234567890,\n', mode: "append" },
  ];
  const composed = (deltas: readonly Delta[], { isStream } = { isStream: false }) => {
    const composer = translation.composer({ model: "m", isStream, query: "?alt=sse" });
    return Buffer.concat([composer.add(deltas), composer.end()]).toString();
  };
  const rest: Delta = { kind: "tool.args", channel: "0/tool/0", text: '"b":2}', mode: "append" };

  it("holds calls when they are whole, their arguments as they were said", () => {
    const answer = composed(
      [...called, rest, { kind: "end", channel: "0", reason: "x", stop: "tool_calls" }],
      { isStream: true },
    );
    const shell = '"modelVersion":"m","responseId":"r"}\r\n\r\n';
    const texts = '{"parts":[{"text":"Hm","thought":true},{"text":"So"}],"role":"model"}';
    const call = '{"id":"c","name":"f","args":{"n":12345678901234567890,"b":2}}';
    const unsigned = '"thoughtSignature":"skip_thought_signature_validator"';
    const calls = `{"parts":[{"functionCall":${call},${unsigned}}],"role":"model"}`;
    expect(answer).toBe(
      `data: {"candidates":[{"content":${texts},"index":0}],${shell}` +
        `data: {"candidates":[{"content":${calls},"finishReason":"STOP","index":0}],${shell}`,
    );
  });

  it("leaves out a call that was cut off, and says that one was broken", () => {
    const cut = JSON.parse(composed([...called, { kind: "end", channel: "0", reason: "x", stop: "length" }]));
    expect(cut.candidates[0]).toMatchObject({ content: { parts: [{}, {}] }, finishReason: "MAX_TOKENS" });
    expect(JSON.stringify(cut)).not.toContain("functionCall");
    const broken = JSON.parse(
      composed([...called, { kind: "end", channel: "0", reason: "x", stop: "tool_calls" }]),
    );
    expect(broken.candidates[0].finishReason).toBe("MALFORMED_FUNCTION_CALL");
  });
});

// Owns the proof that NeMo Guardrails is asked and understood as its server and docs say. No breaker.

import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../../../core/contracts/json.ts";
import { ask, at, malformed, playServer, whole } from "../asking.ts";
import { answerText } from "../guard-server.ts";

playServer();

describe("NeMo Guardrails", () => {
  const adapter = "nemo-guardrails";
  const own = { configId: "safety", model: "gpt-4o" };
  const completion = (content: string, rails?: JsonValue): JsonObject => ({
    id: "chatcmpl-1",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    guardrails: { config_id: "safety", ...(rails === undefined ? {} : { log: { activated_rails: rails } }) },
  });
  const passed = [{ type: "input", name: "self check input", stop: false, decisions: [] }];
  const stopped = [{ type: "input", name: "self check input", stop: true, decisions: ["refuse", "stop"] }];

  it("is asked with its input rails alone, in the shape of both its generations", async () => {
    const { said, asked } = await ask({ adapter, own, answer: completion("some text", passed) });
    expect(said).toEqual([]);
    expect(asked?.path).toBe("/v1/chat/completions");
    const options = {
      rails: { input: true, output: false, dialog: false, retrieval: false },
      log: { activated_rails: true },
    };
    expect(asked?.body).toEqual({
      model: "gpt-4o",
      messages: [{ role: "user", content: "some text" }],
      stream: false,
      config_id: "safety",
      options,
      guardrails: { config_id: "safety", options },
    });
  });

  it("is asked with its output rails about what a model said", async () => {
    const answer = completion("some text", []);
    const { asked } = await ask({ adapter, own, answer, source: answerText });
    expect(asked?.body).toMatchObject({
      messages: [
        { role: "user", content: "" },
        { role: "assistant", content: "some text" },
      ],
      options: { rails: { input: false, output: true } },
    });
  });

  it("has its refusal told to the caller", async () => {
    const { said } = await ask({ adapter, own, answer: completion("I can't help with that.", stopped) });
    expect(said).toEqual([{ ...whole("self_check_input"), message: "I can't help with that." }]);
  });

  it("has its refusal told where it keeps no log, and where it speaks its first shape", async () => {
    const told = [{ ...whole("rail"), message: "I can't help with that." }];
    expect((await ask({ adapter, answer: completion("I can't help with that.") })).said).toEqual(told);
    const messages = [{ role: "assistant", content: "I can't help with that." }];
    expect((await ask({ adapter, own, answer: { messages } })).said).toEqual(told);
  });

  it("tells no more than 1,000 characters, and no control character", async () => {
    const { said } = await ask({ adapter, answer: completion(`a\u0000b\r\n${"x".repeat(5_000)}`, stopped) });
    const [{ message = "" } = {}] = said as readonly { message?: string }[];
    expect(message).toHaveLength(1_000);
    expect(message.startsWith("a b xxx")).toBe(true);
    expect(message.endsWith("...")).toBe(true);
  });

  it("finds what it masked where it stood", async () => {
    const text = "Write to jane@example.com or call Jane Doe today";
    const answer = completion("Write to <EMAIL_ADDRESS> or call <PERSON> today", passed);
    const { said } = await ask({ adapter, answer, text });
    expect(said).toEqual([at("email", [9, 25]), at("person", [34, 42])]);
  });

  it.each([
    "Internal server error.",
    "Internal server error",
    "Could not load the ['x'] guardrails configuration. An internal error has occurred.",
  ])("has failed where it says so: %s", async (content) => {
    const { said } = await ask({ adapter, answer: completion(content) });
    expect(said).toEqual({ kind: "unable", because: "unreachable" });
  });

  it.each([[{}], [{ choices: [] }], [[]], [{ choices: [{ message: { content: null } }] }]])(
    "is not understood: %j",
    async (answer) => expect((await ask({ adapter, answer })).said).toEqual(malformed),
  );
});

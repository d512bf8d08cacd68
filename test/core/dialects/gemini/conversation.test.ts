// Owns the proof of how Gemini's requests become conversations, and conversations requests. Knows no other
// vendor.

import { describe, expect, it } from "vitest";
import type { Conversation, MediaPart, Part } from "../../../../core/contracts/conversation.ts";
import { translation } from "../../../../core/dialects/gemini/translation.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { askedAt } from "./exchanges.ts";
import { callOf, path, written } from "./requests.ts";

describe("a request", () => {
  const schema = { type: "object", properties: { city: { type: "string" } } };

  it("is read in either spelling, Google's own schema as JSON Schema", () => {
    const { messages, tools, ...rest } = translation.read(
      callOf({
        system_instruction: { parts: { text: "Be brief." } },
        contents: { parts: [{ text: "Hi" }, { inline_data: { mime_type: "image/png", data: "iVBO" } }] },
        tools: {
          function_declarations: [
            {
              name: "weather",
              parameters: {
                type: "OBJECT",
                properties: { city: { type: "STRING", nullable: true, min_length: "1" } },
              },
            },
          ],
        },
        tool_config: { function_calling_config: { mode: "ANY", allowed_function_names: ["weather"] } },
        generation_config: { max_output_tokens: 9, thinking_config: { thinking_level: "LOW" }, seed: 7 },
        safety_settings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
      }),
    );
    const image = { kind: "base64", data: "iVBO" };
    expect(messages).toEqual([
      { role: "system", parts: [{ kind: "text", text: "Be brief." }] },
      {
        role: "user",
        parts: [
          { kind: "text", text: "Hi" },
          { kind: "media", type: "image", mediaType: "image/png", source: image, name: undefined },
        ],
      },
    ]);
    const city = { type: ["string", "null"], minLength: 1 };
    expect(tools[0]?.parameters).toEqual({ type: "object", properties: { city } });
    expect(rest).toMatchObject({
      toolChoice: { kind: "tool", name: "weather" },
      outputTokensMax: 9,
      sampling: { seed: 7 },
      reasoning: { effort: "low" },
      isStream: false,
      extras: [],
    });
  });

  it("says what no other vendor can be asked for", () => {
    const { extras } = translation.read(
      callOf({
        contents: [{ parts: [{ executableCode: { language: "PYTHON", code: "1" } }] }],
        tools: [{ googleSearch: {} }, { codeExecution: {} }],
        generationConfig: { candidateCount: 2, responseModalities: ["TEXT", "IMAGE"] },
        cachedContent: "cachedContents/a",
        safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_LOW_AND_ABOVE" }],
      }),
    );
    expect(extras.toSorted()).toEqual([
      "cachedContent",
      "contents.0.parts.0.executableCode",
      "generationConfig.candidateCount",
      "generationConfig.responseModalities",
      "safetySettings",
      "tools.0.googleSearch",
      "tools.1.codeExecution",
    ]);
  });

  it("holds its edits, and big integers as they are", () => {
    const called = '{"functionCall":{"name":"f","args":{"n":12345678901234567890}}}';
    const body = `{"contents":[{"role":"model","parts":[${called}]},{"parts":[{"text":"secret"}]}]}`;
    const call = gemini.readCall(Buffer.from(body), askedAt(path));
    if (call.kind === "refusal") throw new Error(call.message);
    call.edits.set("/contents/1/parts/0/text", "***");
    const conversation = translation.read(call);
    expect(conversation.messages[1]?.parts).toEqual([{ kind: "text", text: "***" }]);
    const again = translation.write(conversation, "gemini-2.5-flash");
    expect(String(again)).toContain('"args":{"n":12345678901234567890}');
  });

  it("is written with calls signed for models that want it, results named, schemas as they are", () => {
    const call = callOf({
      contents: [
        { role: "user", parts: [{ text: "Weather?" }] },
        {
          role: "model",
          parts: [
            { functionCall: { name: "f", args: { a: 1 } }, thoughtSignature: "c2ln" },
            { functionCall: { name: "f", args: { a: 2 } } },
          ],
        },
        {
          role: "user",
          parts: [
            { functionResponse: { name: "f", response: { output: "one" } } },
            { functionResponse: { name: "f", response: { error: "none" } } },
          ],
        },
      ],
      tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema: schema }] }],
      generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema },
    });
    const conversation = translation.read(call);
    const [first, second] = conversation.messages[1]?.parts ?? [];
    expect([first, second]).toMatchObject([{ id: "call_0" }, { id: "call_1" }]);
    expect(conversation.messages[2]?.parts).toMatchObject([
      { id: "call_0", isError: false, content: [{ text: "one" }] },
      { id: "call_1", isError: true, content: [{ text: "none" }] },
    ]);
    expect(written(conversation)).toMatchObject({
      contents: [
        {},
        {
          role: "model",
          parts: [
            {
              functionCall: { id: "call_0", name: "f", args: { a: 1 } },
              thoughtSignature: "skip_thought_signature_validator",
            },
            { functionCall: { id: "call_1", name: "f", args: { a: 2 } } },
          ],
        },
        {
          role: "user",
          parts: [
            { functionResponse: { id: "call_0", name: "f", response: { output: "one" } } },
            { functionResponse: { id: "call_1", name: "f", response: { error: "none" } } },
          ],
        },
      ],
      tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema: schema }] }],
      generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema },
    });
    expect(JSON.stringify(written(conversation, "gemini-2.5-pro"))).not.toContain("thoughtSignature");
  });

  it("asks to think in the words of each generation", () => {
    const plain = translation.read(callOf({ contents: [{ parts: [{ text: "a" }] }] }));
    const thinking = (effort: "none" | "minimal" | "high" | undefined, model: string, tokensMax?: number) =>
      (written({ ...plain, reasoning: { effort, tokensMax } }, model).generationConfig as
        | Conversation
        | undefined) ?? undefined;
    expect(thinking("high", "gemini-3-pro")).toEqual({
      thinkingConfig: { thinkingLevel: "HIGH", includeThoughts: true },
    });
    expect(thinking("minimal", "gemini-3-pro")).toEqual({
      thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true },
    });
    expect(thinking("none", "gemini-2.5-flash")).toEqual({ thinkingConfig: { thinkingBudget: 0 } });
    expect(thinking(undefined, "gemini-2.5-flash", 99)).toEqual({
      thinkingConfig: { thinkingBudget: 99, includeThoughts: true },
    });
    expect(thinking("high", "gemini-2.0-flash")).toBeUndefined();
  });

  it("names what Google has no word for", () => {
    const plain = translation.read(callOf({ contents: [{ parts: [{ text: "a" }] }] }));
    const field = (conversation: Conversation) =>
      Object(translation.write(conversation, "gemini-3-pro")).field;
    const tool = { name: "f", description: undefined, parameters: undefined, isStrict: true };
    expect(field({ ...plain, tools: [tool], allowsParallelToolCalls: false })).toBe(
      "allowsParallelToolCalls",
    );
    expect(field({ ...plain, messages: [] })).toBe("messages");
    const sampling = { ...plain.sampling, stop: ["1", "2", "3", "4", "5", "6"] };
    expect(field({ ...plain, sampling })).toBe("sampling.stop");
    const call: Part = { kind: "tool_call", id: "1", name: "f", args: "[]" };
    expect(field({ ...plain, messages: [{ role: "assistant", parts: [call] }] })).toBe(
      "messages.0.parts.0.args",
    );
    const strict = written({ ...plain, tools: [tool] });
    expect(strict.toolConfig).toEqual({ functionCallingConfig: { mode: "VALIDATED" } });
  });
});

describe("what is attached", () => {
  const plain = translation.read(callOf({ contents: [{ parts: [{ text: "a" }] }] }));
  const attached = (media: Omit<MediaPart, "kind" | "name">) =>
    ({ kind: "media", name: "cat", ...media }) as const;
  const at = (url: string, mediaType?: string) =>
    attached({ type: "image", mediaType, source: { kind: "url", url } });
  const asked = (part: Part, model?: string) => {
    const messages = [{ role: "user" as const, parts: [part] }];
    const body = translation.write({ ...plain, messages }, model ?? "gemini-3-flash");
    return Buffer.isBuffer(body) ? JSON.parse(body.toString()).contents[0].parts[0] : body.field;
  };

  it.each([
    ["https://a.example/Cat.PNG?size=1#top", undefined, "image/png"],
    ["http://a.example/a.b/cat.jpg", undefined, "image/jpeg"],
    ["https://a.example/cat", "image/webp", "image/webp"],
    ["https://a.example/cat.png", "image/webp", "image/webp"],
  ])("at %s, said to be %s, goes as %s", (url, mediaType, mimeType) => {
    expect(asked(at(url, mediaType))).toEqual({ fileData: { mimeType, fileUri: url } });
  });

  it.each([
    ["https://a.example/cat", "image.mediaType"],
    ["https://a.png", "image.mediaType"],
    ["https://a.example/show?file=cat.png", "image.mediaType"],
    ["ftp://a.example/cat.png", "image.url"],
    ["cat.png", "image.url"],
  ])("at %s is not carried, and said to be %s", (url, field) => {
    expect(asked(at(url))).toBe(`messages.0.parts.0.${field}`);
  });

  it("as bytes needs its type, and stays where another vendor holds it", () => {
    const bytes = { kind: "base64", data: "iVBO" } as const;
    expect(asked(attached({ type: "file", mediaType: "text/csv", source: bytes }))).toEqual({
      inlineData: { mimeType: "text/csv", data: "iVBO" },
    });
    expect(asked(attached({ type: "audio", mediaType: undefined, source: bytes }))).toBe(
      "messages.0.parts.0.audio.mediaType",
    );
    const held = { kind: "id", id: "file-1" } as const;
    expect(asked(attached({ type: "file", mediaType: undefined, source: held }))).toBe(
      "messages.0.parts.0.file.id",
    );
  });

  it("to a result is for models from Gemini 3 on", () => {
    const content = [{ kind: "text" as const, text: "seen" }, at("https://a.example/cat.png")];
    const result: Part = { kind: "tool_result", id: "1", name: "look", content, isError: false };
    expect(asked(result).functionResponse).toMatchObject({
      response: { output: "seen" },
      parts: [{ fileData: { mimeType: "image/png" } }],
    });
    expect(asked(result, "gemini-2.5-pro")).toBe("messages.0.parts.0.tool_result.content");
  });
});

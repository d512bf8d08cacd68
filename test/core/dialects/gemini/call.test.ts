// Owns the proof of what is read in a Gemini request, and what is refused. Knows no answer.

import { describe, expect, it } from "vitest";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { geminiTokens } from "../../../../core/dialects/gemini-tokens.ts";
import { askedAt } from "./exchanges.ts";
import { callOf, path } from "./requests.ts";

const contents = [{ role: "user", parts: [{ text: "hi" }] }];

function codeOf(body: unknown, url = path, dialect = gemini): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const call = dialect.readCall(Buffer.from(text), askedAt(url));
  return call.kind === "refusal" ? call.code : "none";
}

describe("a request's address", () => {
  it("names the model, and whether the answer is streamed", () => {
    const vertex = "/v1beta1/projects/p/locations/global/publishers/google/models";
    for (const [url, model, isStream] of [
      ["/v1beta/models/gemini-2.5-pro:generateContent", "gemini-2.5-pro", false],
      ["/v1/models/gemini-2.5-pro:streamGenerateContent?alt=sse", "gemini-2.5-pro", true],
      ["/v1beta/tunedModels/mine-1:generateContent", "tunedModels/mine-1", false],
      [`${vertex}/gemini-2.5-flash:streamGenerateContent`, "gemini-2.5-flash", true],
    ] as const) {
      expect(callOf({ contents }, url)).toMatchObject({ operation: "chat", model, isStream });
    }
  });

  it("is written with the target's model, without the client's credential", () => {
    const url = "/v1beta/models/a:streamGenerateContent?key=AIzaSECRET&alt=sse&access_token=ya29";
    const call = callOf({ contents, model: "models/a" }, url);
    const written = gemini.writeCall(call, askedAt(url), "b c");
    expect(written.path).toBe("/v1beta/models/b%20c:streamGenerateContent?alt=sse");
    expect(JSON.parse(written.body.toString())).toEqual({ contents, model: "models/b c" });
    const same = gemini.writeCall(call, askedAt(url), undefined);
    expect(same).toEqual({ path: "/v1beta/models/a:streamGenerateContent?alt=sse", body: call.body });
    const dollar = "/v1beta/models/a:generateContent?$key=x&%24alt=json%3Benum-encoding%3Dint";
    expect(gemini.writeCall(callOf({ contents }, dollar), askedAt(dollar), "tunedModels/t").path).toBe(
      "/v1beta/tunedModels/t:generateContent?%24alt=json%3Benum-encoding%3Dint",
    );
  });

  it("is refused where a query would change what the answer tells", () => {
    const queries = ["fields=candidates", "$fields=x", "callback=f", "alt=media", "alt=json&$alt=sse", "x=1"];
    for (const query of queries) expect(codeOf({ contents }, `${path}?${query}`)).toBe("request_malformed");
    for (const query of ["alt=sse", "prettyPrint=false", "key=a", ""]) {
      expect(codeOf({ contents }, `${path}?${query}`)).toBe("none");
    }
  });
});

describe("a body that can be read in two ways", () => {
  it("is refused", () => {
    const bodies = [
      '{"contents":[],"contents":[]}',
      '{"systemInstruction":{},"system_instruction":{}}',
      '{"contents":[{"parts":[{"functionCall":{"name":"f","args":{}},"function_call":{"name":"g"}}]}]}',
      '{"tools":[{"google_search":{},"googleSearch":null}]}',
      '{"generation_config":{"max_output_tokens":1,"maxOutputTokens":2}}',
      '{"model":"models/other"}',
      '{"model":"tunedModels/gemini-3-flash-preview"}',
    ];
    for (const body of bodies) expect([body, codeOf(body)]).toEqual([body, "body_ambiguous"]);
    const inner = '{"generateContentRequest":{"model":"models/other","contents":[]}}';
    expect(codeOf(inner, "/v1beta/models/a:countTokens", geminiTokens)).toBe("body_ambiguous");
  });

  it("is none where only a client's own names differ so", () => {
    const args = { a_b: 1, aB: 2 };
    expect(codeOf({ contents: [{ parts: [{ functionCall: { name: "f", args } }] }] })).toBe("none");
    expect(
      codeOf({ contents, model: "projects/p/locations/l/publishers/google/models/gemini-3-flash-preview" }),
    ).toBe("none");
  });
});

it("texts are found with who wrote them, in both spellings", () => {
  const call = callOf({
    system_instruction: { parts: { text: "sys" } },
    contents: [
      { parts: [{ text: "hi" }, { newPart: { words: "new" } }] },
      {
        role: "model",
        parts: [
          { text: "hm", thought: true, thoughtSignature: "sig" },
          { function_call: { name: "f", args: { city: "Bonn", n: [1, "two"] } } },
          { executableCode: { language: "PYTHON", code: "print(1)" } },
          { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
        ],
      },
      { role: "function", parts: [{ functionResponse: { name: "f", response: { sky: "blue" } } }] },
    ],
    tools: [{ functionDeclarations: [{ name: "f", description: "Weather" }] }],
  });
  expect(call.texts.map(({ pointer, role, kind, text }) => [pointer, role, kind, text])).toEqual([
    ["/system_instruction/parts/text", "system", "text", "sys"],
    ["/contents/0/parts/0/text", "user", "text", "hi"],
    ["/contents/0/parts/1/newPart/words", "user", "text", "new"],
    ["/contents/1/parts/0/text", "model", "reasoning", "hm"],
    ["/contents/1/parts/1/function_call/args/city", "model", "tool.args", "Bonn"],
    ["/contents/1/parts/1/function_call/args/n/1", "model", "tool.args", "two"],
    ["/contents/1/parts/2/executableCode/code", "model", "tool.args", "print(1)"],
    ["/contents/1/parts/3/codeExecutionResult/output", "model", "tool.result", "1"],
    ["/contents/2/parts/0/functionResponse/response/sky", "function", "tool.result", "blue"],
    ["/tools/0/functionDeclarations/0/name", "system", "tool.definition", "f"],
    ["/tools/0/functionDeclarations/0/description", "system", "tool.definition", "Weather"],
  ]);
  call.edits.set("/contents/1/parts/1/function_call/args/city", "***");
  expect(gemini.writeCall(call, askedAt(path), undefined).body.toString()).toContain('"city":"***"');
});

it("texts are found in what the answer is to look like, in names of files and beside results", () => {
  const inlineData = { mimeType: "image/png", data: "iVBO", displayName: "cat" };
  const call = callOf({
    contents: [
      { parts: [{ inlineData }] },
      {
        parts: [{ functionResponse: { name: "f", response: {}, parts: [{ inlineData }, { text: "seen" }] } }],
      },
    ],
    generationConfig: {
      response_schema: { type: "OBJECT", properties: { a: { type: "STRING", description: "the town" } } },
      _responseJsonSchema: { type: "object", description: "whole", properties: { a_b: {}, aB: {} } },
    },
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
  });
  expect(call.texts.map(({ pointer, kind, text }) => [pointer, kind, text])).toEqual([
    ["/contents/0/parts/0/inlineData/displayName", "text", "cat"],
    ["/contents/1/parts/0/functionResponse/parts/0/inlineData/displayName", "tool.result", "cat"],
    ["/contents/1/parts/0/functionResponse/parts/1/text", "tool.result", "seen"],
    ["/generationConfig/response_schema/properties/a/description", "tool.definition", "the town"],
    ["/generationConfig/_responseJsonSchema/description", "tool.definition", "whole"],
  ]);
});

it("media, hosted tools, references and the bound of the answer are found", () => {
  const call = callOf({
    contents: [
      {
        parts: [
          { inline_data: { mime_type: "image/png", data: "iVBO" } },
          { fileData: { mimeType: "video/mp4", fileUri: "https://youtu.be/x" } },
          { fileData: { fileUri: "https://generativelanguage.googleapis.com/v1beta/files/a" } },
          {
            functionResponse: {
              name: "f",
              response: {},
              parts: [{ inlineData: { mimeType: "audio/wav", data: "" } }],
            },
          },
        ],
      },
    ],
    tools: [{ google_search: {} }, { codeExecution: {}, urlContext: {} }, { functionDeclarations: [] }],
    cachedContent: "cachedContents/1",
    generationConfig: { maxOutputTokens: "50", candidateCount: 2 },
  });
  expect(call.media.map(({ pointer, type, source }) => [pointer, type, source])).toEqual([
    ["/contents/0/parts/0", "image", "base64"],
    ["/contents/0/parts/1", "video", "url"],
    ["/contents/0/parts/2", "file", "id"],
    ["/contents/0/parts/3/functionResponse/parts/0", "audio", "base64"],
  ]);
  expect(call.hostedTools).toEqual(["googleSearch", "codeExecution", "urlContext"]);
  expect(call.references).toEqual(["/contents/0/parts/1", "/contents/0/parts/2", "/cachedContent"]);
  expect(call.outputTokensMax).toBe(100);
});

it("wrong types are named, never their values", () => {
  for (const [body, name] of [
    [{ contents: "hi" }, "contents"],
    [{ contents: [{ parts: [{ text: 1 }] }] }, "contents.0.parts.0.text"],
    [{ contents, generation_config: { max_output_tokens: -1 } }, "generation_config.max_output_tokens"],
    [{ contents, generationConfig: { candidateCount: 999 } }, "generationConfig.candidateCount"],
    [{ contents, tools: ["x"] }, "tools"],
  ] as const) {
    const call = gemini.readCall(Buffer.from(JSON.stringify(body)), askedAt(path));
    expect(call).toMatchObject({
      code: "request_malformed",
      message: expect.stringContaining(`\`${name}\``),
    });
  }
  expect(codeOf("[]")).toBe("request_malformed");
  expect(codeOf('{"contents":')).toBe("body_malformed");
});

it("tokens are counted of contents, or of a whole request", () => {
  const url = "/v1beta/models/gemini-2.5-flash:countTokens";
  for (const body of [
    { contents },
    { generateContentRequest: { model: "models/gemini-2.5-flash", contents } },
  ]) {
    const call = geminiTokens.readCall(Buffer.from(JSON.stringify(body)), askedAt(url));
    if (call.kind === "refusal") throw new Error(call.message);
    expect(call).toMatchObject({ operation: "count", model: "gemini-2.5-flash" });
    expect(call.texts.map(({ text }) => text)).toEqual(["hi"]);
    const renamed = geminiTokens.writeCall(call, askedAt(url), "other");
    expect(renamed.body.toString()).not.toContain("gemini-2.5-flash");
  }
});

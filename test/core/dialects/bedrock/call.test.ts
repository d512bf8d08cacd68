// Owns the proof of what is read of a request to Bedrock: texts with who said them, media, hosted tools,
// bounds.

import { describe, expect, it } from "vitest";
import type { Call, Dialect } from "../../../../core/contracts/dialect.ts";
import type { Refusal } from "../../../../core/contracts/refusal.ts";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { bedrockCount } from "../../../../core/dialects/bedrock-count.ts";
import { bedrockInvoke } from "../../../../core/dialects/bedrock-invoke.ts";
import { requestHead } from "./exchanges.ts";

const arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-7-sonnet-v1:0";
const path = `/model/${encodeURIComponent(arn)}`;

function ask(dialect: Dialect, operation: string, body: unknown): Call | Refusal {
  return dialect.readCall(Buffer.from(JSON.stringify(body)), requestHead(`${path}/${operation}`));
}

function read(dialect: Dialect, operation: string, body: unknown): Call {
  const call = ask(dialect, operation, body);
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

const said = ({ texts }: Call) =>
  texts.map(({ pointer, role, kind, text }) => [pointer, role, kind, text].join(" "));
const converse = (body: object) => read(bedrockConverse, "converse", { messages: [], ...body });
const user = (...content: object[]) => ({ messages: [{ role: "user", content }] });

describe("the model in the path", () => {
  it("is read once, and written as AWS's SDKs write it", () => {
    const head = requestHead(`${path}/converse`);
    const call = bedrockConverse.readCall(Buffer.from("{}"), head) as Call;
    expect(call).toMatchObject({ model: arn, isStream: false });
    expect(bedrockConverse.writeCall(call, head, undefined).path).toBe(`${path}/converse`);
    expect(bedrockConverse.writeCall(call, head, "us.a(b):0").path).toBe("/model/us.a%28b%29%3A0/converse");
  });

  it("goes on in one encoding, and without a query", () => {
    const head = { ...requestHead("/model/us.amazon.nova-lite-v1:0/converse-stream"), query: "?a=b" };
    const call = bedrockConverse.readCall(Buffer.from("{}"), head) as Call;
    expect(call.isStream).toBe(true);
    const { path: out } = bedrockConverse.writeCall(call, head, undefined);
    expect(out).toBe("/model/us.amazon.nova-lite-v1%3A0/converse-stream");
  });

  it("is decoded no second time", () => {
    const call = bedrockConverse.readCall(Buffer.from("{}"), requestHead("/model/a%253Ab/converse"));
    expect(call).toMatchObject({ model: "a%3Ab" });
  });

  it.each(["%E0%A4%A", "%", "%zz", "%ff"])(
    "is refused where it is not percent-encoded UTF-8: %s",
    (model) => {
      const refusal = bedrockConverse.readCall(Buffer.from("{}"), requestHead(`/model/${model}/converse`));
      expect(refusal).toMatchObject({ kind: "refusal", code: "request_malformed" });
    },
  );
});

describe("a Converse request", () => {
  it("says who said what", () => {
    const call = converse({
      system: [{ text: "s" }, { guardContent: { text: { text: "g", qualifiers: ["guard_content"] } } }],
      messages: [
        {
          role: "user",
          content: [
            { text: "t" },
            { document: { name: "n", format: "txt", source: { text: "d" }, context: "c" } },
            {
              toolResult: {
                toolUseId: "1",
                content: [{ text: "r" }, { json: { a: ["j"] } }],
                status: "error",
              },
            },
            { searchResult: { source: "u", title: "v", content: [{ text: "w" }] } },
            { cachePoint: { type: "default" } },
            { news: { headline: "h" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { reasoningContent: { reasoningText: { text: "think", signature: "no" } } },
            { reasoningContent: { redactedContent: "no" } },
            { toolUse: { toolUseId: "1", name: "f", input: { a: { b: "args" } } } },
          ],
        },
      ],
    });
    expect(said(call)).toEqual([
      "/system/0/text system text s",
      "/system/1/guardContent/text/text system text g",
      "/messages/0/content/0/text user text t",
      "/messages/0/content/1/document/name user document n",
      "/messages/0/content/1/document/context user document c",
      "/messages/0/content/1/document/source/text user document d",
      "/messages/0/content/2/toolResult/content/0/text user tool.result r",
      "/messages/0/content/2/toolResult/content/1/json/a/0 user tool.result j",
      "/messages/0/content/3/searchResult/source user document u",
      "/messages/0/content/3/searchResult/title user document v",
      "/messages/0/content/3/searchResult/content/0/text user document w",
      "/messages/0/content/5/news/headline user text h",
      "/messages/1/content/0/reasoningContent/reasoningText/text assistant reasoning think",
      "/messages/1/content/2/toolUse/input/a/b assistant tool.args args",
    ]);
  });

  it("says what stands beside the messages", () => {
    const call = converse({
      toolConfig: {
        tools: [{ toolSpec: { name: "f", description: "d", inputSchema: { json: { type: "object" } } } }],
      },
      promptVariables: { who: { text: "p" } },
      additionalModelRequestFields: { system: "a" },
    });
    expect(said(call)).toEqual([
      "/toolConfig/tools/0/toolSpec/name system tool.definition f",
      "/toolConfig/tools/0/toolSpec/description system tool.definition d",
      "/promptVariables/who/text user text p",
      "/additionalModelRequestFields/system system text a",
    ]);
  });

  it("names media, and what lies where nobody here can look", () => {
    const bucket = { source: { s3Location: { uri: "s3://b/k" } } };
    const call = converse(
      user(
        { image: { format: "png", source: { bytes: "AAAA" } } },
        { video: { format: "mp4", ...bucket } },
        { toolResult: { toolUseId: "1", content: [{ document: { name: "n", format: "pdf", ...bucket } }] } },
      ),
    );
    expect(call.media).toEqual([
      { pointer: "/messages/0/content/0/image", type: "image", source: "base64" },
      { pointer: "/messages/0/content/1/video", type: "video", source: "url" },
      {
        pointer: "/messages/0/content/2/toolResult/content/0/document",
        type: "file",
        source: "url",
        isResult: true,
      },
    ]);
    expect(call.references).toEqual([
      "/messages/0/content/1/video",
      "/messages/0/content/2/toolResult/content/0/document",
    ]);
    expect(read(bedrockConverse, "converse", {}).references).toEqual(["/messages"]);
  });

  it("names the tools the vendor runs", () => {
    const tools = [
      { toolSpec: { name: "own", inputSchema: { json: {} } } },
      { cachePoint: { type: "default" } },
      { systemTool: { name: "nova_grounding" } },
      { newKind: {} },
    ];
    const more = { tools: [{ type: "bash_20250124", name: "bash" }, { type: "web_search_20250305" }, {}] };
    const call = converse({ toolConfig: { tools }, additionalModelRequestFields: more });
    expect(call.hostedTools).toEqual(["nova_grounding", "newKind", "web_search_20250305"]);
  });

  it("counts the largest of the lengths it asks for", () => {
    expect(converse({ inferenceConfig: { maxTokens: 5 } }).outputTokensMax).toBe(5);
    const more = { additionalModelRequestFields: { max_tokens: 9, inferenceConfig: { max_new_tokens: 12 } } };
    expect(converse({ inferenceConfig: { maxTokens: 5 }, ...more }).outputTokensMax).toBe(12);
    expect(converse({}).outputTokensMax).toBeUndefined();
  });

  const wrong: readonly (readonly [name: string, body: object])[] = [
    ["messages", { messages: "hi" }],
    ["messages.0.role", { messages: [{ content: [] }] }],
    ["messages.0.content", { messages: [{ role: "user", content: "hi" }] }],
    ["messages.0.content.0.text", user({ text: 5 })],
    ["messages.0.content.0.image", user({ image: "png" })],
    ["messages.0.content.0.toolResult", user({ toolResult: [] })],
    ["toolConfig.tools", { messages: [], toolConfig: { tools: {} } }],
    ["inferenceConfig.maxTokens", { messages: [], inferenceConfig: { maxTokens: -1 } }],
  ];
  it.each(wrong)("is refused where %s is of the wrong type", (name, body) => {
    const refusal = ask(bedrockConverse, "converse", body);
    expect(refusal).toMatchObject({ kind: "refusal", code: "request_malformed" });
    expect((refusal as Refusal).message).toContain(`\`${name}\``);
  });

  it("is spliced where a text is edited", () => {
    const head = requestHead(`${path}/converse`);
    const body = Buffer.from(
      '{ "messages":[{"role":"user", "content":[{"text":"a"}]}], "n":1234567890123456789 }',
    );
    const call = bedrockConverse.readCall(body, head) as Call;
    call.edits.set("/messages/0/content/0/text", "b");
    const out = bedrockConverse.writeCall(call, head, undefined).body.toString();
    expect(out).toBe(body.toString().replace('"a"', '"b"'));
  });
});

describe("an InvokeModel request", () => {
  it("is read as Anthropic's", () => {
    const body = {
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 7,
      messages: [{ role: "user", content: "hi" }],
      anthropic_beta: ["context-1m-2025-08-07", "who-knows-2030-01-01"],
    };
    const call = read(bedrockInvoke, "invoke-with-response-stream", body);
    expect(call).toMatchObject({ model: arn, operation: "chat", isStream: true, outputTokensMax: 7 });
    expect(said(call)).toEqual(["/messages/0/content user text hi"]);
    expect(call.hostedTools).toEqual(["who-knows-2030-01-01"]);
  });

  it("is read as Nova's", () => {
    const body = {
      ...user({ text: "hi" }),
      inferenceConfig: { max_new_tokens: 3 },
      schemaVersion: "messages-v1",
    };
    const call = read(bedrockInvoke, "invoke", body);
    expect(call).toMatchObject({ operation: "chat", isStream: false, outputTokensMax: 3 });
    expect(said(call)).toEqual(["/messages/0/content/0/text user text hi"]);
  });

  it("is read as one for embeddings", () => {
    const titan = read(bedrockInvoke, "invoke", { inputText: "t", normalize: true });
    expect(titan.operation).toBe("embeddings");
    expect(said(titan)).toEqual(["/inputText user text t"]);
    const cohere = { texts: ["a", "b"], input_type: "search_query", images: ["data:image/png;base64,AA=="] };
    const call = read(bedrockInvoke, "invoke", cohere);
    expect(said(call)).toEqual(["/texts/0 user text a", "/texts/1 user text b"]);
    expect(call.media).toEqual([{ pointer: "/images/0", type: "image", source: "base64" }]);
    const nova = {
      text: { value: "n" },
      image: { format: "png", source: { s3Location: { uri: "s3://a/b" } } },
    };
    const shown = read(bedrockInvoke, "invoke", {
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: nova,
    });
    expect(said(shown)).toEqual(["/singleEmbeddingParams/text/value user text n"]);
    expect(shown.references).toEqual(["/singleEmbeddingParams/image"]);
  });

  const refused: readonly (readonly [what: string, body: object])[] = [
    ["a prompt alone", { prompt: "hi", max_gen_len: 5 }],
    ["Titan's text", { inputText: "hi", textGenerationConfig: {} }],
    ["two families at once", { anthropic_version: "a", messages: [], inputText: "hi" }],
    ["Nova's tools beside Anthropic's version", { anthropic_version: "a", messages: [], toolConfig: {} }],
    ["OpenAI's fields", { messages: [], max_completion_tokens: 5 }],
    ["nothing", {}],
  ];
  it.each(refused)("is refused by name where it is %s", (_what, body) => {
    const refusal = ask(bedrockInvoke, "invoke", body);
    expect(refusal).toMatchObject({ kind: "refusal", code: "route_refused" });
  });
});

describe("a request to count tokens", () => {
  it("is read where it holds a Converse request", () => {
    const call = read(bedrockCount, "count-tokens", { input: { converse: user({ text: "hi" }) } });
    expect(call).toMatchObject({ operation: "count", model: arn });
    expect(said(call)).toEqual(["/input/converse/messages/0/content/0/text user text hi"]);
  });

  it("is read and edited inside the body it holds in base64", () => {
    const inner = { anthropic_version: "bedrock-2023-05-31", messages: [{ role: "user", content: "hi" }] };
    const held = Buffer.from(JSON.stringify(inner)).toString("base64");
    const call = read(bedrockCount, "count-tokens", { input: { invokeModel: { body: held } } });
    expect(said(call)).toEqual(["/input/invokeModel/body/messages/0/content user text hi"]);
    call.edits.set("/input/invokeModel/body/messages/0/content", "ho");
    const out = JSON.parse(
      bedrockCount.writeCall(call, requestHead(`${path}/count-tokens`), undefined).body.toString(),
    );
    const again = JSON.parse(Buffer.from(out.input.invokeModel.body, "base64").toString());
    expect(again).toEqual({ ...inner, messages: [{ role: "user", content: "ho" }] });
  });

  it.each([{}, { input: {} }, { input: { invokeModel: { body: "*" } } }])(
    "is refused where it holds none",
    (body) => {
      expect(ask(bedrockCount, "count-tokens", body)).toMatchObject({ code: "request_malformed" });
    },
  );
});

// Owns the proof that Converse takes part in translation: what is asked and answered there and back is the
// same.

import { describe, expect, it } from "vitest";
import type { Conversation, Part } from "../../../../core/contracts/conversation.ts";
import { noSampling } from "../../../../core/contracts/conversation.ts";
import type { AnswerHead, Call, Translation } from "../../../../core/contracts/dialect.ts";
import type { Delta } from "../../../../core/contracts/frame.ts";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { hasSharedData } from "../../../shared-data.ts";
import { deltasOf, frames } from "../answers.ts";
import { lastUsage } from "../recorded-checks.ts";
import { recordedOf, requestHead } from "./exchanges.ts";

const translation = bedrockConverse.translation as Translation;
const path = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";
const model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

function ask(body: unknown, edits: Record<string, string> = {}): Conversation {
  const call = bedrockConverse.readCall(Buffer.from(JSON.stringify(body)), requestHead(path));
  if (call.kind === "refusal") throw new Error(call.message);
  for (const [pointer, value] of Object.entries(edits)) call.edits.set(pointer, value);
  return translation.read(call);
}

function written(conversation: Partial<Conversation>, to = model): unknown {
  const body = translation.write({ ...nothing, ...conversation }, to);
  return Buffer.isBuffer(body) ? JSON.parse(body.toString()) : body;
}

const nothing: Conversation = {
  messages: [{ role: "user", parts: [{ kind: "text", text: "hi" }] }],
  tools: [],
  toolChoice: undefined,
  allowsParallelToolCalls: undefined,
  outputTokensMax: undefined,
  sampling: noSampling,
  format: undefined,
  reasoning: undefined,
  isStream: false,
  extras: [],
};
const hello = [{ role: "user", content: [{ text: "hi" }] }];
const user = (...parts: Part[]) => ({ messages: [{ role: "user" as const, parts }] });

describe("a request", () => {
  it("is written as it was read", () => {
    const body = {
      messages: [
        ...hello,
        { role: "assistant", content: [{ toolUse: { toolUseId: "t1", name: "look", input: { n: 1 } } }] },
        {
          role: "user",
          content: [{ toolResult: { toolUseId: "t1", content: [{ text: "42" }], status: "error" } }],
        },
      ],
      system: [{ text: "Be brief." }],
      toolConfig: {
        tools: [{ toolSpec: { name: "look", inputSchema: { json: { type: "object" } }, strict: true } }],
        toolChoice: { any: {} },
      },
      inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ["x"] },
    };
    expect(written(ask(body))).toEqual(body);
  });

  it("keeps digits beyond a double's, and what was edited", () => {
    const text =
      '{"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":';
    const body = `${text}{"id":12345678901234567890}}}]},{"role":"user","content":[{"text":"a"}]}]}`;
    const call = bedrockConverse.readCall(Buffer.from(body), requestHead(path));
    if (call.kind === "refusal") throw new Error(call.message);
    call.edits.set("/messages/1/content/0/text", "b");
    const again = translation.write(translation.read(call), model).toString();
    expect(again).toContain('"input":{"id":12345678901234567890}');
    expect(again).toContain('{"text":"b"}');
  });

  it("joins neighbours, hears all instructions first, and begins a turn with results", () => {
    const result: Part = { kind: "tool_result", id: "a b", name: undefined, content: [], isError: false };
    const text = (said: string): Part => ({ kind: "text", text: said });
    const messages: Conversation["messages"] = [
      { role: "system", parts: [text("one")] },
      { role: "user", parts: [text("two")] },
      { role: "developer", parts: [text("three")] },
      { role: "user", parts: [text(""), result] },
    ];
    expect(written({ messages })).toEqual({
      system: [{ text: "one" }, { text: "three" }],
      messages: [
        {
          role: "user",
          content: [{ toolResult: { toolUseId: "a_b", content: [{ text: " " }] } }, { text: "two" }],
        },
      ],
    });
  });

  it("asks each model to think in its own words", () => {
    const reasoning = { effort: "high", tokensMax: undefined } as const;
    expect(written({ reasoning })).toMatchObject({
      additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 16384 } },
    });
    expect(written({ reasoning }, "openai.gpt-oss-120b-1:0")).toMatchObject({
      additionalModelRequestFields: { reasoning_effort: "high" },
    });
    expect(written({ reasoning }, "us.amazon.nova-2-lite-v1:0")).toMatchObject({
      additionalModelRequestFields: { reasoningConfig: { type: "enabled", maxReasoningEffort: "high" } },
    });
    expect(written({ reasoning }, "qwen.qwen3-32b-v1:0")).toEqual({ messages: hello });
  });

  const url: Part = {
    kind: "media",
    type: "image",
    mediaType: undefined,
    source: { kind: "url", url: "https://a.test/b.png" },
    name: undefined,
  };
  const refused: readonly (readonly [string, Partial<Conversation>, (string | undefined)?])[] = [
    ["sampling.seed", { sampling: { ...noSampling, seed: 1 } }],
    ["sampling.presencePenalty", { sampling: { ...noSampling, presencePenalty: 1 } }],
    ["sampling.topK", { sampling: { ...noSampling, topK: 1 } }, "meta.llama3-1-70b-instruct-v1:0"],
    ["format", { format: { kind: "json" } }],
    ["messages.0.image.url", user(url)],
    ["messages.0.parts", { messages: [{ role: "system", parts: [url] }] }],
    ["messages.0.tool_calls.arguments", user({ kind: "tool_call", id: "i", name: "n", args: "{" })],
  ];
  it.each(refused.map((row) => [row[0], row] as const))(
    "names what it cannot be asked for: %s",
    (field, row) => {
      expect(written(row[1], row[2])).toEqual({ kind: "uncarried", field });
    },
  );

  it("names what others cannot be asked for", () => {
    const body = {
      messages: [
        {
          role: "user",
          content: [{ image: { format: "png", source: { s3Location: { uri: "s3://b/k" } } } }],
        },
      ],
      guardrailConfig: { guardrailIdentifier: "g" },
      additionalModelResponseFieldPaths: ["/a"],
      toolConfig: { tools: [{ systemTool: { name: "nova_grounding" } }] },
      requestMetadata: { team: "a" },
    };
    expect(ask(body).extras.toSorted()).toEqual([
      "additionalModelResponseFieldPaths",
      "guardrailConfig",
      "messages.0.content.0.image.source.s3Location",
      "toolConfig.tools.0.systemTool",
    ]);
  });
});

/** What an answer says, written as Converse and read again. */
function composed(deltas: readonly Delta[], how: { readonly isStream: boolean }): ReturnType<typeof frames> {
  const composer = translation.composer({ model: "m", ...how });
  const bytes = [...deltas.map((delta) => composer.add([delta])), composer.end()];
  const head: AnswerHead = { status: 200, headers: composer.headers };
  return frames(bedrockConverse, head, bytes);
}

/** Schemas of answers are written anew, in other spaces, and JSON that a tool gave back as a text. */
const textsOf = ({ texts }: Call) =>
  texts
    .filter(({ pointer, kind }) => !pointer.startsWith("/outputConfig") && kind !== "tool.result")
    .map(({ text }) => text)
    .toSorted();

/** What the model said itself, byte for byte; no arguments are an empty object. */
function saidIn(deltas: readonly Delta[]): Record<string, string> {
  const said: Record<string, string> = {};
  for (const delta of deltas) {
    if (!("text" in delta) || delta.mode !== "append" || delta.kind === "tool.result") continue;
    said[delta.kind] = `${said[delta.kind] ?? ""}${delta.text === "{}" ? "" : delta.text}`;
  }
  return { "tool.args": "", ...said };
}

const endsOf = (deltas: readonly Delta[]) =>
  deltas.flatMap((delta) => (delta.kind === "end" ? [delta.stop] : []));

describe.skipIf(!hasSharedData).each(["converse", "converse-stream"])("recorded %s", (name) => {
  const rows = recordedOf(name);

  it("ask the same once they were a conversation", () => {
    let same = 0;
    for (const { request, requestHead: head } of rows) {
      if (request === undefined) continue;
      const call = bedrockConverse.readCall(Buffer.from(JSON.stringify(request)), head);
      if (call.kind === "refusal") throw new Error(call.message);
      const conversation = translation.read(call);
      if (conversation.extras.length > 0) continue;
      const body = translation.write(conversation, call.model ?? "");
      if (!Buffer.isBuffer(body)) continue;
      const again = bedrockConverse.readCall(body, head);
      if (again.kind === "refusal") throw new Error(again.message);
      expect(textsOf(again)).toEqual(textsOf(call));
      expect({ ...translation.read(again), messages: [] }).toEqual({ ...conversation, messages: [] });
      same++;
    }
    expect(same).toBeGreaterThan(rows.length * 0.6);
  });

  it("say the same once they were composed anew", () => {
    for (const row of rows.filter(({ head }) => head.status < 400)) {
      const said = frames(bedrockConverse, row.head, [row.body]);
      const deltas = deltasOf(said);
      const hosted = deltas.flatMap((delta) =>
        delta.kind === "tool" && delta.isHosted ? [delta.channel] : [],
      );
      const own = deltas.filter((delta) => !("channel" in delta && hosted.includes(delta.channel)));
      for (const isStream of [true, false]) {
        const again = composed(deltas, { isStream });
        expect(saidIn(deltasOf(again)), row.name).toEqual(saidIn(own));
        expect(endsOf(deltasOf(again))).toEqual(endsOf(deltas));
        expect(lastUsage(deltasOf(again))).toEqual(lastUsage(deltas));
      }
    }
  });
});

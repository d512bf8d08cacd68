// Owns the proof that a last word to the model stands at the end of its instructions, once, and changes
// nothing else.

import { describe, expect, it } from "vitest";
import type { Call, Dialect, JsonValue, RequestHead } from "../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../core/dialects/bedrock-converse.ts";
import { bedrockInvoke } from "../../../core/dialects/bedrock-invoke.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { ollamaChat, ollamaGenerate } from "../../../core/dialects/ollama.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiCompletions } from "../../../core/dialects/openai-completions.ts";
import { openAiCompactions, openAiResponses } from "../../../core/dialects/openai-responses.ts";

type Body = { [name: string]: JsonValue };

const paths = new Map<Dialect, string>([
  [bedrockConverse, "/model/m/converse"],
  [bedrockInvoke, "/model/m/invoke"],
  [gemini, "/v1beta/models/m:generateContent"],
]);
const headOf = (dialect: Dialect): RequestHead => {
  return { method: "POST", path: paths.get(dialect) ?? "/v1/any", query: "", headers: {} };
};

function read(dialect: Dialect, body: Buffer): Call {
  const call = dialect.readCall(body, headOf(dialect));
  if (call.kind === "refusal") throw new Error(call.message);
  return call;
}

/** The body with the word in it. */
function hinted(dialect: Dialect, body: Buffer, before: readonly (readonly [string, JsonValue])[]): Buffer {
  const call = read(dialect, body);
  for (const [pointer, value] of before) call.edits.set(pointer, value);
  for (const [pointer, value] of dialect.hint?.(call, word) ?? []) call.edits.set(pointer, value);
  return dialect.writeCall(call, headOf(dialect), undefined).body;
}

const word = 'Wrap up "now".';
const user = { role: "user", content: "hi" };
const asked = { messages: [{ role: "user", content: [{ text: "hi" }] }] };
const contents = { contents: [{ parts: [{ text: "hi" }] }] };
const anthropic = { anthropic_version: "bedrock-2023-05-31", messages: [user] };
const text = { type: "text", text: word };

type Case = readonly [string, Dialect, Body, Body];

const cases: readonly Case[] = [
  [
    "none yet",
    openAiChat,
    { model: "m", messages: [user] },
    { messages: [{ role: "system", content: word }, user] },
  ],
  [
    "a text",
    openAiChat,
    { model: "m", messages: [{ role: "system", content: "Be brief." }, user] },
    { messages: [{ role: "system", content: `Be brief.\n\n${word}` }, user] },
  ],
  [
    "the last of several",
    openAiChat,
    { model: "m", messages: [{ role: "system", content: "A" }, { role: "developer", content: null }, user] },
    { messages: [{ role: "system", content: "A" }, { role: "developer", content: word }, user] },
  ],
  [
    "parts",
    openAiChat,
    { model: "m", messages: [{ role: "system", content: [{ type: "text", text: "A" }] }, user] },
    { messages: [{ role: "system", content: [{ type: "text", text: "A" }, text] }, user] },
  ],
  [
    "instructions in the middle",
    openAiChat,
    { model: "m", messages: [user, { role: "system", content: "A" }] },
    { messages: [{ role: "system", content: word }, user, { role: "system", content: "A" }] },
  ],
  ["none yet", openAiResponses, { model: "m", input: "hi" }, { instructions: word }],
  [
    "a text",
    openAiResponses,
    { model: "m", input: "hi", instructions: "A" },
    { instructions: `A\n\n${word}` },
  ],
  ["none yet", anthropicMessages, { model: "m", messages: [user] }, { system: word }],
  ["a text", anthropicMessages, { model: "m", messages: [], system: "A" }, { system: `A\n\n${word}` }],
  [
    "parts, one of which ends a cache",
    anthropicMessages,
    { model: "m", messages: [], system: [{ type: "text", text: "A", cache_control: {} }] },
    { system: [{ type: "text", text: "A", cache_control: {} }, text] },
  ],
  ["no parts", anthropicMessages, { model: "m", messages: [], system: [] }, { system: [text] }],
  ["none yet", gemini, contents, { systemInstruction: { parts: [{ text: word }] } }],
  [
    "null in the other spelling",
    gemini,
    { ...contents, system_instruction: null },
    { system_instruction: { parts: [{ text: word }] } },
  ],
  [
    "parts",
    gemini,
    { ...contents, system_instruction: { parts: [{ text: "A" }] } },
    { system_instruction: { parts: [{ text: "A" }, { text: word }] } },
  ],
  [
    "one part without its list",
    gemini,
    { ...contents, systemInstruction: { parts: { text: "A" } } },
    { systemInstruction: { parts: { text: `A\n\n${word}` } } },
  ],
  ["none yet", bedrockConverse, asked, { system: [{ text: word }] }],
  [
    "parts, and a cache's end",
    bedrockConverse,
    { ...asked, system: [{ text: "A" }, { cachePoint: { type: "default" } }] },
    { system: [{ text: "A" }, { cachePoint: { type: "default" } }, { text: word }] },
  ],
  ["Anthropic's body", bedrockInvoke, anthropic, { system: word }],
  ["Nova's body", bedrockInvoke, asked, { system: [{ text: word }] }],
  ["none yet", ollamaChat, { model: "m", messages: [] }, { messages: [{ role: "system", content: word }] }],
  ["none yet", ollamaGenerate, { model: "m", prompt: "p" }, { system: word }],
  ["a raw prompt", ollamaGenerate, { model: "m", prompt: "p", raw: true }, {}],
  ["a stored prompt", bedrockConverse, { promptVariables: {} }, {}],
];

describe("a last word", () => {
  it.each(cases)("%s", (_what, dialect, body, changed) => {
    const once = hinted(dialect, Buffer.from(JSON.stringify(body)), []);
    expect(JSON.parse(once.toString())).toEqual({ ...body, ...changed });
    expect(hinted(dialect, once, [])).toEqual(once);
  });

  it("follows what was edited before it", () => {
    const body = Buffer.from(
      JSON.stringify({ model: "m", messages: [{ role: "system", content: "secret" }] }),
    );
    const said = hinted(openAiChat, body, [["/messages/0/content", "[REDACTED]"]]).toString();
    expect(JSON.parse(said).messages[0].content).toBe(`[REDACTED]\n\n${word}`);
    const parts = Buffer.from(JSON.stringify({ model: "m", messages: [], system: [{ ...text, text: "A" }] }));
    const edited = hinted(anthropicMessages, parts, [["/system/0/text", "B"]]).toString();
    expect(JSON.parse(edited).system).toEqual([{ type: "text", text: "B" }, text]);
  });

  it("is not said where a text goes on, or is made short", () => {
    expect(openAiCompletions.hint).toBeUndefined();
    const compaction = read(openAiCompactions, Buffer.from('{"model":"m","input":"hi"}'));
    expect(openAiCompactions.hint?.(compaction, word)).toEqual([]);
  });
});

describe("what a budget adds", () => {
  const bodies: readonly (readonly [Dialect, Body])[] = [
    [openAiChat, { model: "m", messages: [user], max_tokens: 4096 }],
    [anthropicMessages, { model: "m", messages: [user], max_tokens: 4096 }],
    [gemini, contents],
    [bedrockConverse, asked],
  ];
  it.each(bodies)("is asked of any other vendor, too: %#", (from, body) => {
    const call = read(from, Buffer.from(JSON.stringify(body)));
    const caps = from.capOutput?.(call, 90, "m") ?? [];
    if ("code" in caps) throw new Error(caps.message);
    const edits = new Map([...caps, ...(from.hint?.(call, word) ?? [])]);
    const conversation = from.translation?.read({ ...call, edits });
    if (conversation === undefined) throw new Error("no translation");
    expect(conversation).toMatchObject({ outputTokensMax: 90, extras: [] });
    for (const to of [openAiChat, anthropicMessages, gemini, bedrockConverse]) {
      const written = to.translation?.write(conversation, "m");
      if (!Buffer.isBuffer(written)) throw new Error(JSON.stringify(written));
      const again = read(to, written);
      expect(again.outputTokensMax).toBe(90);
      expect(again.texts.filter(({ role }) => role === "system").map(({ text }) => text)).toEqual([word]);
    }
  });
});

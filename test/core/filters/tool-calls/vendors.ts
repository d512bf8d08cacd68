// Owns asking for tools and answering with calls of them as each vendor does, whole and streamed. Knows no
// filter.

import type { Conversation, ToolChoice } from "../../../../core/contracts/conversation.ts";
import { noSampling } from "../../../../core/contracts/conversation.ts";
import type { Dialect } from "../../../../core/contracts/dialect.ts";
import { type Delta, noUsage } from "../../../../core/contracts/frame.ts";
import type { JsonObject } from "../../../../core/contracts/json.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { bedrockInvoke } from "../../../../core/dialects/bedrock-invoke.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { ollamaChat } from "../../../../core/dialects/ollama.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import { writeMessage } from "../../../../core/text/eventstream-message.ts";

export interface Tool {
  readonly name: string;
  readonly parameters?: JsonObject;
}

/** What a model says: text first, then calls. */
export interface Saying {
  readonly text?: string;
  readonly calls: readonly { readonly name: string; readonly args: string }[];
  readonly stop?: "tool_calls" | "length" | "stop";
}

export interface Asking {
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly form: Form;
}

export type Form = "whole" | "streamed";

export interface Vendor {
  readonly name: string;
  readonly dialect: Dialect;
  request(asking: Asking): { readonly path: string; readonly body: Buffer };
  answer(saying: Saying, form: Form): { readonly headers: Record<string, string>; readonly body: Buffer };
}

const usage = { ...noUsage, inputTokens: 5, outputTokens: 7 };

/** Arguments come in two pieces where they stream. */
function deltasOf({ text, calls, stop }: Saying): readonly Delta[] {
  const called = calls.flatMap(({ name, args }, at): Delta[] => {
    const channel = `0/tool/${at}`;
    const half = Math.ceil(args.length / 2);
    const said = (kind: "tool.name" | "tool.args", piece: string): Delta => {
      return { kind, channel, text: piece, mode: "append" };
    };
    return [
      { kind: "tool", channel, id: `call_${at}`, isHosted: false },
      said("tool.name", name),
      ...[args.slice(0, half), args.slice(half)]
        .filter((piece) => piece !== "")
        .map((piece) => said("tool.args", piece)),
    ];
  });
  const reason = stop ?? (calls.length > 0 ? "tool_calls" : "stop");
  return [
    { kind: "start", id: "answer-1", model: "m" },
    ...(text === undefined ? [] : [{ kind: "text", channel: "0", text, mode: "append" } as const]),
    ...called,
    { kind: "end", channel: "0", reason, stop: reason },
    { kind: "usage", usage },
  ];
}

function conversationOf({ tools, toolChoice, form }: Asking): Conversation {
  return {
    messages: [{ role: "user", parts: [{ kind: "text", text: "Hello" }] }],
    tools: tools.map(({ name, parameters }) => ({
      name,
      description: `Does ${name}`,
      parameters,
      isStrict: undefined,
    })),
    toolChoice,
    allowsParallelToolCalls: undefined,
    outputTokensMax: 100,
    sampling: noSampling,
    format: undefined,
    reasoning: undefined,
    isStream: form === "streamed",
    extras: [],
  };
}

function translating(name: string, dialect: Dialect, pathOf: (form: Form) => string): Vendor {
  const { translation } = dialect;
  if (translation === undefined) throw new Error(`${name} has no translation`);
  return {
    name,
    dialect,
    request(asking) {
      const body = translation.write(conversationOf(asking), "m");
      if (!Buffer.isBuffer(body)) throw new Error(body.field);
      return { path: pathOf(asking.form), body };
    },
    answer(saying, form) {
      const isStream = form === "streamed";
      const composer = translation.composer({ model: "m", isStream, query: isStream ? "?alt=sse" : "" });
      const pieces = deltasOf(saying).map((delta) => composer.add([delta]));
      const headers = { "content-type": String(composer.headers["content-type"]) };
      return { headers, body: Buffer.concat([...pieces, composer.end()]) };
    },
  };
}

const chat = translating("openai-chat", openAiChat, () => "/v1/chat/completions");
const messages = translating("anthropic-messages", anthropicMessages, () => "/v1/messages");

const ollama: Vendor = {
  name: "ollama",
  dialect: ollamaChat,
  request(asking) {
    const { path, body } = chat.request(asking);
    const { tool_choice: _, ...asked } = JSON.parse(body.toString());
    return { path, body: Buffer.from(JSON.stringify({ ...asked, stream: asking.form === "streamed" })) };
  },
  answer({ text = "", calls, stop = "stop" }, form) {
    const call = ({ name, args }: Saying["calls"][number]) => {
      return `{"function":{"name":${JSON.stringify(name)},"arguments":${args}}}`;
    };
    const content = JSON.stringify(text);
    const said = `"message":{"role":"assistant","content":${content},"tool_calls":[${calls.map(call)}]}`;
    const done = `"done":true,"done_reason":"${stop}","prompt_eval_count":5,"eval_count":7`;
    if (form === "whole") return { headers: json, body: Buffer.from(`{"model":"m",${said},${done}}`) };
    const nothing = '"message":{"role":"assistant","content":""}';
    const lines = `{"model":"m",${said},"done":false}\n{"model":"m",${nothing},${done}}\n`;
    return { headers: { "content-type": "application/x-ndjson" }, body: Buffer.from(lines) };
  },
};

const json = { "content-type": "application/json" };

const invoke: Vendor = {
  name: "bedrock-invoke",
  dialect: bedrockInvoke,
  request(asking) {
    const { model: _model, stream: _stream, ...asked } = JSON.parse(messages.request(asking).body.toString());
    const body = Buffer.from(JSON.stringify({ anthropic_version: "bedrock-2023-05-31", ...asked }));
    return { path: `/model/m/invoke${asking.form === "streamed" ? "-with-response-stream" : ""}`, body };
  },
  answer(saying, form) {
    const { body } = messages.answer(saying, form);
    if (form === "whole") return { headers: json, body };
    const events = [...body.toString().matchAll(/^data: (.*)$/gm)].map(([, data = ""]) =>
      writeMessage(
        { type: "event", name: "chunk" },
        JSON.stringify({ bytes: Buffer.from(data).toString("base64") }),
      ),
    );
    const headers = { "content-type": "application/vnd.amazon.eventstream" };
    return { headers, body: Buffer.concat(events) };
  },
};

export const vendors: readonly Vendor[] = [
  chat,
  translating("openai-responses", openAiResponses, () => "/v1/responses"),
  messages,
  translating(
    "gemini",
    gemini,
    (form) => `/v1beta/models/m:${form === "streamed" ? "streamGenerateContent" : "generateContent"}`,
  ),
  translating(
    "bedrock-converse",
    bedrockConverse,
    (form) => `/model/m/converse${form === "streamed" ? "-stream" : ""}`,
  ),
  invoke,
  ollama,
];

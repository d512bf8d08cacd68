// Owns the proof that a request is read whole, strictly, and written as it came. Knows no answer.

import { describe, expect, it } from "vitest";
import type { Call, HeaderMap, JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Refusal } from "../../../../core/contracts/refusal.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";

const head = (path = "/v1/chat/completions", method = "POST", headers: HeaderMap = {}) => ({
  method,
  path,
  query: "",
  headers,
});
const messages = [{ role: "user", content: "hi" }];
const body = (fields: { [name: string]: JsonValue }) =>
  Buffer.from(JSON.stringify({ model: "m", messages, ...fields }));

function call(fields: { [name: string]: JsonValue }): Call {
  const read = openAiChat.readCall(body(fields), head());
  if (read.kind === "refusal") throw new Error(read.message);
  return read;
}

function refusal(bytes: Buffer, at = head()): Refusal {
  const read = openAiChat.readCall(bytes, at);
  if (read.kind === "call") throw new Error("it was read");
  return read;
}

describe("a chat completion's request", () => {
  it("says its model, whether it streams, and keeps its bytes and its one reading", () => {
    const bytes = body({ stream: true, unknown: { kept: 1 } });
    const read = openAiChat.readCall(bytes, head());
    expect(read).toMatchObject({
      kind: "call",
      operation: "chat",
      model: "m",
      isStream: true,
      hostedTools: [],
    });
    expect(read).toMatchObject({
      body: bytes,
      value: JSON.parse(bytes.toString()),
      outputTokensMax: undefined,
    });
    expect(call({ stream: null }).isStream).toBe(false);
  });

  it("says the most output there can be over all choices", () => {
    expect(call({ max_tokens: 10 }).outputTokensMax).toBe(10);
    expect(call({ max_completion_tokens: 20, max_tokens: 10, n: 3 }).outputTokensMax).toBe(60);
    expect(call({ max_tokens: 10, n: null }).outputTokensMax).toBe(10);
    expect(call({ max_tokens: 2 ** 53 - 1, n: 128 }).outputTokensMax).toBe(2 ** 53 - 1);
    expect(call({ max_completion_tokens: 0, max_tokens: 10 }).outputTokensMax).toBeUndefined();
    expect(call({ n: 5 }).outputTokensMax).toBeUndefined();
  });

  it("says what the provider shall run itself", () => {
    const tools = [{ type: "function", function: {} }, { function: {} }, { type: "custom", custom: {} }];
    expect(call({ tools }).hostedTools).toEqual([]);
    expect(call({ tools: [...tools, { type: "code_interpreter" }, { type: "mcp" }] }).hostedTools).toEqual([
      "code_interpreter",
      "mcp",
    ]);
    expect(call({ web_search_options: {} }).hostedTools).toEqual(["web_search"]);
    expect(call({ web_search_options: null, tools: null }).hostedTools).toEqual([]);
  });

  it("gives every text that somebody wrote, with who wrote it and where it stands", () => {
    const asked: JsonValue = [
      { role: "system", content: "be nice", name: "host" },
      {
        role: "user",
        content: [
          { type: "text", text: "look", cache_control: { type: "ephemeral" } },
          { type: "image_url", image_url: { url: "https://x" }, text: "a hidden caption" },
          { type: "tool_result", content: [{ text: "new" }], tool_use_id: "t" },
        ],
      },
      {
        role: "assistant",
        content: null,
        refusal: "no",
        reasoning: "why",
        reasoning_content: "hm",
        reasoning_details: [{ type: "reasoning.text", text: "d", signature: "s" }],
        function_call: { name: "f", arguments: "{}" },
        tool_calls: [
          { id: "1", type: "function", function: { name: "f", arguments: '{"a":1}' } },
          { id: "2", type: "custom", custom: { name: "c", input: "ls" } },
        ],
      },
      { role: "tool", tool_call_id: "1", content: "result" },
      { role: "tool", tool_call_id: "2", content: [{ type: "text", text: "part" }] },
    ];
    const { texts, value } = call({ messages: asked });
    expect(
      texts.map(({ role, pointer, text }) => `${role} ${pointer.slice("/messages/".length)} ${text}`),
    ).toEqual([
      "system 0/content be nice",
      "system 0/name host",
      "user 1/content/0/text look",
      "user 1/content/1/text a hidden caption",
      "user 1/content/2/content/0/text new",
      "user 1/content/2/tool_use_id t",
      "assistant 2/refusal no",
      "assistant 2/reasoning_content hm",
      "assistant 2/reasoning why",
      "assistant 2/reasoning_details/0/text d",
      "assistant 2/function_call/arguments {}",
      'assistant 2/tool_calls/0/function/arguments {"a":1}',
      "assistant 2/tool_calls/1/custom/input ls",
      "tool 3/content result",
      "tool 4/content/0/text part",
    ]);
    for (const { pointer, text } of texts) {
      const place = pointer.split("/").slice(1);
      expect(
        place.reduce((at, name) => (at as { [name: string]: JsonValue })[name] ?? null, value ?? null),
      ).toBe(text);
    }
  });

  const wrong: readonly [string, { [name: string]: JsonValue }][] = [
    ["model", { model: 1 }],
    ["model", { model: "" }],
    ["model", { model: null }],
    ["stream", { stream: "true" }],
    ["messages", { messages: "hi" }],
    ["messages", { messages: null }],
    ["messages", { messages: ["hi"] }],
    ["messages.0.role", { messages: [{ content: "x" }] }],
    ["messages.1.content", { messages: [...messages, { role: "user", content: { text: "x" } }] }],
    ["messages.0.content", { messages: [{ role: "user", content: ["x"] }] }],
    ["messages.0.content.0.type", { messages: [{ role: "user", content: [{ text: "x" }] }] }],
    ["messages.0.content.0.text", { messages: [{ role: "user", content: [{ type: "text", text: ["x"] }] }] }],
    ["messages.0.tool_calls", { messages: [{ role: "assistant", tool_calls: {} }] }],
    [
      "messages.0.tool_calls.0.function",
      { messages: [{ role: "assistant", tool_calls: [{ function: "f" }] }] },
    ],
    [
      "messages.0.tool_calls.0.function.arguments",
      { messages: [{ role: "assistant", tool_calls: [{ function: { arguments: {} } }] }] },
    ],
    ["n", { n: 0 }],
    ["n", { n: 129 }],
    ["n", { n: "2" }],
    ["max_tokens", { max_tokens: -1 }],
    ["max_tokens", { max_tokens: 1e30 }],
    ["max_completion_tokens", { max_completion_tokens: 1.5 }],
    ["tools", { tools: {} }],
    ["tools.0.type", { tools: [{}] }],
    ["tools.0.type", { tools: [{ type: 1 }] }],
    ["web_search_options", { web_search_options: true }],
  ];
  it.each(wrong)("names `%s` where its type is wrong, and never its value: %j", (field, fields) => {
    const { code, status, message } = refusal(body(fields));
    expect({ code, status }).toEqual({ code: "request_malformed", status: 400 });
    expect(message).toMatch(new RegExp(`^\`${field}\` must be [a-z0-9 -]+\\.$`));
  });

  it("is refused where it can be read in two ways, or in none", () => {
    const code = (text: string) => refusal(Buffer.from(text)).code;
    expect(code('{"model":"a","messages":[],"model":"b"}')).toBe("body_ambiguous");
    expect(code('{"model":"a","messages":[{"role":"user","content":"a","\\u0063ontent":"b"}]}')).toBe(
      "body_ambiguous",
    );
    expect(code('\ufeff{"model":"a","messages":[]}')).toBe("body_ambiguous");
    expect(code('{"model":"a","messages":[]} {}')).toBe("body_malformed");
    expect(code("")).toBe("body_malformed");
    expect(code("[]")).toBe("request_malformed");
    for (const encoding of ["gzip", "identity, gzip", "br"]) {
      expect(refusal(body({}), head(undefined, "POST", { "content-encoding": encoding })).code).toBe(
        "body_encoded",
      );
    }
    for (const type of ["application/x-www-form-urlencoded", "application/json; charset=utf-7"]) {
      expect(refusal(body({}), head(undefined, "POST", { "content-type": type })).code).toBe("body_encoded");
    }
    const plain = head(undefined, "POST", { "content-encoding": "Identity" });
    expect(openAiChat.readCall(body({}), plain)).toMatchObject({ kind: "call" });
  });
});

describe("a name in another case", () => {
  const tool = { type: "function", function: { name: "f" } };
  it.each<{ [name: string]: JsonValue }>([
    { Model: "b" },
    { TOOLS: [{ type: "web_search" }] },
    { "tool\u017f": [{ type: "web_search" }] },
    { Web_Search_Options: {} },
    { tools: [tool, { ...tool, Type: "web_search" }] },
    { messages: [{ role: "user", content: "a", Content: "b" }] },
  ])("is another name for some readers, and the same for others: %j", (fields) => {
    expect(refusal(body(fields)).code).toBe("body_ambiguous");
  });

  it("is the provider's business where nothing here reads it, and a tool's own in its parameters", () => {
    const parameters = { type: "object", properties: { Model: {}, model: {} } };
    const read = call({
      safePrompt: true,
      tools: [{ type: "function", function: { name: "f", parameters } }],
    });
    expect(read.kind).toBe("call");
  });
});

describe("writing a call", () => {
  const text = '{ "model" : "m", "big": 12345678901234567890, "messages":[{"content":"hi","role":"user"}] }';
  const read = () => {
    const call = openAiChat.readCall(Buffer.from(text), head());
    if (call.kind === "refusal") throw new Error(call.message);
    return call;
  };

  it("gives the very bytes where nothing was edited", () => {
    const call = read();
    for (const model of [undefined, "m"])
      expect(openAiChat.writeCall(call, head(), model).body).toBe(call.body);
  });

  it("changes the model and the edits, and nothing else", () => {
    const call = read();
    call.edits.set("/messages/0/content", "[EMAIL_REDACTED]");
    call.edits.set("/stream_options/include_usage", true);
    expect(openAiChat.writeCall(call, head(), 'm"2').body.toString()).toBe(
      '{ "model" : "m\\"2", "big": 12345678901234567890, ' +
        '"messages":[{"content":"[EMAIL_REDACTED]","role":"user"}],"stream_options":{"include_usage":true} }',
    );
    expect(openAiChat.writeCall(call, head(), undefined).body.toString()).toContain('"model" : "m",');
  });
});

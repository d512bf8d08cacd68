// Owns the proof that a streamed chat completion is read strictly and says what it says. Knows no writer.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noUsage } from "../../../../core/contracts/frame.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { answerHead, bounds, deltasOf, frames, read, textsOf } from "../answers.ts";
import { chunk, delta, done, end } from "./chunks.ts";

const head = answerHead("text/event-stream; charset=utf-8");
const said = (...parts: (string | Buffer)[]) =>
  frames(
    openAiChat,
    head,
    parts.map((part) => Buffer.from(part)),
  );
const codeOf = (...parts: (string | Buffer)[]) => {
  const answer = read(
    openAiChat,
    head,
    parts.map((part) => Buffer.from(part)),
  );
  return "kind" in answer ? answer.code : "none";
};

const started = { kind: "start", id: "chatcmpl-1", model: "m-1" };

describe("what a chunk says", () => {
  it("is its texts, by choice and kind", () => {
    const answer = said(
      delta({ role: "assistant", content: "" }),
      delta({ content: "Hel" }),
      delta({ content: "Bon" }, 1),
      delta({ content: "lo" }),
      delta({ content: "jour" }, 1),
      delta({ reasoning_content: "hm" }),
      delta({ refusal: "no" }),
      done,
    );
    expect(textsOf(answer)).toEqual({
      "text 0": "Hello",
      "text 1": "Bonjour",
      "reasoning 0": "hm",
      "refusal 0": "no",
    });
    expect(answer[0]?.deltas).toEqual([started]);
    expect(answer.at(-1)?.deltas).toEqual([]);
  });

  it("is its tool calls, name and arguments, by their index", () => {
    const call = (index: number, name: string | null, text: string) => ({
      tool_calls: [
        { index, ...(name && { id: "c", type: "function" }), function: { name, arguments: text } },
      ],
    });
    const answer = said(
      delta(call(0, "get", "")),
      delta(call(0, null, '{"a"')),
      delta(call(1, "put", "{}")),
      delta(call(0, null, ":1}")),
      delta({ tool_calls: [{ index: 2, type: "custom", custom: { name: "run", input: "ls" } }] }),
      delta({ function_call: { name: "old", arguments: "[]" } }, 1),
      done,
    );
    expect(textsOf(answer)).toEqual({
      "tool.name 0/tool/0": "get",
      "tool.args 0/tool/0": '{"a":1}',
      "tool.name 0/tool/1": "put",
      "tool.args 0/tool/1": "{}",
      "tool.name 0/tool/2": "run",
      "tool.args 0/tool/2": "ls",
      "tool.name 1/tool/0": "old",
      "tool.args 1/tool/0": "[]",
    });
  });

  it("keeps texts said twice apart, so that neither is missed nor both run into one", () => {
    const choice = { index: 0, text: "a", delta: { content: "a" }, message: { content: "so far a" } };
    const twice = {
      reasoning: "r",
      reasoning_content: "r",
      reasoning_details: [{ text: "r" }, { summary: "s" }],
    };
    const answer = said(
      chunk({ choices: [choice] }),
      delta(twice),
      delta({ audio: { transcript: "t" } }),
      done,
    );
    expect(textsOf(answer)).toEqual({
      "text 0": "so far a",
      "text 0/text": "a",
      "reasoning 0": "r",
      "reasoning 0/reasoning": "r",
      "reasoning 0/details/0": "r",
      "reasoning 0/details/1": "s",
      "text 0/audio": "t",
    });
    expect(deltasOf(answer)).toContainEqual(expect.objectContaining({ text: "so far a", mode: "snapshot" }));
  });

  it("is content in parts, thoughts among them", () => {
    const thought = { type: "thinking", thinking: [{ type: "text", text: "hm" }] };
    const answer = said(delta({ content: [thought, { type: "text", text: "so" }] }), done);
    expect(textsOf(answer)).toEqual({ "reasoning 0": "hm", "text 0": "so" });
  });

  it("is its end and its usage, with all that is counted apart", () => {
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 5,
      total_tokens: 14,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2, audio_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 2 },
    };
    const counts = {
      ...noUsage,
      inputTokens: 9,
      outputTokens: 5,
      cachedInputTokens: 4,
      cacheWriteTokens: 2,
      reasoningTokens: 3,
      audioInputTokens: 1,
      audioOutputTokens: 2,
    };
    expect(deltasOf(said(end("length", 1), chunk({ choices: [], usage }), done))).toEqual([
      started,
      { kind: "end", channel: "1", reason: "length", stop: "length" },
      { kind: "usage", usage: counts },
    ]);
  });

  it("is no usage where the figures are not both there, or are no counts", () => {
    const bad = [
      { prompt_tokens: 1 },
      { prompt_tokens: -1, completion_tokens: 1 },
      { prompt_tokens: 1.5 },
      null,
    ];
    for (const usage of bad) expect(deltasOf(said(chunk({ choices: [], usage }), done))).toEqual([started]);
  });

  it("is an error where an error stands, also under an event of that name", () => {
    const error = [{ kind: "error" }];
    expect(deltasOf(said('data: {"error":{"message":"x"}}\n\n'))).toEqual(error);
    expect(deltasOf(said('event: error\ndata: {"error":{"message":"x"}}\n\n'))).toEqual(error);
    expect(deltasOf(said('event: error\ndata: {"message":"x"}\n\n'))).toEqual(error);
    expect(deltasOf(said('data: {"error":{"message":"x"}}\n\n', done))).toEqual(error);
  });
});

describe("a stream", () => {
  it("may hold comments, empty lines, CRLF, several data lines and a byte order mark", () => {
    const answer = said(
      "\ufeffdata: {}\n\n: keep-alive\n\n\n",
      delta({ content: "a" }).replaceAll("\n", "\r\n"),
      delta({ content: "b" }).replace('"delta"', '\ndata:"delta"'),
      `id: 7\nretry: 1\n${delta({ content: "c" })}`,
      "data: [DONE] \r\n\r\n",
    );
    expect(textsOf(answer)).toEqual({ "text 0": "abc" });
  });

  it("is whole when [DONE] or an error came, its last line end or not", () => {
    expect(codeOf(delta({ content: "a" }), done)).toBe("none");
    expect(codeOf(delta({ content: "a" }), "data: [DONE]")).toBe("none");
    expect(codeOf(delta({ content: "a" }), done, ": bye")).toBe("none");
    expect(codeOf('data: {"error":{}}')).toBe("none");
    for (const cut of [
      "",
      delta({ content: "a" }),
      end("stop"),
      "data: [DON",
      ": [DONE]\n\n",
      'error: {"code":5}\n\n',
    ]) {
      expect(codeOf(cut)).toBe("upstream_truncated");
    }
    expect(codeOf(delta({ content: "a" }), delta({ content: "b" }).trimEnd())).toBe("upstream_truncated");
  });

  const broken: readonly [string, string | Buffer, string][] = [
    ["no JSON", "data: hello\n\n", "upstream_malformed"],
    ["no object", "data: 1\n\n", "upstream_malformed"],
    ["no data", "data\n\n", "upstream_truncated"],
    ["cut JSON in a whole event", 'data: {"choices":[\n\n', "upstream_truncated"],
    ["a name twice", 'data: {"choices":[{"delta":{"content":"a","content":"b"}}]}\n\n', "upstream_malformed"],
    ["a name twice, escaped", 'data: {"choices":[],"\\u0063hoices":[]}\n\n', "upstream_malformed"],
    ["__proto__", 'data: {"choices":[],"__proto__":{}}\n\n', "upstream_malformed"],
    [
      "invalid UTF-8",
      Buffer.from([...Buffer.from('data: {"a":"'), 0xff, ...Buffer.from('"}\n\n')]),
      "upstream_malformed",
    ],
    ["invalid UTF-8 in a comment", Buffer.from([0x3a, 0xc3, 0x0a, 0x0a]), "upstream_malformed"],
    ["a byte order mark in the data", "data: \ufeff{}\n\n", "upstream_malformed"],
    ["a number for a text", delta({ content: 1 }), "upstream_malformed"],
    ["an object for a text", delta({ reasoning: {} }), "upstream_malformed"],
    ["a text for choices", chunk({ choices: "none" }), "upstream_malformed"],
    ["a text for a delta", chunk({ choices: [{ delta: "a" }] }), "upstream_malformed"],
    ["a choice far off", delta({ content: "a" }, 128), "upstream_malformed"],
    ["a choice before the first", delta({ content: "a" }, -1), "upstream_malformed"],
    ["a tool call far off", delta({ tool_calls: [{ index: 1e9 }] }), "upstream_malformed"],
    ["an event too large", `data: "${"x".repeat(bounds.frameBytesMax)}"\n\n`, "upstream_too_large"],
  ];
  it.each(broken)("is refused as soon as it has %s", (_what, bytes, code) => {
    const reader = openAiChat.reader(head, bounds);
    expect(reader.push(Buffer.from(delta({ content: "a" })))).toHaveLength(1);
    expect(reader.push(Buffer.from(bytes))).toMatchObject({ kind: "refusal", code });
    expect(codeOf(delta({ content: "a" }), bytes, done)).toBe(code);
  });
});

describe("an event like the one before", () => {
  /** What a fresh reader, and one that has read such an event before, make of it. */
  const both = (before: string, bytes: Buffer) => {
    const [cold, warm] = [openAiChat.reader(head, bounds), openAiChat.reader(head, bounds)];
    for (const reader of [cold, warm]) reader.push(Buffer.from(delta({ role: "assistant" })));
    warm.push(Buffer.from(before));
    return [cold.push(bytes), warm.push(bytes)];
  };
  const padded = (content: string, obfuscation: string) =>
    chunk({ choices: [{ index: 0, delta: { content } }], usage: null, obfuscation });

  it("says what it would say alone, whatever its words are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), fc.boolean(), (text, padding, isEscaped) => {
        let event = padded(text, padding);
        if (isEscaped)
          event = event.replace(JSON.stringify(text), () => `"${[...text].map(escaped).join("")}"`);
        const [alone, after] = both(padded("a", "b"), Buffer.from(event));
        expect(after).toEqual(alone);
      }),
    );
  });

  it("is refused or says the same, whatever is changed in it", () => {
    const event = Buffer.from(padded('é"x', "yy"));
    fc.assert(
      fc.property(fc.nat(event.length - 1), fc.uint8Array({ maxLength: 3 }), fc.nat(2), (at, bytes, cut) => {
        const changed = Buffer.concat([event.subarray(0, at), bytes, event.subarray(at + cut)]);
        const [alone, after] = both(padded("a", "b"), changed);
        expect(after).toEqual(alone);
      }),
      { numRuns: 2000 },
    );
  });

  it("is no event where it opens with a second byte order mark", () => {
    const bom = (content: string) => `\ufeff${delta({ content })}`;
    expect(textsOf(said(bom("a"), bom("b"), delta({ content: "c" }), done))).toEqual({ "text 0": "ac" });
  });

  it("is not excused from anything by its likeness", () => {
    const event = padded("a", "b");
    const changes = [
      event.replace('"content":"a"', '"content":"a","content":"c"'),
      event.replace('"obfuscation":"b"', '"obfuscation":"b","\\u0075sage":null'),
      event.replace('"content":"a"', '"content":"\\x"'),
      event.replace('"content":"a"', '"content":"\t"'),
      event.replace('"content":"a"', '"content":"a'),
      event.replace('"obfuscation":"b"', '"obfuscation":"\\ud8"'),
      event.replace("\n\n", "x\n\n"),
    ];
    for (const change of changes) expect(codeOf(event, change, done)).toMatch(/^upstream_/);
    const invalid = Buffer.from(event.replace('"a"', '"\u00ff"'), "latin1");
    expect(codeOf(event, invalid, done)).toBe("upstream_malformed");
  });
});

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}

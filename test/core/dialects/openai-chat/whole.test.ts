// Owns the proof that an unstreamed completion is read whole or refused. Knows the reader only.

import { describe, expect, it } from "vitest";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { answerHead, bounds, deltasOf, frames, read, textsOf } from "../answers.ts";

const head = answerHead("application/json; charset=utf-8");
const codeOf = (text: string, at = head) => {
  const said = read(openAiChat, at, [Buffer.from(text)]);
  return "kind" in said ? said.code : "none";
};

describe("a whole completion", () => {
  it("is one frame that says everything at once", () => {
    const body = Buffer.from(
      JSON.stringify({
        choices: [
          {
            index: 0,
            message: { content: "a", refusal: null },
            delta: { content: "" },
            finish_reason: "stop",
          },
          { index: 1, message: { content: "b", tool_calls: null }, finish_reason: "length" },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      }),
    );
    const answer = frames(openAiChat, head, [body.subarray(0, 9), body.subarray(9)]);
    expect(answer).toHaveLength(1);
    expect(answer[0]?.bytes).toEqual(body);
    expect(textsOf(answer)).toEqual({ "text 0": "a", "text 1": "b" });
    expect(deltasOf(answer).map((delta) => ("mode" in delta ? delta.mode : delta.kind))).toEqual([
      "append",
      "end",
      "append",
      "end",
      "usage",
    ]);
    expect(frames(openAiChat, head, [body])[0]?.bytes).toBe(body);
  });

  it("says what the vendor's own tools found, which no model wrote", () => {
    const url_citation = { title: "A page", url: "https://a.example" };
    const executed_tools = [{ arguments: "{}", output: "found" }];
    const message = { content: "a", annotations: [{ url_citation }], executed_tools };
    const body = { choices: [{ message }], search_results: [{ snippet: "said there" }], citations: ["b"] };
    const [answer] = frames(openAiChat, head, [Buffer.from(JSON.stringify(body))]);
    const found = answer?.deltas.flatMap((delta) => (delta.kind === "tool.result" ? [delta] : []));
    expect(found?.map(({ text }) => text)).toEqual([
      "A page",
      "https://a.example",
      "{}",
      "found",
      "said there",
      "b",
    ]);
    expect(found?.every(({ mode }) => mode === "snapshot")).toBe(true);
  });

  it("may be a list of models", () => {
    expect(deltasOf(frames(openAiChat, head, [Buffer.from('{"object":"list","data":[]}')]))).toEqual([]);
  });

  it("is refused where it is cut, malformed, ambiguous or too large", () => {
    expect(codeOf("")).toBe("upstream_truncated");
    expect(codeOf('{"choices":[{"message":{"content":"a')).toBe("upstream_truncated");
    expect(codeOf('{"choices":[]')).toBe("upstream_truncated");
    expect(codeOf('{"choices":[]}}')).toBe("upstream_malformed");
    expect(codeOf('{"choices":[],"choices":[]}')).toBe("upstream_malformed");
    expect(codeOf("<html></html>")).toBe("upstream_malformed");
    expect(codeOf("[]")).toBe("upstream_malformed");
    expect(codeOf('{"choices":[{"message":{"content":{}}}]}')).toBe("upstream_malformed");
    const reader = openAiChat.reader(head, { ...bounds, bodyBytesMax: 3 });
    expect(reader.push(Buffer.from("{  "))).toEqual([]);
    expect(reader.push(Buffer.from("}"))).toMatchObject({ code: "upstream_too_large" });
  });

  it("is refused where it is encoded, whatever it is", () => {
    const encoded = (type: string) => answerHead(type, 200, { "content-encoding": "gzip" });
    expect(codeOf("{}", encoded("application/json"))).toBe("upstream_encoded");
    expect(codeOf("data: [DONE]\n\n", encoded("text/event-stream"))).toBe("upstream_encoded");
    expect(openAiChat.reader(encoded("application/json"), bounds).end()).toMatchObject({
      code: "upstream_encoded",
    });
  });
});

describe("an error", () => {
  it("is one frame that says so, whatever its body is", () => {
    for (const body of ['{"error":{"message":"x"}}', "<html>Bad Gateway</html>", '{"a":1,"a":2}', ""]) {
      const answer = frames(openAiChat, answerHead("text/html", 502), [Buffer.from(body)]);
      expect(answer.map(({ bytes }) => bytes.toString())).toEqual([body]);
      expect(deltasOf(answer)).toEqual([{ kind: "error", status: 502 }]);
    }
    const stream = answerHead("text/event-stream", 429);
    expect(deltasOf(frames(openAiChat, stream, [Buffer.from("data: {}\n\n")]))).toEqual([
      { kind: "error", status: 429 },
    ]);
  });

  it("inside a good status is one, too", () => {
    expect(deltasOf(frames(openAiChat, head, [Buffer.from('{"error":{"code":502}}')]))).toEqual([
      { kind: "error" },
    ]);
  });
});

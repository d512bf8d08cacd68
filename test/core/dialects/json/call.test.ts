// Owns the proof that an agent's request is read strictly, texts where the policy points. Knows no answer.

import { describe, expect, it } from "vitest";
import type { HeaderMap } from "../../../../core/contracts/dialect.ts";
import { jsonDialect } from "../../../../core/dialects/index.ts";

const pointed = jsonDialect({ requestText: ["/prompt", "/messages/*/content"], responseText: undefined });
const open = jsonDialect({ requestText: undefined, responseText: undefined });
const head = (headers: HeaderMap = {}) => ({ method: "POST", path: "/run", query: "", headers });
const body = Buffer.from(
  '{"id":"7","prompt":"hi","messages":[{"content":"a"},{"content":["b"]}],"big":1e400}',
);

describe("an agent's request", () => {
  it("has its texts where the policy points", () => {
    const call = pointed.readCall(body, head());
    expect(call).toMatchObject({
      kind: "call",
      operation: "agent",
      model: undefined,
      isStream: false,
      value: { prompt: "hi" },
      texts: [
        { pointer: "/prompt", role: "user", text: "hi" },
        { pointer: "/messages/0/content", role: "user", text: "a" },
        { pointer: "/messages/1/content/0", role: "user", text: "b" },
      ],
    });
  });

  it("is text wherever a string stands, where the policy says nothing", () => {
    const call = open.readCall(body, head());
    expect(call).toMatchObject({ texts: [{ text: "7" }, { text: "hi" }, { text: "a" }, { text: "b" }] });
    expect(open.readCall(Buffer.from('"bare"'), head())).toMatchObject({
      texts: [{ pointer: "", text: "bare" }],
    });
  });

  it("is written as it came, but for its edits", () => {
    const call = pointed.readCall(body, head());
    if (call.kind === "refusal") throw new Error(call.code);
    expect(pointed.writeCall(call, head(), "m").body).toBe(body);
    call.edits.set("/messages/1/content/0", "c");
    expect(pointed.writeCall(call, head(), "m").body.toString()).toBe(body.toString().replace('"b"', '"c"'));
  });

  it("streams where it says so, in its body or its head", () => {
    const events = head({ accept: "text/event-stream, */*;q=0.1" });
    expect(open.readCall(Buffer.alloc(0), events)).toMatchObject({ isStream: true, value: undefined });
    expect(open.readCall(Buffer.from("{}"), events)).toMatchObject({ isStream: true });
    expect(open.readCall(Buffer.from('{"stream":true}'), head())).toMatchObject({ isStream: true });
    expect(open.readCall(Buffer.from('{"stream":"true"}'), head())).toMatchObject({ isStream: false });
  });

  it("is refused where it is not one JSON text with one reading", () => {
    const codeOf = (text: string, headers: HeaderMap = {}) => {
      const call = open.readCall(Buffer.from(text), head(headers));
      return call.kind === "refusal" ? call.code : "none";
    };
    expect(codeOf('{"a":1,"\\u0061":2}')).toBe("body_ambiguous");
    expect(codeOf("a=1&b=2", { "content-type": "application/x-www-form-urlencoded" })).toBe("body_encoded");
    expect(codeOf("{}", { "content-type": "application/json; charset=utf-7" })).toBe("body_encoded");
    expect(codeOf("{} {}")).toBe("body_malformed");
    expect(codeOf("{}", { "content-encoding": "gzip" })).toBe("body_encoded");
  });

  it("says whose each text is, as far as it says so itself", () => {
    const messages = [{ role: "system", content: [{ text: "a" }] }, { content: "b" }, { role: 1, x: "c" }];
    const call = open.readCall(Buffer.from(JSON.stringify({ messages, z: "d" })), head());
    if (call.kind === "refusal") throw new Error(call.code);
    expect(call.texts.map(({ text, role }) => [text, role])).toEqual([
      ["system", "user"],
      ["a", "system"],
      ["b", "user"],
      ["c", "user"],
      ["d", "user"],
    ]);
  });

  it("is read as far as it is text where others than JSON are", () => {
    const reading = jsonDialect({ requestText: undefined, responseText: undefined, others: "read" });
    const asked = (bytes: string | Buffer, type: string) => {
      const call = reading.readCall(Buffer.from(bytes), head({ "content-type": type }));
      if (call.kind === "refusal") return call.code;
      return call.media.length > 0 ? "unread" : call.texts.map(({ text }) => text).join();
    };
    expect(asked("plain words", "text/plain")).toBe("plain words");
    expect(asked('{"a":"b"}', "text/plain")).toBe("b");
    expect(asked('{"a":"b","a":"c"}', "text/plain")).toBe("body_ambiguous");
    expect(asked("<p>words", "text/html; charset=utf-8")).toBe("<p>words");
    expect(asked("a=b", "application/x-www-form-urlencoded")).toBe("unread");
    expect(asked(Buffer.of(0xff), "text/plain")).toBe("unread");
    expect(asked("words", "text/plain; charset=utf-16")).toBe("unread");
    expect(asked("words", "application/json")).toBe("body_malformed");
    const call = reading.readCall(Buffer.from("plain words"), head({ "content-type": "text/plain" }));
    if (call.kind === "refusal") throw new Error(call.code);
    call.edits.set("", "other words");
    expect(reading.writeCall(call, head(), undefined).body.toString()).toBe("other words");
  });

  it("cannot be pointed into with what is no pointer", () => {
    expect(() => jsonDialect({ requestText: ["prompt"], responseText: undefined })).toThrow(RangeError);
  });
});

// Owns the proof of requests to any web server as a dialect: every text is found, edits stay in their place.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call, RequestHead } from "../../../core/contracts/dialect.ts";
import { web } from "../../../core/dialects/web.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const json = { "content-type": "application/json" };

const head = (url: string, headers: RequestHead["headers"] = {}): RequestHead => {
  const [path = "", ...query] = url.split(/(?=\?)/);
  return { method: "POST", path, query: query.join(""), headers };
};

function read(asked: RequestHead, body = ""): Call {
  const call = web.readCall(Buffer.from(body), asked);
  if (call.kind !== "call") throw new Error(call.code);
  return call;
}

/** What is written once `from` is cut out of every text. */
function cut(asked: RequestHead, body: string, from: string): string {
  const call = read(asked, body);
  for (const { pointer, text } of call.texts) {
    if (text.includes(from)) call.edits.set(pointer, text.replaceAll(from, "[X]"));
  }
  const { path, body: written } = web.writeCall(call, asked, undefined);
  return `${path} ${written}`;
}

describe("texts", () => {
  it("of the path and the query, each piece with its escapes undone", () => {
    const call = read(head("/a%20b/c%2Fd?q=x+y%21&flag&=e"));
    expect(call.texts.map(({ text }) => text)).toEqual(["a b", "c/d", "q", "x y!", "flag", "e"]);
    expect(call.texts.every(({ kind, role }) => kind === "text" && role === "user")).toBe(true);
  });

  it("of a form, of JSON and of words", () => {
    const of = (headers: RequestHead["headers"], body: string) =>
      read(head("/", headers), body).texts.map(({ text }) => text);
    expect(of(form, "a=b%20c&d=%C3%BC")).toEqual(["a", "b c", "d", "ü"]);
    expect(of(json, '{"a":["b",{"c":"d"}]}')).toEqual(["b", "d"]);
    expect(of({ "content-type": "text/plain" }, "words")).toEqual(["words"]);
  });

  it("with a broken escape are what they look like", () => {
    expect(read(head("/%zz?%E0%A4=1")).texts.map(({ text }) => text)).toEqual(["%zz", "%E0%A4", "1"]);
  });

  it("a form that is encoded or no UTF-8 is refused", () => {
    const encoded = head("/", { ...form, "content-encoding": "gzip" });
    expect(web.readCall(Buffer.from("a=b"), encoded)).toMatchObject({ code: "body_encoded" });
    expect(web.readCall(Buffer.from([0x61, 0xff]), head("/", form))).toMatchObject({
      code: "body_malformed",
    });
  });
});

describe("what is written", () => {
  it("are the very bytes where nothing was cut", () => {
    fc.assert(
      fc.property(fc.webPath(), fc.webQueryParameters(), fc.string(), (path, query, body) => {
        const asked = head(`/${path}?${query}`, form);
        const call = web.readCall(Buffer.from(body), asked);
        if (call.kind !== "call") return;
        const written = web.writeCall(call, asked, undefined);
        expect(written.path).toBe(asked.path + asked.query);
        expect(written.body.toString()).toBe(body);
      }),
    );
  });

  it("has each cut where its text stood, and all else as it was", () => {
    expect(cut(head("/a/se%63ret/b?q=my+secret&r=%20"), "", "secret")).toBe(
      "/a/%5BX%5D/b?q=my%20%5BX%5D&r=%20 ",
    );
    expect(cut(head("/", form), "a=one%20secret&b=+two", "secret")).toBe("/ a=one%20%5BX%5D&b=+two");
    expect(cut(head("/?q=secret", json), '{ "a": "secret", "n": 1.0 }', "secret")).toBe(
      '/?q=%5BX%5D { "a": "[X]", "n": 1.0 }',
    );
    expect(cut(head("/", { "content-type": "text/plain" }), "a secret", "secret")).toBe("/ a [X]");
  });
});

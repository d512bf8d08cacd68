// Owns the proof of the edge's list: what Node accepts and we refuse, raw over a socket. Knows no filters.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkRoutedSegments } from "../../../core/motion/edge.ts";
import { type DataPath, RawClient, startDataPath } from "../../data-path.ts";

let path: DataPath;
const reached: string[] = [];

beforeAll(async () => {
  path = await startDataPath({
    upstream: (request, response) => {
      reached.push(`${request.method} ${request.url}`);
      request.resume().on("end", () => response.end(JSON.stringify(request.rawHeaders)));
    },
  });
});
afterAll(() => path.close());

interface Heard {
  readonly status: number;
  readonly refusal: string | undefined;
  readonly text: string;
}

/** One request, one answer: the connection is asked to close behind it. */
async function ask(head: readonly string[], body = ""): Promise<Heard> {
  const client = new RawClient(path.port).say(`${head.join("\r\n")}\r\n\r\n${body}`);
  const text = await client.hearsAnswer();
  client.leave();
  return {
    status: Number(text.slice(9, 12)),
    refusal: /^x-sluice-refusal: (.*)\r$/im.exec(text)?.[1],
    text,
  };
}

const host = "Host: gw.test";
const close = "Connection: close";
const get = "GET / HTTP/1.1";
const post = "POST / HTTP/1.1";
const many = (count: number) => Array.from({ length: count }, (_, index) => `x-${index}: y`);

describe("is refused", () => {
  const cases: readonly (readonly [string, number, string, readonly string[]])[] = [
    ["no Host", 400, "request_malformed", [get, close]],
    ["a fragment in the target", 400, "request_malformed", ["GET /x#y HTTP/1.1", host]],
    ["two Hosts", 400, "request_malformed", [get, host, "Host: other.test", close]],
    ["a Host with user info", 400, "request_malformed", [get, "Host: user@gw.test", close]],
    ["a Host with a path", 400, "request_malformed", [get, "Host: gw.test/x", close]],
    ["an empty Host", 400, "request_malformed", [get, "Host:", close]],
    ["a port that is none", 400, "request_malformed", [get, "Host: gw.test:70000", close]],
    ["HTTP/1.0", 505, "version_refused", ["GET / HTTP/1.0", host]],
    ["HTTP/0.9", 505, "version_refused", ["GET /"]],
    ["HTTP/1.2", 400, "request_malformed", ["GET / HTTP/1.2", host]],
    ["the HTTP/2 preface", 400, "request_malformed", ["PRI * HTTP/2.0", "", "SM"]],
    ["a coding besides chunked", 400, "request_malformed", [post, host, "Transfer-Encoding: gzip, chunked"]],
    ["a coding that is not chunked", 400, "request_malformed", [post, host, "Transfer-Encoding: identity"]],
    [
      "a coding and a length",
      400,
      "request_malformed",
      [post, host, "Transfer-Encoding: chunked", "Content-Length: 1"],
    ],
    ["two lengths", 400, "request_malformed", [post, host, "Content-Length: 1", "Content-Length: 1"]],
    ["a signed length", 400, "request_malformed", [post, host, "Content-Length: +1"]],
    ["an upgrade to h2c", 400, "request_malformed", [get, host, "Connection: upgrade", "Upgrade: h2c"]],
    [
      "h2c among others",
      400,
      "request_malformed",
      [get, host, "Connection: upgrade", "Upgrade: websocket, H2C"],
    ],
    [
      "an upgrade that nobody carries",
      403,
      "upgrade_refused",
      [get, host, "Connection: upgrade", "Upgrade: websocket"],
    ],
    ["TRACE", 405, "method_refused", ["TRACE / HTTP/1.1", host, close]],
    ["an underscore in a header's name", 400, "request_malformed", [get, host, "x_user: y", close]],
    ["__proto__", 400, "request_malformed", [get, host, "__proto__: y", close]],
    [
      "two authorizations",
      400,
      "request_malformed",
      [get, host, "Authorization: a", "Authorization: b", close],
    ],
    ["two keys", 400, "request_malformed", [get, host, "x-api-key: a", "X-Api-Key: b", close]],
    ["101 headers", 431, "headers_too_large", [get, host, close, ...many(99)]],
    ["2,000 headers", 431, "headers_too_large", [get, host, close, ...many(1_200), "authorization: late"]],
    ["a header block past 16 KiB", 431, "headers_too_large", [get, host, `x: ${"y".repeat(16 * 1024)}`]],
    ["a URL past 8 KiB", 414, "url_too_long", [`GET /${"x".repeat(8 * 1024)} HTTP/1.1`, host, close]],
    ["a body on GET", 400, "request_malformed", [get, host, "Content-Length: 1"]],
    [
      "a chunked body on HEAD",
      400,
      "request_malformed",
      ["HEAD / HTTP/1.1", host, "Transfer-Encoding: chunked"],
    ],
    [
      "an expectation that is not 100-continue",
      400,
      "request_malformed",
      [post, host, "Expect: a pony", "Content-Length: 1"],
    ],
    ["a space before the colon", 400, "request_malformed", [get, host, "x : y"]],
    ["a folded header", 400, "request_malformed", [get, host, "x: y", " folded"]],
    ["a NUL in a value", 400, "request_malformed", [get, host, "x: \0"]],
    [
      "absolute form, where it is not routed",
      405,
      "method_refused",
      ["GET http://gw.test/x HTTP/1.1", host, close],
    ],
    [
      "CONNECT, where it is not routed",
      405,
      "method_refused",
      ["CONNECT a.test:443 HTTP/1.1", "Host: a.test:443"],
    ],
    [
      "CONNECT with a body",
      400,
      "request_malformed",
      ["CONNECT a.test:443 HTTP/1.1", host, "Content-Length: 1"],
    ],
    ["OPTIONS *, where it is not routed", 405, "method_refused", ["OPTIONS * HTTP/1.1", host, close]],
  ];

  it.each(cases)("%s", async (_what, status, code, head) => {
    const before = {
      unparsed: path.unparsed.length,
      outcomes: path.outcomes.length,
      reached: reached.length,
    };
    const answer = await ask(head);
    expect([answer.status, answer.refusal]).toEqual([status, code]);
    expect(answer.text).not.toMatch(/ at .*\.ts|node:/);
    const told = path.unparsed.length - before.unparsed + path.outcomes.length - before.outcomes;
    expect(told).toBe(1);
    expect(reached.length).toBe(before.reached);
    expect(path.bugs).toEqual([]);
  });
});

describe("is let in", () => {
  it("100 headers, `authorization` the last of them", async () => {
    const { status, text } = await ask([
      get,
      host,
      close,
      ...many(97).map((line) => line),
      "authorization: last",
    ]);
    expect(status).toBe(200);
    expect(text).toContain('"x-96","y"');
  });

  it("a header block of nearly 16 KiB, a URL of 8 KiB", async () => {
    const url = `/${"x".repeat(8 * 1024 - 1)}`;
    expect((await ask([`GET ${url} HTTP/1.1`, host, close, `x: ${"y".repeat(7 * 1024)}`])).status).toBe(200);
    expect(reached.at(-1)).toBe(`GET ${url}`);
  });

  it.each(["gw.test", "gw.test:8080", "127.0.0.1:80", "[::1]", "[::1]:8080", "my_service:80", "a"])(
    "Host: %s",
    async (name) => expect((await ask([get, `Host: ${name}`, close])).status).toBe(200),
  );

  it.each(["DELETE", "PATCH", "PUT", "OPTIONS", "PROPFIND", "PURGE", "QUERY", "M-SEARCH"])(
    "%s",
    async (method) => {
      expect((await ask([`${method} /x HTTP/1.1`, host, close])).status).toBe(200);
      expect(reached.at(-1)).toBe(`${method} /x`);
    },
  );

  it.each(["/%", "/%zz", "/%c3%28", "/a%2fb", "//x", "/a/../b", "/%00", "/x?a=%", "/;x"])(
    "a path the router cannot decode goes on as it came: %s",
    async (url) => {
      expect((await ask([`GET ${url} HTTP/1.1`, host, close])).status).toBe(200);
      expect(reached.at(-1)).toBe(`GET ${url}`);
    },
  );

  it("chunked bodies and stated ones, with what may stand in a request's head", async () => {
    const chunked = [post, host, close, "Transfer-Encoding: Chunked"];
    expect((await ask(chunked, "5\r\nhello\r\n0\r\n\r\n")).status).toBe(200);
    expect((await ask([post, host, close, "Content-Length: 5"], "hello")).status).toBe(200);
    expect((await ask([post, host, close, "Content-Length: 0"])).status).toBe(200);
  });
});

describe("the segments a program routes by", () => {
  it.each(["/a%2fb/x", "/a%2Fb/x", "/a%5cb", "/..", "/a/../b", "/%2e%2e/x", "/a\\b", "/a%00"])(
    "%s",
    (url) => {
      expect(checkRoutedSegments(url, 2)).toMatchObject({ code: "request_malformed" });
    },
  );

  it("the tail is opaque", () => {
    expect(checkRoutedSegments("/agents/a/model%2fid/../x", 2)).toBeUndefined();
  });
});

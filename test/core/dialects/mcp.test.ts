// Owns the proof that MCP's messages are read once and strictly, and that what passes stays as it came. Knows
// no server.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnswerHead, Call, HeaderMap } from "../../../core/contracts/dialect.ts";
import type { Frame } from "../../../core/contracts/frame.ts";
import { refuse } from "../../../core/contracts/refusal.ts";
import { withoutPlaces } from "../../../core/dialects/mcp/writers.ts";
import { mcpDialect } from "../../../core/dialects/mcp.ts";

const dialect = mcpDialect({ messageBytesMax: 64 * 1024 });
const json = { "content-type": "application/json" };
const bounds = { frameBytesMax: 1, bodyBytesMax: 1 };
const events: AnswerHead = { status: 200, headers: { "content-type": "text/event-stream" } };
const whole: AnswerHead = { status: 200, headers: json };

function read(body: unknown, headers: HeaderMap = {}) {
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  const bytes = Buffer.from(isText ? body : JSON.stringify(body));
  return dialect.readCall(bytes, { method: "POST", path: "/", query: "", headers: { ...json, ...headers } });
}
const refusedAs = (body: unknown, headers?: HeaderMap) => {
  const said = read(body, headers);
  return said.kind === "refusal" ? said.code : "read";
};
const request = (id: unknown, method = "tools/list", params: object = {}) => {
  return { jsonrpc: "2.0", id, method, params };
};

describe("what a client sends", () => {
  it("is a request, a notification or an answer", () => {
    const kinds = [
      request(1),
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: "a", result: {} },
      { jsonrpc: "2.0", id: 2, error: { code: -1, message: "no" } },
    ].map((body) => (read(body) as Call).messages?.[0]?.kind);
    expect(kinds).toEqual(["request", "notification", "answer", "failure"]);
  });

  it.each([
    ["a name twice", '{"jsonrpc":"2.0","id":1,"method":"a","method":"tools/list"}', "body_ambiguous"],
    ["bad UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "body_malformed"],
    ["two kinds of message at once", { ...request(1), result: {} }, "request_malformed"],
    ["an answer that says both", { jsonrpc: "2.0", id: 1, result: {}, error: {} }, "request_malformed"],
    ["another JSON-RPC", { id: 1, method: "tools/list" }, "request_malformed"],
    ["an id of null", request(null), "request_malformed"],
    ["parameters by position", request(1, "tools/call", [] as never), "request_malformed"],
    ["an empty batch", [], "request_malformed"],
    ["a batch with something else in it", [request(1), 5], "request_malformed"],
    ["a batch with one id twice", [request(1), request(1)], "body_ambiguous"],
  ])("%s is refused", (_, body, code) => {
    expect(refusedAs(body)).toBe(code);
  });

  it("may be a batch where the version has batches", () => {
    expect((read([request(1), request(2)]) as Call).messages?.map(({ pointer }) => pointer)).toEqual([
      "/0",
      "/1",
    ]);
    expect(refusedAs([request(1)], { "mcp-protocol-version": "2025-03-26" })).toBe("read");
    expect(refusedAs([request(1)], { "mcp-protocol-version": "2025-11-25" })).toBe("request_malformed");
  });

  it("has to be JSON, and said to be", () => {
    expect(refusedAs(request(1), { "content-type": "text/plain" })).toBe("body_encoded");
    expect(refusedAs(request(1), { "content-encoding": "gzip" })).toBe("body_encoded");
  });

  it("shows every word that leaves, wherever it is called as the protocol calls its own", () => {
    const args = { cursor: "one", deep: [{ _meta: { level: "two" } }] };
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      progressToken: "t",
      note: "three",
    };
    const call = read(request(1, "tools/call", { name: "search", arguments: args, _meta })) as Call;
    expect(call.texts.map(({ text, kind }) => `${kind} ${text}`)).toEqual([
      "tool.args one",
      "tool.args two",
      "tool.args three",
    ]);
  });
});

describe("what a server answers", () => {
  const frames = (head: AnswerHead, text: string | Buffer, size = text.length) => {
    const reader = dialect.reader(head, bounds);
    const bytes = Buffer.from(text);
    const out: Frame[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const said = reader.push(bytes.subarray(at, at + size));
      if ("kind" in said) return said.code;
      out.push(...said);
    }
    const last = reader.end();
    return "kind" in last ? last.code : [...out, ...last];
  };
  const answer = (result: object) => JSON.stringify({ jsonrpc: "2.0", id: 1, result });
  const last = `event: message\nid: 8\ndata: ${answer({ content: [] })}\n\n`;
  const stream = `id: 7\nretry: 250\ndata:\n\n: still here\n\n${last}`;

  it("keeps ids, retry and comments, however the stream is cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: stream.length }), (size) => {
        const read = frames(events, stream, size);
        expect(
          typeof read === "string" ? read : Buffer.concat(read.map(({ bytes }) => bytes)).toString(),
        ).toBe(stream);
      }),
    );
  });

  it.each([
    ["HTML", { status: 200, headers: { "content-type": "text/html" } }, "<html>", "upstream_malformed"],
    ["no JSON", whole, "nope", "upstream_malformed"],
    ["JSON that is no message", whole, "{}", "upstream_malformed"],
    [
      "a name twice",
      whole,
      '{"jsonrpc":"2.0","id":1,"result":{"tools":[],"tools":[1]}}',
      "upstream_malformed",
    ],
    ["an event that is no JSON", events, "data: nope\n\n", "upstream_malformed"],
    ["an event of 10 MB", events, `data: ${"x".repeat(10_000_000)}`, "upstream_too_large"],
    ["a body of 10 MB", whole, `"${"x".repeat(10_000_000)}`, "upstream_too_large"],
    ["half an event", events, "data: {", "upstream_truncated"],
  ])("%s is refused", (_, head, text, code) => {
    expect(frames(head as AnswerHead, text)).toBe(code);
  });

  it("keeps the body of an error, whatever it is", () => {
    for (const type of ["text/plain", "application/json", ""]) {
      const read = frames({ status: 404, headers: { "content-type": type } }, "Session not found");
      expect(typeof read === "string" ? read : read[0]?.bytes.toString()).toBe("Session not found");
    }
  });

  it("tells definitions from results, and media from texts", () => {
    const listed = frames(
      whole,
      answer({ tools: [{ name: "a", description: "b", annotations: { title: "c" } }] }),
    );
    const given = frames(
      whole,
      answer({
        content: [
          { type: "text", text: "x" },
          { type: "image", data: "AA==", mimeType: "image/png" },
        ],
        structuredContent: { deep: ["y"] },
      }),
    );
    const said = [listed, given]
      .flatMap((read) => (typeof read === "string" ? [] : read))
      .flatMap(({ deltas }) => deltas);
    expect(said.map((delta) => ("text" in delta ? `${delta.kind} ${delta.text}` : delta.kind))).toEqual([
      ...["tool.definition a", "tool.definition b", "tool.definition c"],
      ...[
        "tool.result text",
        "tool.result x",
        "tool.result image",
        "media",
        "tool.result image/png",
        "tool.result y",
      ],
    ]);
  });

  it("loses elements of its lists, and nothing else", () => {
    const tools = { tools: [{ name: "a" }, { name: "b" }], nextCursor: "n" };
    const kept = answer({ ...tools, tools: [{ name: "b" }] });
    const [frame] = frames(whole, answer(tools)) as readonly Frame[];
    expect(withoutPlaces(frame as Frame, ["/result/tools/0"]).bytes.toString()).toBe(kept);
    const [event] = frames(events, `id: 3\ndata: ${answer(tools)}\nretry: 5\n\n`) as readonly Frame[];
    const cut = withoutPlaces(event as Frame, ["/result/tools/0"]);
    expect(cut.bytes.toString()).toBe(`id: 3\ndata: ${kept}\nretry: 5\n\n`);
    expect(withoutPlaces(cut, ["/result/tools/0"]).messages?.[0]?.value.result).toEqual({
      tools: [],
      nextCursor: "n",
    });
  });
});

describe("a refusal", () => {
  const said = (code: Parameters<typeof refuse>[0], body?: unknown) => {
    const call = body === undefined ? undefined : (read(body) as Call);
    const { head, body: bytes } = dialect.refuse(refuse(code), call);
    return {
      status: head.status,
      code: head.headers["x-sluice-refusal"],
      body: JSON.parse(bytes.toString()),
    };
  };

  it("of the policy answers the request it is about", () => {
    expect(said("tool_denied", request("x"))).toMatchObject({
      status: 200,
      code: "tool_denied",
      body: { jsonrpc: "2.0", id: "x", error: { code: -32602, data: { code: "tool_denied", status: 403 } } },
    });
    expect(said("tool_denied", [request(1), request(2)]).body).toHaveLength(2);
  });

  it("of the transport is an HTTP error that says the same", () => {
    expect(said("mcp_header_mismatch", request(3))).toMatchObject({
      status: 400,
      body: { id: 3, error: { code: -32020 } },
    });
    expect(said("mcp_session_unknown")).toMatchObject({ status: 404, body: { id: null } });
    expect(said("upstream_unreachable", request(4))).toMatchObject({ status: 502, body: { id: 4 } });
  });

  it("amid a stream is an event that ends the request", () => {
    const writer = dialect.writer(events, read(request(5)) as Call);
    const frame = writer.refuse(refuse("secret_detected"));
    expect(frame?.bytes.toString()).toMatch(
      /^event: message\ndata: \{"jsonrpc":"2.0","id":5,"error":.*\n\n$/,
    );
    expect(dialect.writer(whole).refuse(refuse("secret_detected"))).toBeUndefined();
  });
});

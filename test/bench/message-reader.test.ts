// Owns the proof that the load finds where an answer ends, however it is cut into reads.

import { expect, it } from "vitest";
import { MessageReader } from "../../bench/message-reader.ts";
import { RequestBytes } from "../../bench/workload.ts";

const head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
const messages = [
  ["known length", `${head}Content-Length: 11\r\n\r\nhello world`],
  ["no bytes", `${head}content-length: 0\r\n\r\n`],
  ["chunked", `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
] as const;

it.each(messages)("%s: whole at its last byte, at every cut and twice in a row", (_what, text) => {
  const bytes = Buffer.from(text);
  for (let cut = 1; cut < bytes.length; cut++) {
    const reader = new MessageReader();
    for (let turn = 0; turn < 2; turn++) {
      expect(reader.push(bytes.subarray(0, cut))).toBe(false);
      expect(reader.push(bytes.subarray(cut))).toBe(true);
      expect(reader.startLine).toBe("HTTP/1.1 200 OK");
    }
  }
});

it("byte by byte", () => {
  for (const [, text] of messages) {
    const reader = new MessageReader();
    const seen = [...Buffer.from(text)].map((byte) => reader.push(Buffer.of(byte)));
    expect(seen.indexOf(true)).toBe(seen.length - 1);
  }
});

it("more bytes than were told, or an end that nothing tells, is an error", () => {
  expect(() => new MessageReader().push(Buffer.from(`${head}content-length: 1\r\n\r\nab`))).toThrow(
    "more bytes",
  );
  expect(() => new MessageReader().push(Buffer.from(`${head}\r\nabc`))).toThrow("no known framing");
});

it("a request is whole, 4 KB, and no two bodies are the same", () => {
  const request = new RequestBytes({ port: 80, path: "/v1/chat/completions", form: "stream" });
  const [one, two] = [request.number(1).toString(), request.number(2).toString()];
  const bodyOf = (text: string): string => text.slice(text.indexOf("\r\n\r\n") + 4);
  expect(new MessageReader().push(Buffer.from(one))).toBe(true);
  expect(bodyOf(one)).toHaveLength(4_096);
  expect(JSON.parse(bodyOf(one))).toMatchObject({ model: "gpt-4o", stream: true });
  expect(bodyOf(one)).not.toBe(bodyOf(two));
});

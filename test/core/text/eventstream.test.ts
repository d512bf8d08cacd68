// Owns the proof of eventstream's framing: cut anywhere it is the same, and one wrong byte is refused.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventstreamCutter } from "../../../core/text/eventstream.ts";
import {
  headersOf,
  payloadOf,
  readMessage,
  replacePayload,
  writeMessage,
} from "../../../core/text/eventstream-message.ts";
import { anyCut, everyCut } from "./cuts.ts";

/** As the recorder of a real answer kept it. */
const recorded = Buffer.from(
  "AAAAdgAAAFKW1freDTptZXNzYWdlLXR5cGUHAAVldmVudAs6ZXZlbnQtdHlwZQcADG1lc3NhZ2VTdGFydA06Y29udG" +
    "VudC10eXBlBwAQYXBwbGljYXRpb24vanNvbnsicm9sZSI6ImFzc2lzdGFudCJ9HMa+GA==",
  "base64",
);
const exception = writeMessage({ type: "exception", name: "throttlingException" }, '{"message":"Wait."}');
const body = Buffer.concat([recorded, exception, recorded]);
const bytesMax = 1024;

function cut(chunks: readonly Buffer[]): Buffer[] | string {
  const cutter = new EventstreamCutter(bytesMax);
  const units: Buffer[] = [];
  for (const chunk of chunks) {
    const found = cutter.push(chunk);
    if ("kind" in found) return found.code;
    units.push(...found);
  }
  const rest = cutter.rest();
  return rest === undefined ? units : [...units, rest];
}

describe("a stream of messages", () => {
  it("is cut into the same messages however it comes", () => {
    for (const chunks of everyCut(body)) expect(cut(chunks)).toEqual([recorded, exception, recorded]);
    fc.assert(
      fc.property(anyCut(body), (chunks) => {
        expect(cut(chunks)).toEqual([recorded, exception, recorded]);
      }),
    );
  });

  it("is given out message by message, as each ends", () => {
    const cutter = new EventstreamCutter(bytesMax);
    expect(cutter.push(recorded)).toEqual([recorded]);
    expect(cutter.push(recorded.subarray(0, 5))).toEqual([]);
    expect(cutter.rest()).toEqual(recorded.subarray(0, 5));
  });

  it("is refused where any bit of a message is another", () => {
    for (let at = 0; at < recorded.length; at++) {
      for (const bit of [0, 3, 7]) {
        const broken = Buffer.from(recorded);
        broken.writeUInt8((broken[at] ?? 0) ^ (1 << bit), at);
        expect(cut([broken]), `byte ${at}`).toBe("upstream_malformed");
      }
    }
  });

  it("is refused where a length cannot be, and where it is too large", () => {
    expect(cut([prelude(15, 0)])).toBe("upstream_malformed");
    expect(cut([prelude(100, 85)])).toBe("upstream_malformed");
    expect(cut([prelude(bytesMax + 1, 0)])).toBe("upstream_too_large");
    expect(cut([prelude(bytesMax, 0)])).toEqual([prelude(bytesMax, 0)]);
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => void cut(chunks.map(Buffer.from))),
    );
  });
});

/** With its own checksum: the first twelve bytes of a written message whose lengths are changed after. */
function prelude(length: number, headersBytes: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(headersBytes, 4);
  bytes.writeUInt32BE(crc(bytes.subarray(0, 8)), 8);
  return bytes;
}

/** ISO 3309, bit by bit. */
function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

const header = (name: string, value: Buffer) =>
  Buffer.concat([Buffer.of(name.length), Buffer.from(name), value]);
const text = (value: string) => Buffer.concat([Buffer.of(7, 0, value.length), Buffer.from(value)]);

describe("a message", () => {
  it("has a type, a name and a payload", () => {
    expect(readMessage(headersOf(recorded))).toEqual({ type: "event", name: "messageStart" });
    expect(payloadOf(recorded).toString()).toBe('{"role":"assistant"}');
    expect(readMessage(headersOf(exception))).toEqual({ type: "exception", name: "throttlingException" });
  });

  it("takes another payload and is whole again", () => {
    expect(replacePayload(recorded, payloadOf(recorded))).toEqual(recorded);
    const longer = replacePayload(recorded, Buffer.from('{"role":"somebody else"}'));
    expect(cut([longer])).toEqual([longer]);
    expect(headersOf(longer)).toEqual(headersOf(recorded));
  });

  it("may have headers of every type", () => {
    const others = [
      [0, 0],
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 4],
      [5, 8],
      [8, 8],
      [9, 16],
    ].map(([type = 0, length = 0]) =>
      header(`h${type}`, Buffer.concat([Buffer.of(type), Buffer.alloc(length, 7)])),
    );
    const bytes = header("bytes", Buffer.of(6, 0, 2, 1, 2));
    const said = [header(":message-type", text("event")), header(":event-type", text("chunk"))];
    expect(readMessage(Buffer.concat([...others, bytes, ...said]))).toEqual({ type: "event", name: "chunk" });
  });

  const broken: readonly (readonly [what: string, headers: Buffer])[] = [
    ["no headers", Buffer.alloc(0)],
    ["no name", header(":message-type", text("event"))],
    ["an unknown type", header(":message-type", text("other"))],
    [
      "a name twice",
      Buffer.concat(
        [":message-type", ":event-type", ":event-type"].map((name) => header(name, text("event"))),
      ),
    ],
    ["a type that is none", header("a", Buffer.of(10))],
    ["a value cut off", header(":message-type", text("event")).subarray(0, -1)],
    ["a length cut off", header(":message-type", Buffer.of(7, 0))],
    ["a name cut off", Buffer.of(200, 1)],
    ["bytes that are no text", header(":message-type", Buffer.of(7, 0, 1, 0xff))],
  ];
  it.each(broken)("is not read with %s", (_what, headers) => {
    expect(readMessage(headers)).toBeUndefined();
  });
});

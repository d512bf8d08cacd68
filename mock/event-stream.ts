// Owns AWS's event stream framing with its checksums (application/vnd.amazon.eventstream); knows no event.

import { crc32 } from "node:zlib";

export type EventHeaders = Readonly<Record<string, string>>;

export interface EventMessage {
  readonly headers: EventHeaders;
  readonly payload: Buffer;
}

const preludeBytes = 12;
const checksumBytes = 4;
const textType = 7;

/** Total length, length of the headers, their checksum, headers, payload, checksum of all. */
export function encodeMessage({ headers, payload }: EventMessage): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const bytes = Buffer.alloc(preludeBytes + head.length + payload.length + checksumBytes);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  head.copy(bytes, preludeBytes);
  payload.copy(bytes, preludeBytes + head.length);
  const end = bytes.length - checksumBytes;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

function encodeHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  const named = Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name)]);
  return Buffer.concat([named, Buffer.from([textType]), length, Buffer.from(value)]);
}

/** The same message with another payload: what was encoded here is taken apart without a doubt. */
export function changePayload(bytes: Buffer, change: (payload: Buffer) => Buffer): Buffer {
  const headEnd = preludeBytes + bytes.readUInt32BE(4);
  const headers = decodeHeaders(bytes.subarray(preludeBytes, headEnd));
  const payload = change(bytes.subarray(headEnd, bytes.length - checksumBytes));
  return encodeMessage({ headers, payload });
}

function decodeHeaders(head: Buffer): EventHeaders {
  const headers: Record<string, string> = {};
  for (let at = 0; at < head.length; ) {
    const nameEnd = at + 1 + head.readUInt8(at);
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + head.readUInt16BE(nameEnd + 1);
    headers[head.toString("utf8", at + 1, nameEnd)] = head.toString("utf8", valueStart, valueEnd);
    at = valueEnd;
  }
  return headers;
}

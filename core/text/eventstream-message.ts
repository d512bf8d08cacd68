// Owns the headers and the payload of one eventstream message, and writing it anew. Must not know what it
// says.

import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import { checksumBytes } from "./checksum.ts";
import { preludeBytes } from "./eventstream.ts";
import type { Span } from "./splice.ts";

export interface EventstreamMessage {
  /** `:message-type`: `event`, `exception` or `error`. */
  readonly type: string;
  /** What it is called there: `:event-type`, `:exception-type` or `:error-code`. */
  readonly name: string;
}

/** Bytes that a value has by its type; the others write their length before it. */
const fixedBytes: readonly (number | undefined)[] = [
  0, // true
  0, // false
  1, // byte
  2, // short
  4, // integer
  8, // long
  undefined, // bytes
  undefined, // text
  8, // timestamp
  16, // uuid
];
const textType = 7;

const nameHeaders: ReadonlyMap<string, string> = new Map([
  ["event", ":event-type"],
  ["exception", ":exception-type"],
  ["error", ":error-code"],
]);

/** Of a message that was cut whole, as of all below. */
export function headersOf(unit: Buffer): Buffer {
  return unit.subarray(preludeBytes, preludeBytes + unit.readUInt32BE(4));
}

export function payloadOf(unit: Buffer): Buffer {
  return unit.subarray(preludeBytes + unit.readUInt32BE(4), unit.length - checksumBytes);
}

export function headersBytesOf(unit: Buffer): number {
  return unit.readUInt32BE(4);
}

/** Headers and payload, as Latin-1. */
export function contentOf(unit: Buffer): string {
  return unit.toString("latin1", preludeBytes, unit.length - checksumBytes);
}

/** `undefined`: they cannot be read, say one thing twice, or do not say what the message is. */
export function readMessage(headers: Buffer): EventstreamMessage | undefined {
  const texts = readTexts(headers);
  const type = texts?.get(":message-type");
  const name = texts?.get(nameHeaders.get(type ?? "") ?? "");
  return type === undefined || name === undefined ? undefined : { type, name };
}

/** The same message with another payload. */
export function replacePayload(unit: Buffer, payload: Buffer): Buffer {
  return write(headersOf(unit), payload);
}

export function writeMessage({ type, name }: EventstreamMessage, payload: string): Buffer {
  const headers = [
    [nameHeaders.get(type) ?? ":event-type", name],
    [":content-type", "application/json"],
    [":message-type", type],
  ] as const;
  return write(Buffer.concat(headers.map(([header, text]) => writeText(header, text))), Buffer.from(payload));
}

function write(headers: Buffer, payload: Buffer): Buffer {
  const end = preludeBytes + headers.length + payload.length;
  const unit = Buffer.allocUnsafe(end + checksumBytes);
  unit.writeUInt32BE(unit.length, 0);
  unit.writeUInt32BE(headers.length, 4);
  unit.writeUInt32BE(crc32(unit.subarray(0, 8)), 8);
  headers.copy(unit, preludeBytes);
  payload.copy(unit, preludeBytes + headers.length);
  unit.writeUInt32BE(crc32(unit.subarray(0, end)), end);
  return unit;
}

function writeText(header: string, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const lengths = Buffer.of(textType, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(header.length), Buffer.from(header), lengths, Buffer.from(text)]);
}

/** The headers that are texts; `undefined` where their bytes do not add up or a name comes twice. */
function readTexts(headers: Buffer): ReadonlyMap<string, string> | undefined {
  const texts = new Map<string, string>();
  const names = new Set<string>();
  for (let at = 0; at < headers.length; ) {
    const nameEnd = at + 1 + (headers[at] ?? 0);
    const name = headers.toString("utf8", at + 1, nameEnd);
    const value = valueAt(headers, nameEnd);
    if (value === undefined || names.has(name)) return undefined;
    names.add(name);
    if (value.type === textType) {
      const bytes = headers.subarray(value.start, value.end);
      if (!isUtf8(bytes)) return undefined;
      texts.set(name, bytes.toString());
    }
    at = value.end;
  }
  return texts;
}

interface HeaderValue extends Span {
  readonly type: number;
}

function valueAt(headers: Buffer, at: number): HeaderValue | undefined {
  const type = headers[at];
  if (type === undefined || type >= fixedBytes.length) return undefined;
  const fixed = fixedBytes[type];
  const start = fixed === undefined ? at + 3 : at + 1;
  if (start > headers.length) return undefined;
  const end = start + (fixed ?? headers.readUInt16BE(at + 1));
  return end > headers.length ? undefined : { type, start, end };
}

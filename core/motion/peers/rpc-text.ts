// Owns looking at one JSON-RPC message without losing a byte of it: ids and tokens are changed in place.
// Knows no session.

import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import type { RpcId } from "../../contracts/rpc.ts";
import { isObject, readJson } from "../../text/json.ts";
import { valueAt } from "../../text/pointer.ts";
import { locate, splice } from "../../text/splice.ts";

export interface RpcText {
  readonly bytes: Buffer;
  readonly value: JsonObject;
  /** Undefined: a notification. */
  readonly id: RpcId | undefined;
  /** Undefined: an answer. */
  readonly method: string | undefined;
}

const subscription = "io.modelcontextprotocol/subscriptionId";
export const places = {
  id: ["id"],
  progressAsked: ["params", "_meta", "progressToken"],
  progressTold: ["params", "progressToken"],
  subscription: ["params", "_meta", subscription],
  cancelled: ["params", "requestId"],
} as const;

/** Undefined: no message. */
export function readRpc(bytes: Buffer): RpcText | undefined {
  const reading = readJson(bytes);
  if (reading.kind === "problem" || !isObject(reading.value)) return undefined;
  const { value } = reading;
  if (value.jsonrpc !== "2.0") return undefined;
  return { bytes, value, id: idIn(value.id), method: textOf(value.method) };
}

/** Of a body: one, or those of a batch. It has been read strictly before. */
export function readRpcBody(body: Buffer): readonly RpcText[] | undefined {
  const reading = readJson(body);
  if (reading.kind === "problem") return undefined;
  const { value } = reading;
  const spans = Array.isArray(value)
    ? locate(
        body,
        value.map((_, at) => `/${at}`),
      )
    : [{ start: 0, end: body.length }];
  const messages = spans.map((span) => span && readRpc(inOneLine(body.subarray(span.start, span.end))));
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

/** Within a JSON text line ends are space between its marks and nothing else. */
function inOneLine(bytes: Buffer): Buffer {
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)));
}

export function idAt({ value }: RpcText, place: readonly string[]): RpcId | undefined {
  return idIn(valueAt(value, place));
}

/** With other ids at some of its places. */
export function withIds({ bytes }: RpcText, ids: readonly (readonly [readonly string[], RpcId])[]): Buffer {
  return splice(bytes, new Map(ids.map(([place, id]) => [pointerOf(place), id])));
}

/** 1 and "1" are two ids. */
export function keyOf(id: RpcId): string {
  return `${typeof id} ${id}`;
}

function pointerOf(place: readonly string[]): string {
  return place.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function idIn(id: JsonValue | undefined): RpcId | undefined {
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

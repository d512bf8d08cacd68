// Owns JSON that stands in another's string as base64: an event in its chunk, a body in a count. Knows
// neither.

import { isObject, readJson } from "../../text/json.ts";
import { quote } from "../../text/scan.ts";
import { locate, splice } from "../../text/splice.ts";
import { Template } from "../../text/template.ts";

/** The event's JSON; `undefined`: it cannot be read in one way only. */
export function unwrap(payload: Buffer): Buffer | undefined {
  const reading = readJson(payload);
  const bytes = reading.kind === "json" && isObject(reading.value) ? reading.value.bytes : undefined;
  return typeof bytes === "string" ? readBase64(bytes) : undefined;
}

/** The chunks of one stream: they differ in their event, and in padding that hides how long it is. */
export class Unwrapping {
  #template: Template | undefined = undefined;

  unwrap(payload: Buffer): Buffer | undefined {
    const found = this.#template?.match(payload);
    if (found?.[0] !== undefined) return readBase64(found[0]);
    const data = unwrap(payload);
    if (data !== undefined) this.#template = templateOf(payload);
    return data;
  }
}

function templateOf(payload: Buffer): Template {
  const [bytes, padding] = locate(payload, ["/bytes", "/p"]);
  const slots = [
    ...(bytes === undefined ? [] : [{ ...bytes, index: 0 }]),
    ...(padding === undefined || payload[padding.start] !== quote ? [] : [{ ...padding, index: undefined }]),
  ];
  return new Template(
    payload,
    slots.sort((a, b) => a.start - b.start),
  );
}

/**
 * RFC 4648 section 4, and nothing else: Node passes over what is no base64, which its length tells, but takes
 * `-` and `_` for it, and what ends in the same byte.
 */
export function readBase64(text: string): Buffer | undefined {
  const isAscii = Buffer.byteLength(text) === text.length;
  if (!isAscii || text.length % 4 !== 0 || text.includes("-") || text.includes("_")) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : undefined;
}

/** The same payload around another event. */
export function rewrap(payload: Buffer, event: Buffer): Buffer {
  return splice(payload, new Map([["/bytes", event.toString("base64")]]));
}

export function wrap(event: Buffer): string {
  return JSON.stringify({ bytes: event.toString("base64") });
}

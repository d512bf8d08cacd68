// Owns JSON that stands in another's string as base64: an event in its chunk, a body in a count. Knows
// neither.

import { isObject, readJson } from "../../text/json.ts";
import { splice } from "../../text/splice.ts";

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** As AWS writes it, with padding that hides how long the event is: then there is nothing else to read. */
const usual = /^\{"bytes":"([A-Za-z0-9+/]+={0,2})"(?:,"p":"[A-Za-z0-9]*")?\}$/;

/** The event's JSON; `undefined`: it cannot be read in one way only. */
export function unwrap(payload: Buffer): Buffer | undefined {
  const bytes = usual.exec(payload.toString("latin1"))?.[1];
  if (bytes !== undefined) return bytes.length % 4 === 0 ? Buffer.from(bytes, "base64") : undefined;
  const reading = readJson(payload);
  const found = reading.kind === "json" && isObject(reading.value) ? reading.value.bytes : undefined;
  return typeof found === "string" ? readBase64(found) : undefined;
}

export function readBase64(text: string): Buffer | undefined {
  return text.length % 4 === 0 && base64.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** The same payload around another event. */
export function rewrap(payload: Buffer, event: Buffer): Buffer {
  return splice(payload, new Map([["/bytes", event.toString("base64")]]));
}

export function wrap(event: Buffer): string {
  return JSON.stringify({ bytes: event.toString("base64") });
}

// Owns how sure an agent says it is, where its answers carry that. Knows no signal.

import type { Frame } from "../../contracts/frame.ts";
import type { JsonValue } from "../../contracts/json.ts";
import { readJson } from "../../text/json.ts";
import { compilePointer, type Pointer, valueAt } from "../../text/pointer.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";

/** Of one frame; larger ones are an answer's text, not its end. */
const frameBytesMax = 1024 * 1024;

/** Undefined: this frame does not say it. */
export type ReadConfidence = (frame: Pick<Frame, "bytes">) => number | undefined;

/** Throws where the pointer is none: the policy's check comes first. */
export function confidenceReader(pointer: string): ReadConfidence {
  const place = compilePointer(pointer);
  if (place === undefined) throw new RangeError(`not an RFC 6901 pointer: ${pointer}`);
  const name = Buffer.from(JSON.stringify(place.at(-1) ?? "").slice(1, -1));
  return ({ bytes }) => {
    // Most frames of a stream say nothing of it: they are not read for that.
    if (bytes.length > frameBytesMax || !bytes.includes(name)) return undefined;
    const value = valueIn(bytes, place);
    return typeof value === "number" ? value : undefined;
  };
}

/** A whole body, a line, or an event's data. */
function valueIn(bytes: Buffer, place: Pointer): JsonValue | undefined {
  const plain = readJson(bytes);
  if (plain.kind === "json") return valueAt(plain.value, place);
  const { data } = readEvent(bytes, bomLength(bytes));
  const event = data === undefined ? plain : readJson(data);
  return event.kind === "json" ? valueAt(event.value, place) : undefined;
}

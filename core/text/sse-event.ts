// Owns the fields of one server-sent event (WHATWG HTML 9.2.6) and edits of its data. Knows no format.

import type { JsonValue } from "../contracts/dialect.ts";
import { LineEnds } from "./line-ends.ts";
import { type Edits, type Patch, patch, plan, type Span } from "./splice.ts";

const space = 0x20;
const colon = 0x3a;

/** A `data` line of a unit: its value's bytes, and the whole line with its end. */
interface DataLine extends Span {
  readonly lineStart: number;
  readonly lineEnd: number;
}

export interface SseEvent {
  /** `message` where the event has no name. */
  readonly name: string;
  /** `undefined`: nothing is dispatched, the unit is a comment or only sets fields. */
  readonly data: Buffer | undefined;
  readonly lines: readonly DataLine[];
}

/** A stream may open with one byte order mark; in a later unit it is part of a field's name. */
export function bomLength(unit: Buffer): number {
  return unit[0] === 0xef && unit[1] === 0xbb && unit[2] === 0xbf ? 3 : 0;
}

/** Fields of a unit from `at` on; a unit without its last line end is read as if it had one. */
export function readEvent(unit: Buffer, at: number): SseEvent {
  const lines: DataLine[] = [];
  const ends = new LineEnds(unit, at);
  let name = "";
  for (let lineStart = at; lineStart < unit.length; ) {
    const found = ends.from(lineStart);
    const end = found === -1 ? unit.length : found;
    const lineEnd = found === -1 ? end : ends.skip(found);
    const start = valueStart(unit, "data", { start: lineStart, end });
    if (start !== -1) lines.push({ start, end, lineStart, lineEnd });
    const nameStart = start === -1 ? valueStart(unit, "event", { start: lineStart, end }) : -1;
    if (nameStart !== -1) name = unit.toString("utf8", nameStart, end);
    lineStart = lineEnd;
  }
  return { name: name === "" ? "message" : name, data: join(unit, lines), lines };
}

/** The event with its data, which is JSON, edited; every other byte stays. */
export function spliceEvent(unit: Buffer, { data, lines }: SseEvent, edits: Edits): Buffer {
  if (data === undefined) throw new RangeError("an event without data has nothing to edit");
  const moved = plan(data, edits).map(({ start, end, bytes }) => {
    const by = offsetOf(lines, start);
    return { start: start + by, end: end + by, bytes };
  });
  return patch(unit, moved);
}

/** The event with other data, as many lines as the text has; every other line stays. */
export function replaceData(unit: Buffer, { lines }: SseEvent, text: string): Buffer {
  const [first, ...others] = lines;
  if (first === undefined) throw new RangeError("an event without data has nothing to replace");
  const bytes = Buffer.from(`data: ${text.split(/\r\n|\r|\n/).join("\ndata: ")}`);
  const removed = others.map(({ lineStart, lineEnd }) => ({
    start: lineStart,
    end: lineEnd,
    bytes: Buffer.alloc(0),
  }));
  const replaced: Patch = { start: first.lineStart, end: first.end, bytes };
  return patch(unit, [replaced, ...removed]);
}

/** One event as it is written here. */
export function writeEvent(value: JsonValue, name?: string): Buffer {
  const field = name === undefined ? "" : `event: ${name}\n`;
  return Buffer.from(`${field}data: ${JSON.stringify(value)}\n\n`);
}

/** Where the value of a field starts on a line that has it, or -1. A space after the colon is not its own. */
function valueStart(unit: Buffer, field: "data" | "event", { start, end }: Span): number {
  const at = start + field.length;
  if (at > end) return -1;
  for (let index = 0; index < field.length; index++) {
    if (unit[start + index] !== field.charCodeAt(index)) return -1;
  }
  if (at === end) return end;
  if (unit[at] !== colon) return -1;
  return at + 1 < end && unit[at + 1] === space ? at + 2 : at + 1;
}

function join(unit: Buffer, lines: readonly DataLine[]): Buffer | undefined {
  const [first] = lines;
  if (first === undefined) return undefined;
  if (lines.length === 1) return unit.subarray(first.start, first.end);
  return Buffer.from(lines.map(({ start, end }) => unit.toString("latin1", start, end)).join("\n"), "latin1");
}

/** How far the line that holds the data's byte `at` stands from it. A value never runs over a line's end. */
function offsetOf(lines: readonly DataLine[], at: number): number {
  let passed = 0;
  for (const { start, end } of lines) {
    const length = end - start;
    if (at <= passed + length) return start - passed;
    passed += length + 1;
  }
  throw new RangeError("past the data's end");
}

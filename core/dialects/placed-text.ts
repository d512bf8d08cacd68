// Owns texts that know their place in the JSON they came from, and which an edit changes. Knows no format.

import type { JsonValue } from "../contracts/dialect.ts";
import type { Delta, Frame, LogprobsDelta, TextDelta } from "../contracts/frame.ts";
import { isObject, readJson } from "../text/json.ts";
import { below, memberNamedAt, nameAt } from "../text/pointer.ts";

export interface PlacedText extends TextDelta {
  /** RFC 6901, into the frame's JSON. */
  readonly pointer: string;
  /** What stands there is an object, and `text` its JSON, byte for byte; or what an edit left of it. */
  readonly isObject?: boolean;
}

/** The same of what repeats the tokens of texts. */
export interface PlacedLogprobs extends LogprobsDelta {
  readonly pointer: string;
}

export function isPlaced(delta: Delta | undefined): delta is PlacedText {
  return delta !== undefined && "text" in delta && "pointer" in delta;
}

/** Whether it stands at one of these places. */
export function standsAt(delta: Delta, places: ReadonlyMap<string, JsonValue>): boolean {
  return "pointer" in delta && places.has(String(delta.pointer));
}

/** Where log probabilities stood that are taken out. */
function removedAt(was: Delta, now: Delta): string | undefined {
  const isRemoved = was.kind === "logprobs" && now.kind === "logprobs" && now.value === null;
  return isRemoved && "pointer" in was ? String(was.pointer) : undefined;
}

/** What an edit changes. Throws where the deltas are not those of the frame, place by place. */
export function changedTexts(frame: Frame, deltas: readonly Delta[]): Map<string, JsonValue> {
  if (deltas.length !== frame.deltas.length)
    throw new RangeError("an edit has a delta for each of the frame's");
  const edits = new Map<string, JsonValue>();
  for (const [at, was] of frame.deltas.entries()) {
    const now = deltas[at];
    if (now?.kind !== was.kind) throw new TypeError("an edit changes texts, not kinds");
    const removed = removedAt(was, now);
    if (removed !== undefined) edits.set(removed, null);
    if (!("text" in was && "text" in now) || was.text === now.text) continue;
    if (!isPlaced(was)) throw new TypeError("the frame was not read by this dialect");
    edits.set(was.pointer, was.isObject ? objectOrText(now.text) : now.text);
  }
  return edits;
}

/** The frame in its new bytes. */
export function edited(frame: Frame, bytes: Buffer, edits: ReadonlyMap<string, JsonValue>): Frame {
  const named = renamed([...edits.keys()], edits);
  const deltas = frame.deltas.map((delta) => {
    if (!isPlaced(delta)) return delta;
    const value = edits.get(delta.pointer);
    const placed = named.length === 0 ? delta : { ...delta, pointer: moved(delta.pointer, named) };
    if (value === undefined || value === null) return placed;
    return { ...placed, text: typeof value === "string" ? value : JSON.stringify(value) };
  });
  return { kind: "frame", bytes, deltas };
}

/** Members that have another name now: where they stood, and where they stand. */
type Renamed = readonly (readonly [from: string, to: string])[];

/** The deepest first: what is moved there stands below what is moved next. */
function renamed(pointers: readonly string[], edits: ReadonlyMap<string, JsonValue>): Renamed {
  const moves: [string, string][] = [];
  for (const pointer of pointers) {
    const member = memberNamedAt(pointer);
    if (member === undefined) continue;
    moves.push([member, below(member.slice(0, member.lastIndexOf("/")), String(edits.get(pointer)))]);
  }
  return moves.sort(([a], [b]) => b.length - a.length);
}

function moved(pointer: string, moves: Renamed): string {
  let place = pointer;
  for (const [from, to] of moves) {
    const rest = place.startsWith(from) ? place.slice(from.length) : undefined;
    if (rest === "" || rest?.startsWith("/") === true || rest === nameAt("")) place = to + rest;
  }
  return place;
}

/** Arguments that an edit leaves broken stand there as a string: nobody takes that for a call to make. */
function objectOrText(text: string): JsonValue {
  const reading = readJson(Buffer.from(text));
  return reading.kind === "json" && isObject(reading.value) ? reading.value : text;
}

// Owns edits of what a response says, in an event or a whole answer. Knows not who asks.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, Frame } from "../../contracts/frame.ts";
import { locate, splice } from "../../text/splice.ts";
import { bomLength, readEvent, spliceEvent } from "../../text/sse-event.ts";
import { changedTexts, edited, standsAt } from "../placed-text.ts";

type Edits = ReadonlyMap<string, JsonValue>;

export function editWhole(frame: Frame, deltas: readonly Delta[]): Frame {
  const texts = changedTexts(frame, deltas);
  if (texts.size === 0) return frame;
  const edits = withoutLogprobs(frame.bytes, texts);
  return unproven(edited(frame, splice(frame.bytes, edits), edits), texts);
}

export function editEvent(frame: Frame, deltas: readonly Delta[]): Frame {
  const texts = changedTexts(frame, deltas);
  if (texts.size === 0) return frame;
  const event = readEvent(frame.bytes, bomLength(frame.bytes));
  const edits = event.data === undefined ? texts : withoutLogprobs(event.data, texts);
  return unproven(edited(frame, spliceEvent(frame.bytes, event, edits), edits), texts);
}

/** They stand beside the text, in parts and in events alike, and would give away what it was. */
function withoutLogprobs(data: Buffer, texts: Edits): Edits {
  const pointers = [
    ...new Set([...texts.keys()].map((place) => `${place.slice(0, place.lastIndexOf("/"))}/logprobs`)),
  ];
  const edits = new Map(texts);
  for (const [at, span] of locate(data, pointers).entries()) {
    if (span !== undefined) edits.set(pointers[at] as string, []);
  }
  return edits;
}

/** The same of what the frame says. */
function unproven(frame: Frame, texts: Edits): Frame {
  const changed = new Set(
    frame.deltas.flatMap((delta) => (standsAt(delta, texts) && "channel" in delta ? [delta.channel] : [])),
  );
  const deltas = frame.deltas.filter((delta) => delta.kind !== "logprobs" || !changed.has(delta.channel));
  return { ...frame, deltas };
}

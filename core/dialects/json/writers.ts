// Owns writing into an agent's answer: edits and errors, by how it is cut. Knows no policy.

import type { Writer } from "../../contracts/dialect.ts";
import type { Frame } from "../../contracts/frame.ts";
import { problemJson } from "../../contracts/refusal.ts";
import { readJson } from "../../text/json.ts";
import { splice } from "../../text/splice.ts";
import { bomLength, readEvent, replaceData, spliceEvent, writeEvent } from "../../text/sse-event.ts";
import { changedTexts, edited, isPlaced } from "../placed-text.ts";

/** A whole body: it was said at once, nothing can be added. An early end has no form of its own here. */
export const wholeWriter: Writer = {
  edit(frame, deltas) {
    const edits = changedTexts(frame, deltas);
    return edits.size === 0 ? frame : edited(frame, splice(frame.bytes, edits), edits);
  },
  end: () => [],
  refuse: () => undefined,
};

export const lineWriter: Writer = {
  ...wholeWriter,
  refuse: (refusal) => error(Buffer.from(`${JSON.stringify({ error: problemJson(refusal) })}\n`)),
};

export const eventWriter: Writer = {
  ...wholeWriter,
  edit(frame, deltas) {
    const edits = changedTexts(frame, deltas);
    if (edits.size === 0) return frame;
    const { bytes } = frame;
    const event = readEvent(bytes, bomLength(bytes));
    const plain = edits.get("");
    const written =
      typeof plain === "string" && isPlain(event.data ?? bytes)
        ? replaceData(bytes, event, plain)
        : spliceEvent(bytes, event, edits);
    return edited(frame, written, edits);
  },
  canEdit({ deltas: was }, deltas) {
    return was.every((delta, at) => {
      const now = deltas[at];
      if (!("text" in delta) || now === undefined || !("text" in now)) return true;
      return isPlaced(delta) || now.text === delta.text;
    });
  },
  refuse: (refusal) => error(writeEvent(problemJson(refusal), "error")),
};

/** Words as they are, though they may look like a number; a string in quotes stays one. */
function isPlain(data: Buffer): boolean {
  const reading = readJson(data);
  return reading.kind === "problem" || typeof reading.value !== "string";
}

function error(bytes: Buffer): Frame {
  return { kind: "frame", bytes, deltas: [{ kind: "error", status: undefined }] };
}

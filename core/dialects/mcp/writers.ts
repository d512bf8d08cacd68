// Owns writing into an MCP server's answer: texts, lists without some of their elements, errors. Knows no
// policy.

import type { AnswerHead, Call, Writer } from "../../contracts/dialect.ts";
import type { Frame } from "../../contracts/frame.ts";
import { drop } from "../../text/drop.ts";
import { readJson } from "../../text/json.ts";
import { mediaType } from "../../text/media.ts";
import { bomLength, readEvent, replaceData, writeEvent } from "../../text/sse-event.ts";
import { eventWriter, wholeWriter } from "../json/writers.ts";
import { rawWriter } from "../raw.ts";
import { McpFrame } from "./frames.ts";
import { readMessages } from "./messages.ts";
import { rpcError } from "./refusal.ts";

export function mcpWriter({ headers }: AnswerHead, call: Call | undefined): Writer {
  const type = mediaType(headers);
  if (type !== "text/event-stream") return type === "" ? rawWriter : wholeWriter;
  return {
    ...eventWriter,
    refuse: (refusal) => {
      const asked = (call?.messages ?? []).filter(({ kind }) => kind === "request");
      if (asked.length === 0) return undefined;
      const events = asked.map(({ id }) => writeEvent(rpcError(refusal, id), "message"));
      return { kind: "frame", bytes: Buffer.concat(events), deltas: [] };
    },
  };
}

/** The frame without what stands at these places of its JSON: RFC 6901, elements and members. */
export function withoutPlaces(frame: Frame, pointers: readonly string[]): Frame {
  if (pointers.length === 0) return frame;
  const { bytes } = frame;
  if (isWhole(bytes)) return reread(drop(bytes, pointers), (json) => json);
  const event = readEvent(bytes, bomLength(bytes));
  const json = drop(event.data ?? bytes, pointers);
  return reread(json, () => replaceData(bytes, event, json.toString()));
}

/** A body begins as JSON does; an event with the name of a field. */
function isWhole(bytes: Buffer): boolean {
  return /^[\s]*[[{]/.test(bytes.toString("latin1", 0, 64)) && readJson(bytes).kind === "json";
}

function reread(json: Buffer, wrap: (json: Buffer) => Buffer): Frame {
  const reading = readJson(json);
  const messages = reading.kind === "json" ? readMessages(reading.value) : undefined;
  if (messages === undefined) throw new TypeError("an edit left what is no message");
  return new McpFrame(wrap(json), messages);
}

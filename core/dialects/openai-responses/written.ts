// Owns the events and objects of a response as they are written here: one shape for early ends and for
// translated answers. Must not know why they are written.

import type { Delta, Frame } from "../../contracts/frame.ts";
import type { JsonObject } from "../../text/json.ts";
import { writeEvent } from "../../text/sse-event.ts";

/** What every client reads, and no upstream of another vendor says. */
export function newResponse(id: string, model: string, createdAtS: number): JsonObject {
  return {
    id,
    object: "response",
    created_at: createdAtS,
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: null,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: null,
    truncation: "disabled",
    usage: null,
    user: null,
  };
}

/** An event with its number in the stream. */
export function eventBytes(type: string, sequence: number, members: JsonObject): Buffer {
  return writeEvent({ type, sequence_number: sequence, ...members }, type);
}

export function eventFrame(bytes: Buffer, deltas: readonly Delta[] = []): Frame {
  return { kind: "frame", bytes, deltas };
}

/** Texts of which items are made. */
export type PartKind = "text" | "refusal" | "reasoning" | "summary";

interface PartWords {
  /** Its type, and the member that holds its text. */
  readonly type: string;
  readonly member: "text" | "refusal";
  /** The events of its text, and those of the part itself, begin so. */
  readonly ofText: string;
  readonly ofPart: string;
  /** How its place in the item is called. */
  readonly index: "content_index" | "summary_index";
}

const content = { ofPart: "response.content_part", index: "content_index" } as const;

export const partWords: Readonly<Record<PartKind, PartWords>> = {
  text: { ...content, type: "output_text", member: "text", ofText: "response.output_text" },
  refusal: { ...content, type: "refusal", member: "refusal", ofText: "response.refusal" },
  reasoning: { ...content, type: "reasoning_text", member: "text", ofText: "response.reasoning_text" },
  summary: {
    type: "summary_text",
    member: "text",
    ofText: "response.reasoning_summary_text",
    ofPart: "response.reasoning_summary_part",
    index: "summary_index",
  },
};

export function writePart(kind: PartKind, text: string): JsonObject {
  const { type, member } = partWords[kind];
  return { type, ...(kind === "text" ? { annotations: [], logprobs: [] } : {}), [member]: text };
}

/** What its last event says of a text: all of it. */
export function wholeText(kind: PartKind, text: string): JsonObject {
  return { [partWords[kind].member]: text, ...(kind === "text" ? { logprobs: [] } : {}) };
}

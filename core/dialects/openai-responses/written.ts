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

export function textPart(text: string): JsonObject {
  return { type: "output_text", annotations: [], logprobs: [], text };
}

export function refusalPart(refusal: string): JsonObject {
  return { type: "refusal", refusal };
}

export function summaryPart(text: string): JsonObject {
  return { type: "summary_text", text };
}

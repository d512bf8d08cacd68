// Owns what has to hold of any recorded response against a reading of its body that shares no code. Knows the
// dialect by its contract only.

import { expect } from "vitest";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import type { Delta } from "../../../../core/contracts/frame.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import { deltasOf, frames } from "../answers.ts";
import { type Exchanged, lastUsage } from "../recorded-checks.ts";
import { type Node, piecesOf } from "./exchanges.ts";

const nodes = (value: JsonValue | undefined) => (value ?? []) as Node[];

/** The response as its last word has it. */
export function responseOf(recorded: Exchanged): Node {
  const pieces = piecesOf(recorded);
  const last = pieces.findLast(({ response }) => response !== undefined) ?? pieces[0];
  return (last?.response ?? last ?? {}) as Node;
}

export function checkAgainstBody(recorded: Exchanged): void {
  const deltas = deltasOf(frames(openAiResponses, recorded.head, [recorded.body]));
  const response = responseOf(recorded);
  checkUsage(deltas, response);
  const ends = deltas.flatMap((delta) => (delta.kind === "end" ? [delta.reason] : []));
  const { reason } = (response.incomplete_details ?? { reason: null }) as Node;
  const isOver = ["completed", "complete", "incomplete", "cancelled"].includes(String(response.status));
  expect(ends, recorded.name).toEqual(isOver ? [reason ?? response.status] : []);
  for (const kind of ["text", "refusal", "reasoning"] as const) {
    expect(saidOf(deltas, kind), recorded.name).toBe(textsOf(response, kind).join(""));
  }
  const calls = nodes(response.output).filter(({ type }) =>
    /^(function|custom_tool)_call$/.test(String(type)),
  );
  const callTexts = (kind: Delta["kind"]) => {
    const own = deltas.flatMap((each) => (each.kind === "tool" && !each.isHosted ? [each.channel] : []));
    return own.map((channel) => saidOf(deltas, kind, channel));
  };
  expect(callTexts("tool.name")).toEqual(calls.map(({ name }) => name));
  expect(callTexts("tool.args")).toEqual(calls.map(({ arguments: args, input }) => args ?? input));
}

function checkUsage(deltas: readonly Delta[], { usage, output }: Node): void {
  if (usage === undefined || usage === null) {
    expect(lastUsage(deltas)).toBeUndefined();
    return;
  }
  const counts = usage as Node;
  const [input, answer] = [counts.input_tokens_details, counts.output_tokens_details] as (Node | undefined)[];
  const searches = nodes(output).filter(({ type, action }) => {
    const kind = (action as Node | null)?.type ?? "search";
    return type === "web_search_call" && kind === "search";
  });
  expect(lastUsage(deltas)).toMatchObject({
    inputTokens: counts.input_tokens,
    outputTokens: counts.output_tokens,
    cachedInputTokens: input?.cached_tokens ?? 0,
    reasoningTokens: answer?.reasoning_tokens ?? 0,
    webSearches: searches.length,
    isExact: true,
  });
}

/** What was said for the first time, in its order. */
function saidOf(deltas: readonly Delta[], kind: Delta["kind"], channel?: string): string {
  return deltas
    .filter(
      (delta) =>
        delta.kind === kind && (channel === undefined || !("channel" in delta) || delta.channel === channel),
    )
    .map((delta) => ("text" in delta && delta.mode === "append" ? delta.text : ""))
    .join("");
}

function textsOf({ output }: Node, kind: "text" | "refusal" | "reasoning"): string[] {
  return nodes(output).flatMap((item) => {
    const parts = [...nodes(item.summary), ...nodes(item.content)];
    return parts.flatMap((part) => {
      if (kind === "refusal") return part.type === "refusal" ? [String(part.refusal)] : [];
      const isThought = part.type === "summary_text" || part.type === "reasoning_text";
      const isText = part.type === "output_text" || part.type === "input_text";
      return (kind === "text" ? isText : isThought) ? [String(part.text)] : [];
    });
  });
}

// Owns what a response object says, whole or as an event carries it: its start, items, end and usage. Knows
// no event.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { EndDelta, StopReason } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { errorDelta } from "./errors.ts";
import { sayItem } from "./items.ts";
import { type FrameSaid, Said, Saying } from "./saying.ts";
import { readUsage } from "./usage.ts";

/** An answer that is not streamed. `undefined`: something else stands where texts do. */
export function readWhole(value: JsonValue): FrameSaid | undefined {
  if (!isObject(value)) return undefined;
  const saying = new Saying(new Said());
  sayResponse(saying, { node: value, pointer: "" });
  // The input of a stored response is a list of items.
  sayItems(saying, { node: value, pointer: "" }, "data");
  return saying.isWellFormed ? saying : undefined;
}

export interface ResponsePlace {
  readonly node: JsonObject;
  readonly pointer: string;
}

/** Everything in it; what was streamed before is a snapshot here. */
export function sayResponse(saying: Saying, place: ResponsePlace): void {
  sayStart(saying, place.node);
  if (isSaid(place.node.error)) saying.deltas.push(errorDelta(place.node));
  sayItems(saying, place, "output");
  saying.again("text", "output_text", { ...place, channel: "0" });
  sayEnd(saying, place.node);
}

export function sayStart(saying: Saying, { id, model }: JsonObject): void {
  saying.name(id);
  if (typeof id !== "string" || !saying.said.first("start", "")) return;
  saying.deltas.push({ kind: "start", id, model: typeof model === "string" ? model : undefined });
}

function sayItems(saying: Saying, { node, pointer }: ResponsePlace, name: string): void {
  for (const [at, item] of saying.objects(node[name]).entries()) {
    sayItem(saying, { node: item, pointer: `${pointer}/${name}/${at}` }, at, "done");
  }
}

/** A response that is still at work says neither. */
function sayEnd(saying: Saying, response: JsonObject): void {
  const end = endOf(response);
  if (end !== undefined && saying.said.first("end", "")) saying.deltas.push(end);
  const usage = readUsage(response);
  if (usage !== undefined && saying.said.first("usage", "")) saying.deltas.push({ kind: "usage", usage });
}

function endOf({ status, output, incomplete_details: details }: JsonObject): EndDelta | undefined {
  if (status === "incomplete") {
    const reason = isObject(details) && typeof details.reason === "string" ? details.reason : status;
    return { kind: "end", channel: "0", reason, stop: cuts[reason] ?? "other" };
  }
  if (status === "cancelled") return { kind: "end", channel: "0", reason: status, stop: "other" };
  if (status !== "completed" && status !== "complete") return undefined;
  const stop = Array.isArray(output) && output.some(isCall) ? "tool_calls" : "stop";
  return { kind: "end", channel: "0", reason: status, stop };
}

const cuts: Readonly<Record<string, StopReason>> = {
  max_output_tokens: "length",
  content_filter: "content_filter",
};

/** Whoever asked is to run it and to come back with what it gave. */
const clientCalls: ReadonlySet<string> = new Set([
  ...["function_call", "custom_tool_call", "computer_call", "local_shell_call", "apply_patch_call"],
]);

function isCall(item: JsonValue): boolean {
  return isObject(item) && typeof item.type === "string" && clientCalls.has(item.type);
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

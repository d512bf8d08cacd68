// Owns what a message of the model says, whole or as a stream begins it. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, EndDelta, StartDelta, StopReason } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { BlockReading, blocksMax, isToolUse } from "./blocks.ts";
import { readError } from "./errors.ts";
import { readUsage } from "./usage.ts";

const stops: ReadonlyMap<string, StopReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop_sequence"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool_calls"],
  ["pause_turn", "pause"],
  ["refusal", "refusal"],
]);

/** `undefined`: no message and no error. `data`: the text of `value`. */
export function readMessage(value: JsonValue, data: Buffer): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  if (value.type === "error") return [readError(value)];
  const reading = new BlockReading(data);
  reading.deltas.push(readStart(value));
  if (!readContent(value, "", reading)) return undefined;
  readStop(value, "", reading);
  const usage = readUsage(value.usage);
  if (usage !== undefined) reading.deltas.push({ kind: "usage", usage });
  return reading.isWellFormed ? reading.deltas : undefined;
}

export function readStart({ id, model }: JsonObject): StartDelta {
  return {
    kind: "start",
    id: typeof id === "string" ? id : undefined,
    model: typeof model === "string" ? model : undefined,
  };
}

/** The message's blocks; whether it has a list of them. `pointer`: where the message stands. */
export function readContent({ content }: JsonObject, pointer: string, reading: BlockReading): boolean {
  if (!Array.isArray(content) || !content.every(isObject) || content.length > blocksMax) return false;
  let tools = 0;
  for (const [index, block] of content.entries()) {
    const toolChannel = toolChannelAt(tools);
    reading.block(block, { pointer: `${pointer}/content/${index}`, index, toolChannel });
    if (isToolUse(block)) tools++;
  }
  return true;
}

export function toolChannelAt(ordinal: number): string {
  return `0/tool/${ordinal}`;
}

/** Why it ended, and what the vendor says of it where the model declined. */
export function readStop(node: JsonObject, pointer: string, reading: BlockReading): void {
  const { stop_reason: reason, stop_details: details } = node;
  if (isObject(details)) {
    reading.text("refusal", details.explanation, `${pointer}/stop_details/explanation`);
  }
  if (typeof reason === "string") reading.deltas.push(endOf(reason));
}

function endOf(reason: string): EndDelta {
  return { kind: "end", channel: "0", reason, stop: stops.get(reason) ?? "other" };
}

// Owns what has to hold of any recorded answer of Bedrock's. Knows dialects by their contract only.

import type { Frame } from "../../../../core/contracts/frame.ts";
import { deltasOf } from "../answers.ts";
import { eventNameOf, isStream, messagesOf, type Node, payloadOf, type Recorded } from "./exchanges.ts";

/** A whole answer, or the events of a stream. */
export function eventsOf(recorded: Recorded): Node[] {
  if (!isStream(recorded)) return [JSON.parse(recorded.body.toString())];
  return messagesOf(recorded.body).map(payloadOf);
}

/** From where on an answer is whole. */
export function endOf(recorded: Recorded): number {
  if (!isStream(recorded)) return recorded.body.lastIndexOf("}");
  const messages = messagesOf(recorded.body);
  const stop = messages.findIndex((message) => {
    const { type, messageStop } = payloadOf(message);
    return type === "message_stop" || messageStop !== undefined || eventNameOf(message) === "messageStop";
  });
  return messages.slice(0, stop + 1).reduce((length, message) => length + message.length, 0);
}

/** What the model said itself, whatever channel it was on; arguments without their spacing. */
export function saidOf(read: readonly Frame[]): Record<string, string> {
  const said: Record<string, string> = { text: "", reasoning: "", "tool.name": "", "tool.args": "" };
  for (const delta of deltasOf(read)) {
    if (!("text" in delta) || delta.mode !== "append" || said[delta.kind] === undefined) continue;
    said[delta.kind] += "isObject" in delta ? JSON.stringify(JSON.parse(delta.text)) : delta.text;
  }
  return said;
}

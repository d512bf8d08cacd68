// Owns Google's words for why an answer ended. Must not know where they stand.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { StopReason } from "../../contracts/frame.ts";

/** As numbers where the client asked for `enum-encoding=int`; from 6 on AI Studio and Vertex AI differ. */
const byNumber = ["", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER"];

const stops: ReadonlyMap<string, StopReason> = new Map([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["SAFETY", "content_filter"],
  ["RECITATION", "content_filter"],
  ["BLOCKLIST", "content_filter"],
  ["PROHIBITED_CONTENT", "content_filter"],
  ["SPII", "content_filter"],
  ["IMAGE_SAFETY", "content_filter"],
  ["IMAGE_PROHIBITED_CONTENT", "content_filter"],
  ["IMAGE_RECITATION", "content_filter"],
  ["MODEL_ARMOR", "content_filter"],
]);

/** Google's word; undefined where the candidate goes on. */
export function readReason(value: JsonValue | undefined): string | undefined {
  const reason = typeof value === "number" ? (byNumber[value] ?? String(value)) : value;
  if (typeof reason !== "string" || reason === "" || reason === "FINISH_REASON_UNSPECIFIED") return undefined;
  return reason;
}

/** `stop` also where the model waits for its tools: Google has one word for both. */
export function stopOf(reason: string): StopReason {
  return stops.get(reason) ?? "other";
}

/** In Google's words. */
export function reasonFor(stop: StopReason): string {
  if (stop === "length") return "MAX_TOKENS";
  if (stop === "content_filter" || stop === "refusal") return "SAFETY";
  return stop === "other" || stop === "pause" ? "OTHER" : "STOP";
}

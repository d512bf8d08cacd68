// Owns gathering what a part of a Converse answer says, and noticing what cannot be read. Knows no part's
// use.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, StopReason, TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";
import type { PlacedText } from "../placed-text.ts";
import { unlistedTexts } from "../unlisted.ts";
import { readUsage } from "./usage.ts";

/** Blocks of an answer, at most: no model's answer comes near. */
export const blocksMax = 4096;

/** The one answer there is. */
export const channel = "0";

const stops: ReadonlyMap<string, StopReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop_sequence"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool_calls"],
  ["guardrail_intervened", "content_filter"],
  ["content_filtered", "content_filter"],
]);

export class Reading {
  readonly deltas: Delta[] = [];
  /** Something else stands where a text, an object or a number has to. */
  isWellFormed = true;

  start(): void {
    this.deltas.push({ kind: "start", id: undefined, model: undefined });
  }

  text(kind: TextKind, value: JsonValue | undefined, pointer: string, on = channel): void {
    if (value === undefined || value === null || value === "") return;
    if (typeof value !== "string") this.isWellFormed = false;
    else this.#placed({ kind, channel: on, text: value, mode: "append", pointer });
  }

  /** Arguments that are an object; their text is put there by who has the bytes. */
  args(pointer: string, on: string): void {
    this.#placed({ kind: "tool.args", channel: on, text: "", mode: "append", pointer, isObject: true });
  }

  /** What a tool of the vendor's found and what a citation quotes: no model wrote it. */
  found(value: JsonValue | undefined, pointer: string, block: number): void {
    this.#below(value, pointer, {
      kind: "tool.result",
      channel: `${channel}/block/${block}`,
      mode: "append",
      reach: "either",
    });
  }

  /** What says once more what the answer says, or what was taken out of it. */
  repeated(value: JsonValue | undefined, pointer: string, where: string): void {
    const about = { kind: "text", channel: `${channel}/${where}`, mode: "repeat", reach: "either" } as const;
    this.#below(value, pointer, about);
  }

  /** Blocks that nobody here knows. */
  unlisted(node: JsonObject, listed: ReadonlySet<string>, pointer: string): void {
    this.deltas.push(...unlistedTexts(node, listed, { pointer, channel }));
  }

  /** A call begins on this channel. */
  tool({ toolUseId, type }: JsonObject, on: string): void {
    const isHosted = type === "server_tool_use";
    this.deltas.push({ kind: "tool", channel: on, id: textOf(toolUseId), isHosted });
  }

  signature(value: JsonValue | undefined, isRedacted: "redacted" | "shown"): void {
    if (value === undefined || value === null) return;
    if (typeof value !== "string") this.isWellFormed = false;
    else {
      const signature = { channel, signature: value, isRedacted: isRedacted === "redacted" };
      this.deltas.push({ kind: "signature", ...signature });
    }
  }

  /** A picture, a video or a sound that the model made. */
  media(type: string, node: JsonObject): void {
    const source = this.object(node.source);
    const format = textOf(node.format);
    const mediaType = format === undefined ? undefined : `${type}/${format}`;
    const url = textOf(this.object(source?.s3Location)?.uri);
    this.deltas.push({ kind: "media", channel, mediaType, data: textOf(source?.bytes), url });
  }

  usage(value: JsonValue | undefined): void {
    const usage = readUsage(value);
    if (usage !== undefined) this.deltas.push({ kind: "usage", usage });
  }

  end(reason: JsonValue | undefined): void {
    if (typeof reason !== "string" || reason === "") this.isWellFormed = false;
    else this.deltas.push({ kind: "end", channel, reason, stop: stops.get(reason) ?? "other" });
  }

  block(value: JsonValue | undefined): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value < blocksMax)
      return value;
    this.isWellFormed = false;
    return 0;
  }

  object(value: JsonValue | undefined): JsonObject | undefined {
    if (value === undefined || value === null) return undefined;
    if (isObject(value)) return value;
    this.isWellFormed = false;
    return undefined;
  }

  objects(value: JsonValue | undefined): readonly JsonObject[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every(isObject)) return value as JsonObject[];
    this.isWellFormed = false;
    return [];
  }

  #below(value: JsonValue | undefined, place: string, about: Omit<PlacedText, "text" | "pointer">): void {
    if (value === undefined) return;
    for (const { pointer, text, of } of textsBelow(value, place)) {
      if (text !== "") this.#placed({ ...about, text, pointer, ...(of !== undefined && { reach: "frame" }) });
    }
  }

  #placed(text: PlacedText): void {
    this.deltas.push(text);
  }
}

/** The calls of an answer are numbered in their order. */
export function toolChannelAt(ordinal: number): string {
  return `${channel}/tool/${ordinal}`;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

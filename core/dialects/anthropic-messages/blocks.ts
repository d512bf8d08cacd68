// Owns what the content blocks of an answer say, whole or as they open. Must not know how their bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { locate } from "../../text/splice.ts";
import type { PlacedText } from "../placed-text.ts";
import { mediaBelow, saidBelow } from "./said-below.ts";

/** Blocks of an answer, at most: far more than a model makes in its longest turn. */
export const blocksMax = 4096;

const summaries = new Set<JsonValue | undefined>(["compaction", "compaction_delta"]);
const summaryForm = { kind: "text", mode: "repeat", reach: "either" } as const;
const resultForm = { kind: "tool.result", mode: "append", reach: "either" } as const;

/** Where a block stands. */
export interface BlockPlace {
  readonly pointer: string;
  /** Its place among the answer's blocks. */
  readonly index: number;
  /** What is called is called there: `0/tool/2`. */
  readonly toolChannel: string;
}

/** A call of a tool, be it the agent's or one the vendor runs. */
export function isToolUse({ type }: JsonObject): boolean {
  return typeof type === "string" && type.endsWith("tool_use");
}

/**
 * Reads blocks of one JSON text. What a block holds besides the model's own words has a channel of its own.
 */
export class BlockReading {
  readonly deltas: Delta[] = [];
  isWellFormed = true;
  readonly #data: Buffer;

  /** `data`: the text that the pointers lead into. */
  constructor(data: Buffer) {
    this.#data = data;
  }

  block(node: JsonObject, place: BlockPlace): void {
    const { pointer } = place;
    if (isToolUse(node)) this.#tool(node, place);
    else if (node.type === "text") {
      this.text("text", node.text, `${pointer}/text`);
      this.held(node.citations, `${pointer}/citations`, place.index);
    } else if (node.type === "thinking") {
      this.text("reasoning", node.thinking, `${pointer}/thinking`);
      this.#seal(node.signature, { isRedacted: false });
    } else if (node.type === "redacted_thinking") this.#seal(node.data, { isRedacted: true });
    else if (node.type === "container_upload") this.#unread("0");
    else this.held(node, pointer, place.index);
  }

  /** What the model says itself. */
  text(kind: TextKind, text: JsonValue | undefined, pointer: string): void {
    this.said(text, { kind, channel: "0", mode: "append", pointer });
  }

  said(text: JsonValue | undefined, about: Omit<PlacedText, "text">): void {
    if (text === undefined || text === null || text === "") return;
    if (typeof text !== "string") this.isWellFormed = false;
    else {
      const placed: PlacedText = { ...about, text };
      this.deltas.push(placed);
    }
  }

  signature(signature: JsonValue | undefined): void {
    this.#seal(signature, { isRedacted: false });
  }

  /**
   * What provider-run tools found and what citations quote, which no model wrote; and a compaction, which
   * says again in short what was said before.
   */
  held(value: JsonValue | undefined, place: string, index: number): void {
    if (value === undefined || value === null) return;
    const isSummary = isObject(value) && summaries.has(value.type);
    const form = isSummary ? summaryForm : resultForm;
    for (const { pointer, text, of } of saidBelow(value, place)) {
      const reach = of === undefined ? form.reach : "frame";
      this.said(text, { ...form, channel: `0/block/${index}`, pointer, reach });
    }
    if (mediaBelow(value)) this.#unread(`0/tool/block/${index}`);
  }

  #seal(signature: JsonValue | undefined, { isRedacted }: { readonly isRedacted: boolean }): void {
    if (signature === undefined || signature === null || signature === "") return;
    if (typeof signature !== "string") this.isWellFormed = false;
    else this.deltas.push({ kind: "signature", channel: "0", signature, isRedacted });
  }

  #unread(channel: string): void {
    this.deltas.push({ kind: "media", channel, mediaType: undefined, data: undefined, url: undefined });
  }

  /** An empty object is what stands there while the arguments are still to come. */
  #tool({ type, id, name, input }: JsonObject, { pointer, toolChannel: channel }: BlockPlace): void {
    if (typeof name !== "string" || (id !== undefined && typeof id !== "string")) this.isWellFormed = false;
    this.deltas.push({
      kind: "tool",
      channel,
      id: typeof id === "string" ? id : undefined,
      isHosted: type !== "tool_use",
    });
    const called = { channel, mode: "append" } as const;
    this.said(name, { ...called, kind: "tool.name", pointer: `${pointer}/name` });
    const place = { ...called, kind: "tool.args", pointer: `${pointer}/input` } as const;
    if (!isObject(input)) this.said(input, place);
    else if (Object.keys(input).length > 0) {
      const [span] = locate(this.#data, [place.pointer]);
      this.said(this.#data.toString("utf8", span?.start, span?.end), { ...place, isObject: true });
    }
  }
}

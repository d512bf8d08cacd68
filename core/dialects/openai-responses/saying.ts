// Owns collecting what an answer says, and knowing what of it was said before. Knows no event and no item.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, Frame, TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";
import type { PlacedLogprobs, PlacedText } from "../placed-text.ts";
import { isOneWord } from "./one-word.ts";

/** Items of an answer, parts of an item, commands of a shell call, at most. */
export const indexMax = 4096;

/** Texts an answer may be made of, at most: what was said of each is remembered to its end. */
const saidMax = 65_536;

/**
 * A text that nobody streamed and that stands in a `done` event or a whole answer is said there for the first
 * time; what repeats a text is a snapshot of it.
 */
export class Said {
  readonly #said = new Set<string>();

  get isFull(): boolean {
    return this.#said.size > saidMax;
  }

  /** Whether this is the first time. */
  first(kind: string, channel: string): boolean {
    const key = `${kind} ${channel}`;
    if (this.#said.has(key)) return false;
    this.#said.add(key);
    return true;
  }
}

/** An object that holds texts, and what its texts are said on. */
export interface Place {
  readonly node: JsonObject;
  readonly pointer: string;
  readonly channel: string;
}

/** As the last name of a pointer: what stands there names a thing, and nobody wrote it. */
const opaque: ReadonlySet<string> = new Set([
  ...["id", "item_id", "call_id", "caller_id", "file_id", "container_id", "approval_request_id"],
  ...["type", "status", "role", "phase", "execution", "namespace", "server_label", "detail", "created_by"],
  ...["encrypted_content", "fingerprint", "format", "mime_type", "size", "quality", "background"],
  ...["vector_store_id"],
]);

/** An image that a tool gave back. */
const bytes = /^data:[^\s,]*;base64,/;

/** What a frame is made of, beside its bytes. */
export type FrameSaid = Required<Pick<Frame, "deltas" | "keptIds">>;

/** What one event, or a whole answer, says. */
export class Saying {
  readonly deltas: Delta[] = [];
  /** Of answers, items and containers that were not named before. */
  readonly keptIds: string[] = [];
  /** False once something else stood where a text should. */
  isWellFormed = true;
  readonly said: Said;

  constructor(said: Said) {
    this.said = said;
  }

  /** A piece of a text that comes in pieces. */
  piece(kind: TextKind, name: string, { node, pointer, channel }: Place): void {
    const text = this.#textAt(node, name);
    if (text === "") return;
    this.said.first(kind, channel);
    this.#push(kind, text, { channel, pointer: `${pointer}/${name}`, mode: "append" });
  }

  /** What the same answer says elsewhere as well. */
  again(kind: TextKind, name: string, { node, pointer, channel }: Place): void {
    const text = this.#textAt(node, name);
    if (text !== "") this.#push(kind, text, { channel, pointer: `${pointer}/${name}`, mode: "snapshot" });
  }

  /** Only where there are any: most answers have an empty list. */
  logprobs({ node: { logprobs: value }, pointer, channel }: Place): void {
    if (!Array.isArray(value) || value.length === 0) return;
    const said: PlacedLogprobs = { kind: "logprobs", channel, value, pointer: `${pointer}/logprobs` };
    this.deltas.push(said);
  }

  /** A text as a whole. */
  whole(kind: TextKind, name: string, { node, pointer, channel }: Place): void {
    this.#whole(kind, this.#textAt(node, name), { channel, pointer: `${pointer}/${name}` });
  }

  /** Every string at or below a member that somebody may have written, each on a channel of its own. */
  below(kind: TextKind, name: string, { node, pointer, channel }: Place): void {
    const value = node[name];
    if (value === undefined || value === null) return;
    const start = `${pointer}/${name}`;
    for (const { pointer: place, text } of textsBelow(value, start)) {
      if (isOpaque(place, text)) continue;
      this.#whole(kind, text, { channel: `${channel}${place.slice(pointer.length)}`, pointer: place });
    }
  }

  /** An id by which a later request may bring this in. */
  name(id: JsonValue | undefined): void {
    if (typeof id === "string" && this.said.first("id", id)) this.keptIds.push(id);
  }

  object(value: JsonValue | undefined): JsonObject | undefined {
    if (value === undefined || value === null) return undefined;
    if (isObject(value)) return value;
    this.isWellFormed = false;
    return undefined;
  }

  objects(value: JsonValue | undefined): readonly JsonObject[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.length <= indexMax && value.every(isObject)) {
      return value as JsonObject[];
    }
    this.isWellFormed = false;
    return [];
  }

  /** Some leave out an index that is 0. */
  index(value: JsonValue | undefined): number {
    const index = value ?? 0;
    if (typeof index === "number" && Number.isSafeInteger(index) && index >= 0 && index < indexMax) {
      return index;
    }
    this.isWellFormed = false;
    return 0;
  }

  #textAt(node: JsonObject, name: string): string {
    const text = node[name];
    if (typeof text === "string") return text;
    if (text !== undefined && text !== null) this.isWellFormed = false;
    return "";
  }

  #whole(kind: TextKind, text: string, place: { readonly channel: string; readonly pointer: string }): void {
    if (text === "") return;
    const mode = this.said.first(kind, place.channel) ? "append" : "snapshot";
    this.#push(kind, text, { ...place, mode });
  }

  #push(kind: TextKind, text: string, place: Pick<PlacedText, "channel" | "pointer" | "mode">): void {
    const { channel, mode, pointer } = place;
    const delta: PlacedText = { kind, channel, text, mode, pointer };
    this.deltas.push(delta);
  }
}

function isOpaque(place: string, text: string): boolean {
  if (bytes.test(text)) return true;
  return opaque.has(place.slice(place.lastIndexOf("/") + 1)) && isOneWord(text);
}

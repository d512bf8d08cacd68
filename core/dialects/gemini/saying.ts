// Owns collecting what one piece of a Gemini answer says, and whether it is well-formed. Knows no field.

import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, TextKind } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { textsBelow } from "../../text/pointer.ts";
import { locate } from "../../text/splice.ts";
import type { PlacedText } from "../placed-text.ts";
import type { PartialArgs } from "./partial-args.ts";

/** Candidates of an answer, and calls of one of them, at most. */
export const indexMax = 128;

/** What is known of one candidate from the pieces so far. */
export interface Candidate {
  tools: number;
  /** A call of the client's own tools. */
  hasCalled: boolean;
  isEnded: boolean;
  /** The call whose arguments still come. */
  open: { readonly channel: string; readonly args: PartialArgs } | undefined;
  /** The tool that Google ran last. */
  hosted: string | undefined;
  searches: number;
}

/** Where something stands and what it is said on. */
export interface Spot {
  readonly pointer: string;
  readonly channel: string;
  readonly candidate: Candidate;
}

export function below(spot: Spot, path: string): Spot {
  return { ...spot, pointer: `${spot.pointer}/${path}` };
}

export class Saying {
  readonly deltas: Delta[] = [];
  isWellFormed = true;
  readonly #text: Buffer;

  /** `text`: the JSON that is read. */
  constructor(text: Buffer) {
    this.#text = text;
  }

  text(kind: TextKind, text: JsonValue | undefined, { pointer, channel }: Spot): void {
    if (text === undefined || text === null || text === "") return;
    if (typeof text !== "string") this.isWellFormed = false;
    else this.placed({ kind, channel, text, mode: "append", pointer });
  }

  /** Says again what was said, or why: guarded, and no part of the answer. */
  aside(text: JsonValue | undefined, { pointer, channel }: Pick<Spot, "pointer" | "channel">): void {
    if (typeof text !== "string" || text === "") return;
    this.placed({ kind: "text", channel, text, mode: "snapshot", pointer });
  }

  /** Every string that a tool of Google's found; it is all said again with each piece of the answer. */
  found(value: JsonValue | undefined, { pointer, channel }: Spot): void {
    if (value === undefined || value === null) return;
    for (const { pointer: place, text, of } of textsBelow(value, pointer)) {
      if (text === "" || of !== undefined) continue;
      const where = `${channel}${place}`;
      this.placed({ kind: "tool.result", channel: where, text, mode: "snapshot", pointer: place });
    }
  }

  /** An object byte for byte: a big integer in it must not become another. */
  object(kind: TextKind, { pointer, channel }: Spot): void {
    const [span] = locate(this.#text, [pointer]);
    if (span === undefined) return;
    const text = this.#text.toString("utf8", span.start, span.end);
    if (text === "null") return;
    this.isWellFormed &&= text.startsWith("{");
    this.placed({ kind, channel, text, mode: "append", pointer, isObject: true });
  }

  placed(text: PlacedText): void {
    this.deltas.push(text);
  }

  /** The value where it is an object. */
  node(value: JsonValue | undefined): JsonObject | undefined {
    if (value === undefined || value === null) return undefined;
    if (isObject(value)) return value;
    this.isWellFormed = false;
    return undefined;
  }

  nodes(value: JsonValue | undefined): readonly JsonObject[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every(isObject)) return value as JsonObject[];
    this.isWellFormed = false;
    return [];
  }
}

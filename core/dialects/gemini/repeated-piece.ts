// Owns knowing again a piece that differs from the one before in its words and its token counts alone. Must
// not know how pieces come.

import type { Delta } from "../../contracts/frame.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { below } from "../../text/pointer.ts";
import type { SseEvent } from "../../text/sse-event.ts";
import { RepeatedEvent } from "../repeated-event.ts";
import { readUsage } from "./usage.ts";

/** A number below `usageMetadata`. */
interface Count {
  readonly node: JsonObject;
  readonly name: string;
  readonly pointer: string;
}

export class RepeatedPiece {
  readonly #event = new RepeatedEvent();
  /** Of the piece that was read last: the counts of each that is like it are written into it. */
  #usage: JsonObject | undefined = undefined;
  #counts: readonly Count[] = [];
  #webSearches = 0;

  match(unit: Buffer): readonly Delta[] | undefined {
    const found = this.#event.find(unit);
    if (found === undefined) return undefined;
    const deltas = this.#event.texts(found);
    if (this.#usage === undefined) return deltas;
    let at = deltas.length;
    for (const { node, name } of this.#counts) node[name] = found[at++] as number;
    const usage = readUsage(this.#usage);
    if (usage === undefined) return deltas;
    const webSearches = this.#webSearches;
    return [...deltas, { kind: "usage", usage: webSearches === 0 ? usage : { ...usage, webSearches } }];
  }

  /** `value`: read strictly from the unit's data; nobody else keeps it. */
  learn(
    unit: Buffer,
    event: SseEvent,
    { value, deltas }: { value: JsonValue; deltas: readonly Delta[] },
  ): void {
    const last = deltas.at(-1);
    const [texts, usage] = last?.kind === "usage" ? [deltas.slice(0, -1), last.usage] : [deltas, undefined];
    if (!texts.every(isWord)) return;
    const metadata = isObject(value) && isObject(value.usageMetadata) ? value.usageMetadata : undefined;
    const read = usage === undefined ? undefined : metadata;
    const counts = read === undefined ? [] : [...countsBelow(read, "/usageMetadata")];
    const pointers = counts.map(({ pointer }) => pointer);
    if (!this.#event.learn(unit, event, texts, pointers)) return;
    this.#usage = read;
    this.#counts = counts;
    this.#webSearches = usage?.webSearches ?? 0;
  }
}

/** Said by the model itself: nothing else is changed by it. */
function isWord(delta: Delta): boolean {
  return (delta.kind === "text" || delta.kind === "reasoning") && delta.mode === "append";
}

function* countsBelow(node: JsonObject, pointer: string): Generator<Count> {
  for (const [name, value] of Object.entries(node)) {
    const place = below(pointer, name);
    if (typeof value === "number") yield { node, name, pointer: place };
    else if (isObject(value)) yield* countsBelow(value, place);
    else if (Array.isArray(value)) {
      for (const [at, element] of value.entries()) {
        if (isObject(element)) yield* countsBelow(element, below(place, at));
      }
    }
  }
}

// Owns a frame that waits until its texts are decided, and how it is written once they are. Knows no guard.

import type { Writer } from "../../contracts/dialect.ts";
import type { Delta, Frame, TextKind } from "../../contracts/frame.ts";
import type { JsonValue } from "../../contracts/json.ts";
import type { Channel } from "./channel.ts";
import { type FailureForm, rewriteFailure } from "./failures.ts";

/** A text of a frame. */
export interface Part {
  /** Index of its delta. */
  readonly at: number;
  readonly channel: Channel;
  readonly text: string;
  /** Units from the start of the channel. */
  readonly from: number;
  /** `tokens`: repeated by log probabilities. `failure`: stands where no delta says so. */
  readonly says: TextKind | "tokens" | "failure";
  /** It was said before: nothing follows on its channel. */
  readonly isAgain?: true;
  /** The choice it is said on, or where in a failure it stands. */
  readonly place: string;
}

export interface Held {
  readonly frame: Frame;
  readonly parts: readonly Part[];
  /** By delta: what is left of a text that came whole. */
  readonly rewritten: ReadonlyMap<number, string> | undefined;
}

export function isDecided({ channel, from, text }: Part): boolean {
  return channel.decided >= from + text.length;
}

export function isClean(part: Part): boolean {
  return isDecided(part) && !part.channel.hasCuts;
}

/** The frame without what was cut; undefined: its format cannot say so. */
export function writeHeld(
  { frame, parts, rewritten }: Held,
  writer: Writer,
  form: FailureForm,
): Frame | undefined {
  const changes = new Changes(frame);
  for (const part of parts) changes.add(part);
  if (rewritten !== undefined) for (const [at, text] of rewritten) changes.say(at, text);
  const { deltas, failure } = changes;
  if (deltas !== undefined && writer.canEdit?.(frame, deltas) === false) return undefined;
  const said = deltas === undefined ? frame : writer.edit(frame, deltas);
  return failure === undefined ? said : rewriteFailure(said, failure, form);
}

/** What differs from the frame as it came. */
class Changes {
  deltas: Delta[] | undefined = undefined;
  failure: Map<string, JsonValue> | undefined = undefined;
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  add({ at, channel, text, from, says, place }: Part): void {
    const rest = channel.render(text, from);
    if (rest === text) return;
    if (says === "tokens") this.#drop(at);
    else if (says === "failure") {
      this.failure ??= new Map();
      this.failure.set(place, rest);
    } else this.say(at, rest);
  }

  say(at: number, text: string): void {
    const delta = this.#frame.deltas[at];
    if (delta === undefined || !("text" in delta) || delta.text === text) return;
    this.deltas ??= [...this.#frame.deltas];
    this.deltas[at] = { ...delta, text };
  }

  #drop(at: number): void {
    const delta = this.#frame.deltas[at];
    if (delta?.kind !== "logprobs") return;
    this.deltas ??= [...this.#frame.deltas];
    this.deltas[at] = { ...delta, value: null };
  }
}

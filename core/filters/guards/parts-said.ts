// Owns which texts of an answer are parts of a longer one, and what was said of each, so that what says it
// again is known. Knows no guard.

import type { TextDelta } from "../../contracts/frame.ts";
import type { Channel } from "./channel.ts";
import { nameOf } from "./names.ts";

/** Of an answer; what is said again of others is read again. */
const partsMax = 1_024;
const unitsMax = 8 * 1024 * 1024;

/** `0/2/1`: of an answer's third item the second part. */
const part = /^(\d+)\/\d+\/(summary\/)?\d+$/;

/** The channel that it is read on: a reader sees parts one behind the other. */
export function readOn(channel: string): string {
  if (channel.length < 5) return channel;
  const [, choice, summary] = part.exec(channel) ?? [];
  if (choice === undefined) return channel;
  return summary === undefined ? choice : `${choice}/summary`;
}

interface SaidPart {
  readonly channel: Channel;
  /** Units from the start of the channel. */
  readonly from: number;
  text: string;
}

export class PartsSaid {
  readonly #parts = new Map<string, SaidPart>();
  #units = 0;

  /** What comes next on `channel`. */
  add({ kind, channel: place, text }: TextDelta, channel: Channel): void {
    const name = nameOf(kind, place);
    const said = this.#parts.get(name);
    this.#units += text.length;
    // Another part has spoken in between, or there is too much to keep.
    const isBroken = said !== undefined && said.from + said.text.length !== channel.length;
    if (isBroken || this.#units > unitsMax) this.#parts.set(name, { channel, from: -1, text: "" });
    else if (said !== undefined) said.text += text;
    else if (this.#parts.size < partsMax) this.#parts.set(name, { channel, from: channel.length, text });
  }

  /** Where the same was said, piece by piece. */
  find({ kind, channel, text }: TextDelta): Pick<SaidPart, "channel" | "from"> | undefined {
    const said = this.#parts.get(nameOf(kind, channel));
    return said !== undefined && said.from >= 0 && said.text === text ? said : undefined;
  }

  /** What follows on a choice is another text. */
  clear(choice: string | undefined): void {
    for (const name of this.#parts.keys()) {
      if (choice === undefined || name.startsWith(`${choice}/`, name.indexOf(" ") + 1))
        this.#parts.delete(name);
    }
  }
}

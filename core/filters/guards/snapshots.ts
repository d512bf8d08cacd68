// Owns texts that say whole what was said before: each is read once, however often it is said. Knows no
// frame.

import type { Async, TextDelta } from "../../contracts/frame.ts";
import type { Channel, Stopped } from "./channel.ts";
import { nameOf } from "./names.ts";
import type { Voices } from "./voices.ts";

/** Of those that are remembered with what is left of them. */
const knownMax = 64;
const knownUnitsMax = 4 * 1024 * 1024;
/** Places that say a text whole, at most; the texts of others are read each time. */
const placesMax = 1_024;

/** `part`: it waits for its channel. `text`: what is left of it. */
export type Snapshot =
  | { readonly kind: "part"; readonly channel: Channel; readonly stopped: Async<Stopped | undefined> }
  | { readonly kind: "text"; readonly text: Async<string | Stopped> }
  | { readonly kind: "unread" };

interface Growing {
  readonly channel: Channel;
  said: string;
}

export class Snapshots {
  readonly #voices: Voices;
  readonly #known = new Map<string, string>();
  #knownUnits = 0;
  readonly #last = new Map<string, string>();
  readonly #growing = new Map<string, Growing>();

  constructor(voices: Voices) {
    this.#voices = voices;
  }

  read(delta: TextDelta): Snapshot {
    const { kind, text } = delta;
    if (text === "") return { kind: "unread" };
    const known = this.#known.get(nameOf(kind, text));
    return known === undefined ? this.#readNew(delta) : { kind: "text", text: known };
  }

  /** Nothing follows there. */
  take(choice?: string): readonly Channel[] {
    const taken: Channel[] = [];
    for (const [name, { channel }] of this.#growing) {
      const place = name.slice(name.indexOf(" ") + 1);
      if (choice !== undefined && place !== choice && !place.startsWith(`${choice}/`)) continue;
      taken.push(channel);
      this.#growing.delete(name);
    }
    return taken;
  }

  #readNew(delta: TextDelta): Snapshot {
    const name = nameOf(delta.kind, delta.channel);
    const growing = this.#growing.get(name);
    if (growing !== undefined && delta.text.startsWith(growing.said)) return this.#grow(growing, delta.text);
    const last = this.#last.get(name) ?? "";
    if (last !== "" && delta.text.startsWith(last)) {
      const channel = this.#voices.open(delta, "kept");
      if (channel === undefined) return { kind: "unread" };
      const begun: Growing = { channel, said: "" };
      this.#growing.set(name, begun);
      return this.#grow(begun, delta.text);
    }
    if (this.#last.has(name) || this.#last.size < placesMax) this.#last.set(name, delta.text);
    return this.#readWhole(delta);
  }

  /** Only what is new in it is read. */
  #grow(growing: Growing, text: string): Snapshot {
    const more = text.slice(growing.said.length);
    growing.said = text;
    return { kind: "part", channel: growing.channel, stopped: growing.channel.push(more) };
  }

  #readWhole(delta: TextDelta): Snapshot {
    const channel = this.#voices.open(delta);
    if (channel === undefined) return { kind: "unread" };
    const { kind, text } = delta;
    const settle = (stopped: Stopped | undefined): string | Stopped => {
      if (stopped !== undefined) return stopped;
      const rest = channel.render(text, 0);
      this.#remember(nameOf(kind, text), rest);
      return rest;
    };
    const pushed = channel.push(text);
    const ended =
      pushed instanceof Promise ? pushed.then((no) => no ?? channel.end()) : (pushed ?? channel.end());
    return { kind: "text", text: ended instanceof Promise ? ended.then(settle) : settle(ended) };
  }

  #remember(key: string, rest: string): void {
    this.#knownUnits += key.length;
    if (this.#known.size < knownMax && this.#knownUnits < knownUnitsMax) this.#known.set(key, rest);
  }
}

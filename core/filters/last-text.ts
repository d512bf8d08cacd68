// Owns the last text a model said for a task: what its caller gets where the task ends at a ceiling. Bounded.

import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Delta } from "../contracts/frame.ts";
import type { Visit } from "../contracts/visit.ts";

/** Of one answer; what is beyond is left out, and said to be. */
const textCharsMax = 64 * 1024;
/** COMPATIBILITY: truncation ends in `...`. */
const ellipsis = "...";

/** Stands in chains whose policy ends tasks; on others it would keep texts for nobody. */
export function lastTextFilter(): Filter {
  return {
    name: "last-text",
    wantsCall: false,
    open: ({ inbound }) => (inbound === undefined ? undefined : new Listening(inbound)),
  };
}

class Listening implements Visit {
  readonly kind = "visit";
  readonly #inbound: Exchange;
  #text = "";

  constructor(inbound: Exchange) {
    this.#inbound = inbound;
  }

  frame<T extends { readonly deltas: readonly Delta[] }>(frame: T): T {
    for (const delta of frame.deltas) {
      const isSaid = delta.kind === "text" && delta.mode === "append" && delta.channel === "0";
      if (isSaid && this.#text.length < textCharsMax) this.#add(delta.text);
    }
    return frame;
  }

  #add(text: string): void {
    const whole = this.#text + text;
    this.#text = whole.length <= textCharsMax ? whole : whole.slice(0, textCharsMax) + ellipsis;
    this.#inbound.lastText = this.#text;
  }
}

// Owns writing an answer as a response, whole or in events, out of what another vendor's says. Knows no
// vendor but OpenAI.

import type { Composer } from "../../contracts/dialect.ts";
import type { Delta } from "../../contracts/frame.ts";
import type { JsonObject } from "../../text/json.ts";
import { Composition } from "./composition.ts";
import { eventBytes } from "./written.ts";

const nothing = Buffer.alloc(0);
const tooLong = { code: "server_error", message: "The answer is too long to be written.", param: null };

export class EventComposer implements Composer {
  readonly headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
  readonly #events: (readonly [type: string, members: JsonObject])[] = [];
  readonly #composition: Composition;
  #sent = 0;
  /** An error ended it. */
  #isOver = false;

  constructor(model: string) {
    this.#composition = new Composition(model, (type, members) => this.#events.push([type, members]));
  }

  add(deltas: readonly Delta[]): Buffer {
    if (deltas.length === 0 || this.#isOver) return nothing;
    for (const delta of deltas) this.#composition.take(delta);
    if (this.#composition.isTooLong) {
      this.#isOver = true;
      this.#events.push(["error", tooLong]);
    }
    return this.#taken();
  }

  end(): Buffer {
    if (this.#isOver) return nothing;
    const response = this.#composition.end();
    this.#events.push([`response.${response.status}`, { response }]);
    return this.#taken();
  }

  #taken(): Buffer {
    const events = this.#events.splice(0);
    if (this.#sent === 0) {
      const response = this.#composition.begun();
      events.unshift(["response.created", { response }], ["response.in_progress", { response }]);
    }
    return Buffer.concat(events.map(([type, members]) => eventBytes(type, this.#sent++, members)));
  }
}

/** As long as the upstream's answer, whose length is bounded where it is read. */
export class ResponseComposer implements Composer {
  readonly headers = { "content-type": "application/json" };
  readonly #composition: Composition;

  constructor(model: string) {
    this.#composition = new Composition(model, () => undefined);
  }

  add(deltas: readonly Delta[]): Buffer {
    for (const delta of deltas) this.#composition.take(delta);
    return nothing;
  }

  end(): Buffer {
    return Buffer.from(JSON.stringify(this.#composition.end()));
  }
}

// Owns writing into a response's answer: edits, an early end, an error. Knows not who asks.

import type { Writer } from "../../contracts/dialect.ts";
import type { Delta, Ending, Frame, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { errorObject } from "../openai-chat/refusal.ts";
import { Closing, type SaidText, type SentEvent } from "./closing.ts";
import { editEvent, editWhole } from "./edit.ts";
import { eventBytes, eventFrame } from "./written.ts";

/** For a whole response: said at once, there is nothing to end early and no place for an error. */
export const wholeWriter: Writer = {
  edit: editWhole,
  end: () => [],
  refuse: () => undefined,
};

/** Of an answer that can still be ended early: its texts, and the events that began and ended its items. */
const heldBytesMax = 8 * 1024 * 1024;

/** As they stand in the bytes of the events that are needed for an end. */
const marks = ["response.created", "response.in_progress", "response.queued", "response.output_item."];

export class StreamWriter implements Writer {
  /** Events were sent; those without a number count as well. */
  #sent = 0;
  #heldBytes = 0;
  readonly #events: SentEvent[] = [];
  /** By kind and channel: what was said there, and how often it was repeated as a whole. */
  readonly #texts = new Map<string, SaidText>();

  note({ bytes, deltas }: Frame): void {
    const sentBefore = this.#sent;
    if (bytes.length > 2) this.#sent++;
    if (this.#heldBytes > heldBytesMax) return;
    for (const delta of deltas) this.#noteText(delta);
    if (!marks.some((mark) => bytes.includes(mark))) return;
    this.#events.push({ bytes: Buffer.from(bytes), sentBefore });
    this.#heldBytes += bytes.length;
  }

  edit(frame: Frame, deltas: readonly Delta[]): Frame {
    return editEvent(frame, deltas);
  }

  /** Nothing where nothing was begun yet, or where more was said than is held here. */
  end(reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#heldBytes > heldBytesMax) return [];
    const closing = new Closing(this.#events, this.#texts, this.#sent);
    return closing.end(reason, usage);
  }

  /** Flat as the API's reference has it, and below `error` as its servers send it: clients read either. */
  refuse(refusal: Refusal): Frame {
    const { error } = errorObject(refusal);
    const { code = null, message = null, param = null }: JsonObject = isObject(error) ? error : {};
    const bytes = eventBytes("error", this.#sent, { code, message, param, error: error ?? null });
    return eventFrame(bytes, [{ kind: "error", status: refusal.status }]);
  }

  #noteText(delta: Delta): void {
    if (!("text" in delta)) return;
    const key = `${delta.kind} ${delta.channel}`;
    const said = this.#texts.get(key);
    if (said === undefined) this.#texts.set(key, { text: delta.text, repeats: 0 });
    else if (delta.mode === "append") said.text += delta.text;
    else said.repeats++;
    if (delta.mode === "append") this.#heldBytes += delta.text.length;
  }
}

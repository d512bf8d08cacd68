// Owns writing into a chat completion's answer: edits, an early end, an error. Knows not who asks.

import type { JsonValue, Writer } from "../../contracts/dialect.ts";
import type { Delta, Ending, Frame, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { locate, splice } from "../../text/splice.ts";
import { bomLength, readEvent, spliceEvent, writeEvent } from "../../text/sse-event.ts";
import { changedTexts, edited, isPlaced } from "../placed-text.ts";
import { errorObject } from "./refusal.ts";
import { writeUsage } from "./usage.ts";

type Edits = Map<string, JsonValue>;

/** For a whole completion: said at once, there is nothing to end early and no place for an error. */
export const wholeWriter: Writer = {
  edit(frame, deltas) {
    const texts = changedTexts(frame, deltas);
    if (texts.size === 0) return frame;
    const edits = withoutLogprobs(frame.bytes, texts);
    return unproven(edited(frame, splice(frame.bytes, edits), edits), texts);
  },
  end: () => [],
  refuse: () => undefined,
};

/** How the last chunk of a choice is written. */
export interface ChunkForm {
  readonly object: string;
  readonly nothing: JsonObject;
}

export const chatChunk: ChunkForm = { object: "chat.completion.chunk", nothing: { delta: {} } };

export class StreamWriter implements Writer {
  readonly #form: ChunkForm;
  /** One event that the client was sent: the answer's id, model and time are in it. */
  #sample: Buffer | undefined = undefined;
  /** Choice → whether it still owes its end. As many as `indexMax` in `deltas.ts`, at most. */
  readonly #isOpen = new Map<string, boolean>();
  /** The one that was spoken on last: most frames have no other, and it is known to be open. */
  #lastChannel = "";

  constructor(form: ChunkForm) {
    this.#form = form;
  }

  note({ bytes, deltas }: Frame): void {
    if (this.#sample === undefined && bytes.includes("{")) this.#sample = Buffer.from(bytes);
    for (const delta of deltas) {
      if (!("channel" in delta)) continue;
      if (delta.channel === this.#lastChannel && delta.kind !== "end") continue;
      this.#isOpen.set(choiceOf(delta.channel), delta.kind !== "end");
      this.#lastChannel = delta.kind === "end" ? "" : delta.channel;
    }
  }

  edit(frame: Frame, deltas: readonly Delta[]): Frame {
    const texts = changedTexts(frame, deltas);
    if (texts.size === 0) return frame;
    const event = readEvent(frame.bytes, bomLength(frame.bytes));
    const edits = event.data === undefined ? texts : withoutLogprobs(event.data, texts);
    return unproven(edited(frame, spliceEvent(frame.bytes, event, edits), edits), texts);
  }

  /** Where nothing was said yet, nothing can be ended. */
  end(reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#sample === undefined) return [];
    const { id = null, model = null, created = null } = readSample(this.#sample);
    const { object, nothing } = this.#form;
    const chunk = { id, object, created, model };
    const choices = this.#isOpen.size === 0 ? ["0"] : this.#openChoices();
    const ends = choices.map((channel): Frame => {
      const choice = { index: Number(channel), ...nothing, logprobs: null, finish_reason: reason };
      const bytes = writeEvent({ ...chunk, choices: [choice] });
      return { kind: "frame", bytes, deltas: [{ kind: "end", channel, reason, stop: reason }] };
    });
    const bytes = writeEvent({ ...chunk, choices: [], usage: writeUsage(usage) });
    return [...ends, { kind: "frame", bytes, deltas: [{ kind: "usage", usage }] }, done()];
  }

  /** Without `[DONE]`: nobody shall take the answer for whole. */
  refuse(refusal: Refusal): Frame {
    return {
      kind: "frame",
      bytes: writeEvent(errorObject(refusal)),
      deltas: [{ kind: "error", status: refusal.status }],
    };
  }

  #openChoices(): readonly string[] {
    return [...this.#isOpen].filter(([, isOpen]) => isOpen).map(([choice]) => choice);
  }
}

function readSample(sample: Buffer): JsonObject {
  const { data } = readEvent(sample, bomLength(sample));
  const reading = readJson(data ?? sample);
  return reading.kind === "json" && isObject(reading.value) ? reading.value : {};
}

function done(): Frame {
  return { kind: "frame", bytes: Buffer.from("data: [DONE]\n\n"), deltas: [] };
}

/** `0/tool/1` → `0`. */
function choiceOf(channel: string): string {
  const end = channel.indexOf("/");
  return end === -1 ? channel : channel.slice(0, end);
}

/** The tokens of a text that was changed would give away what it was. */
function withoutLogprobs(data: Buffer, texts: Edits): Edits {
  const pointers = [...new Set([...texts.keys()].map((pointer) => `${choicePointer(pointer)}/logprobs`))];
  const edits = new Map(texts);
  for (const [at, span] of locate(data, pointers).entries()) {
    if (span !== undefined) edits.set(pointers[at] as string, null);
  }
  return edits;
}

/** The same of what the frame says. */
function unproven(frame: Frame, texts: Edits): Frame {
  const changed = frame.deltas.filter((delta) => isPlaced(delta) && texts.has(delta.pointer));
  const choices = new Set(changed.map((delta) => ("channel" in delta ? choiceOf(delta.channel) : "")));
  const deltas = frame.deltas.filter((delta) => delta.kind !== "logprobs" || !choices.has(delta.channel));
  return { ...frame, deltas };
}

/** `/choices/0/delta/content` → `/choices/0`. */
function choicePointer(pointer: string): string {
  return pointer.split("/", 3).join("/");
}

// Owns writing into a chat completion's answer: edits, an early end, an error. Knows not who asks.

import type { Call, JsonValue, Writer } from "../../contracts/dialect.ts";
import type { Delta, Ending, Frame, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { locate, splice } from "../../text/splice.ts";
import { bomLength, readEvent, spliceEvent, writeEvent } from "../../text/sse-event.ts";
import { nothingOwed } from "../nothing-owed.ts";
import { changedTexts, edited, standsAt } from "../placed-text.ts";
import { errorObject } from "./refusal.ts";
import { streamUsage } from "./stream-usage.ts";
import { writeUsage } from "./usage.ts";

type Edits = Map<string, JsonValue>;

const doneMarkBytesMax = 32;

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
  /** Of a choice that has not begun. */
  readonly opening: JsonObject;
}

export const chatChunk: ChunkForm = {
  object: "chat.completion.chunk",
  nothing: { delta: {} },
  opening: { delta: { role: "assistant", content: "" } },
};

export class StreamWriter implements Writer {
  readonly #form: ChunkForm;
  /** One event that the client was sent: the answer's id, model and time are in it. */
  #sample: Buffer | undefined = undefined;
  /** Azure's first event has neither id nor choices. */
  #isSampleOfChoice = false;
  #isUsageTold: boolean;
  #isOver = false;
  /** Choice → whether it still owes its end. As many as `indexMax` in `deltas.ts`, at most. */
  readonly #isOpen = new Map<string, boolean>();
  /** The one that was spoken on last: most frames have no other, and it is known to be open. */
  #lastChannel = "";

  /** Who has not asked for the usage is not told: it stands in a chunk without choices, which few expect. */
  constructor(form: ChunkForm, call: Call | undefined) {
    this.#form = form;
    this.#isUsageTold = call !== undefined && streamUsage.ask(call) !== undefined;
  }

  note({ bytes, deltas }: Frame): void {
    if (!this.#isSampleOfChoice) this.#takeSample(bytes);
    let isSilent = true;
    for (const delta of deltas) {
      this.#isUsageTold ||= delta.kind === "usage";
      if (!("channel" in delta)) continue;
      isSilent = false;
      if (delta.channel === this.#lastChannel && delta.kind !== "end") continue;
      this.#isOpen.set(choiceOf(delta.channel), delta.kind !== "end");
      this.#lastChannel = delta.kind === "end" ? "" : delta.channel;
    }
    if (isSilent) this.#noteSilent(bytes);
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
    if (this.#isOver) return nothingOwed;
    if (this.#sample === undefined) return [];
    const { id = null, model = null, created = null } = readSample(this.#sample);
    const { object } = this.#form;
    const chunk = { id, object, created, model };
    const hasBegun = this.#isOpen.size > 0;
    const nothing = hasBegun ? this.#form.nothing : this.#form.opening;
    const choices = hasBegun ? this.#openChoices() : ["0"];
    const ends = choices.map((channel): Frame => {
      const choice = { index: Number(channel), ...nothing, logprobs: null, finish_reason: reason };
      const bytes = writeEvent({ ...chunk, choices: [choice] });
      return { kind: "frame", bytes, deltas: [{ kind: "end", channel, reason, stop: reason }] };
    });
    const bytes = writeEvent({ ...chunk, choices: [], usage: writeUsage(usage) });
    const told: Frame = { kind: "frame", bytes, deltas: [{ kind: "usage", usage }] };
    return [...ends, ...(this.#isUsageTold ? [] : [told]), done()];
  }

  /** Without `[DONE]`: nobody shall take the answer for whole. */
  refuse(refusal: Refusal): Frame {
    return {
      kind: "frame",
      bytes: writeEvent(errorObject(refusal)),
      deltas: [{ kind: "error", status: refusal.status }],
    };
  }

  #takeSample(bytes: Buffer): void {
    if (!bytes.includes("{")) return;
    this.#isSampleOfChoice = bytes.includes('"index"');
    if (this.#sample === undefined || this.#isSampleOfChoice) this.#sample = Buffer.from(bytes);
  }

  /** A choice begins with its role, and has said no word then. */
  #noteSilent(bytes: Buffer): void {
    this.#isOver ||= isDoneMark(bytes);
    const { choices } = bytes.includes('"index"') ? readSample(bytes) : {};
    if (!Array.isArray(choices)) return;
    for (const choice of choices) {
      const channel = isObject(choice) && Number.isInteger(choice.index) ? String(choice.index) : undefined;
      if (channel !== undefined && !this.#isOpen.has(channel)) this.#isOpen.set(channel, true);
    }
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

function isDoneMark(bytes: Buffer): boolean {
  return bytes.length < doneMarkBytesMax && bytes.includes("[DONE]");
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
  const changed = frame.deltas.filter((delta) => standsAt(delta, texts));
  const choices = new Set(changed.map((delta) => ("channel" in delta ? choiceOf(delta.channel) : "")));
  const deltas = frame.deltas.filter((delta) => delta.kind !== "logprobs" || !choices.has(delta.channel));
  return { ...frame, deltas };
}

/** `/choices/0/delta/content` → `/choices/0`. */
function choicePointer(pointer: string): string {
  return pointer.split("/", 3).join("/");
}

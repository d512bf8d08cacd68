// Owns writing into an answer of Ollama's: edits, an early end, an error. Knows not who asks.

import type { Writer } from "../../contracts/dialect.ts";
import type { Ending, Frame, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { locate, splice } from "../../text/splice.ts";
import { nothingOwed } from "../nothing-owed.ts";
import { changedTexts, edited } from "../placed-text.ts";
import type { Form } from "./deltas.ts";

/** A body or a line: both are one JSON text. */
export const wholeWriter: Writer = {
  edit(frame, deltas) {
    const edits = changedTexts(frame, deltas);
    if (edits.size === 0) return frame;
    // The tokens of a text that was changed would give away what it was.
    const [tokens] = locate(frame.bytes, ["/logprobs"]);
    if (tokens !== undefined) edits.set("/logprobs", null);
    const said = edited(frame, splice(frame.bytes, edits), edits);
    return { ...said, deltas: said.deltas.filter(({ kind }) => kind !== "logprobs") };
  },
  end: () => [],
  refuse: () => undefined,
};

export class LineWriter implements Writer {
  readonly edit = wholeWriter.edit;
  readonly #form: Form;
  /** One line that the client was sent: the answer's model and time are in it. */
  #sample: Buffer | undefined = undefined;
  #isOver = false;

  constructor(form: Form) {
    this.#form = form;
  }

  note({ bytes, deltas }: Frame): void {
    this.#sample ??= Buffer.from(bytes);
    this.#isOver ||= deltas.some(({ kind }) => kind === "end");
  }

  /** Where nothing was said yet, nothing can be ended. */
  end(reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#isOver) return nothingOwed;
    if (this.#sample === undefined) return [];
    const { model = null, created_at = null } = readSample(this.#sample);
    const said = this.#form === "chat" ? { message: { role: "assistant", content: "" } } : { response: "" };
    const counts = { prompt_eval_count: usage.inputTokens, eval_count: usage.outputTokens };
    const line = { model, created_at, ...said, done: true, done_reason: reason, ...counts };
    return [
      {
        kind: "frame",
        bytes: writeLine(line),
        deltas: [
          { kind: "end", channel: "0", reason, stop: reason },
          { kind: "usage", usage },
        ],
      },
    ];
  }

  /** Without a `done` line: nobody shall take the answer for whole. */
  refuse({ message, status }: Refusal): Frame {
    return { kind: "frame", bytes: writeLine({ error: message }), deltas: [{ kind: "error", status }] };
  }
}

function readSample(sample: Buffer): JsonObject {
  const reading = readJson(sample);
  return reading.kind === "json" && isObject(reading.value) ? reading.value : {};
}

function writeLine(value: JsonObject): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

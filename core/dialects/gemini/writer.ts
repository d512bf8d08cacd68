// Owns writing into a Gemini answer: edits, an early end, an error. Knows not who asks.

import type { AnswerHead, JsonValue, Writer } from "../../contracts/dialect.ts";
import type { Delta, Ending, Frame, StartDelta, Usage } from "../../contracts/frame.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import type { JsonObject } from "../../text/json.ts";
import { parseJson } from "../../text/json-adapter.ts";
import { mediaType } from "../../text/media.ts";
import { closeBracket, openBrace, openBracket } from "../../text/scan.ts";
import { locate, splice } from "../../text/splice.ts";
import { bomLength, readEvent, spliceEvent } from "../../text/sse-event.ts";
import { nothingOwed } from "../nothing-owed.ts";
import { changedTexts, edited, isPlaced } from "../placed-text.ts";
import type { PartialText } from "./calls.ts";
import { errorObject } from "./refusal.ts";
import { writeUsage } from "./usage.ts";

type Edits = Map<string, JsonValue>;

/** How the pieces of an answer stand on the wire; `whole`: there is but one, and nothing can be added. */
type Form = "events" | "array" | "whole";

export class GeminiWriter implements Writer {
  #form: Form;
  #hasBegun = false;
  #isUsageTold = false;
  #isLastWritten = false;
  /** The answer's id and model, once it has begun. */
  #shell: JsonObject | undefined = undefined;
  /** Candidate → whether it still owes its end. As many as `indexMax` in `saying.ts`, at most. */
  readonly #isOpen = new Map<number, boolean>();

  constructor(head: AnswerHead) {
    this.#form = mediaType(head.headers) === "text/event-stream" && head.status < 400 ? "events" : "whole";
  }

  note({ bytes, deltas }: Frame): void {
    if (this.#form === "whole" && bytes[0] === openBracket) this.#form = "array";
    if (this.#form === "whole") return;
    this.#hasBegun ||= deltas.length > 0;
    for (const delta of deltas) {
      this.#isUsageTold ||= delta.kind === "usage";
      if (delta.kind === "start") this.#shell = shellOf(delta);
      else if ("channel" in delta) this.#isOpen.set(parseInt(delta.channel, 10), delta.kind !== "end");
    }
    if (this.#form === "array" && bytes.at(-1) === closeBracket) this.#isLastWritten = true;
  }

  edit(frame: Frame, deltas: readonly Delta[]): Frame {
    const texts = changedPieces(frame, deltas);
    if (texts.size === 0) return frame;
    const { bytes } = frame;
    if (this.#form !== "events") {
      const start = bytes.indexOf(openBrace);
      const json = bytes.subarray(start);
      const written = splice(json, withoutLogprobs(json, texts));
      return rewritten(frame, deltas, { bytes: Buffer.concat([bytes.subarray(0, start), written]), texts });
    }
    const event = readEvent(bytes, bomLength(bytes));
    const edits = event.data === undefined ? texts : withoutLogprobs(event.data, texts);
    return rewritten(frame, deltas, { bytes: spliceEvent(bytes, event, edits), texts });
  }

  /** What stands around a piece of a call's arguments is said elsewhere, or nowhere. */
  canEdit({ deltas: was }: Frame, deltas: readonly Delta[]): boolean {
    return was.every((delta, at) => {
      const now = deltas[at];
      if (!("text" in delta) || now === undefined || !("text" in now) || now.text === delta.text) return true;
      return isPiece(delta) ? editPiece(delta, now.text) !== undefined : isPlaced(delta);
    });
  }

  /** Where nothing was said yet, nothing can be ended. */
  end(_reason: Ending["reason"], usage: Usage): readonly Frame[] {
    if (this.#isLastWritten) return nothingOwed;
    if (this.#form === "whole" || !this.#hasBegun) return [];
    const begun = this.#isOpen.size === 0 ? [[0, true] as const] : [...this.#isOpen];
    const open = begun.filter(([, isOpen]) => isOpen).map(([index]) => index);
    if (open.length === 0 && this.#isUsageTold && this.#form === "events") return nothingOwed;
    const candidates = open.map((index) => ({
      content: { parts: [{ text: "" }], role: "model" },
      finishReason: "MAX_TOKENS",
      index,
    }));
    const ends = open.map((index): Delta => {
      return { kind: "end", channel: String(index), reason: "MAX_TOKENS", stop: "length" };
    });
    const value = { candidates, usageMetadata: writeUsage(usage), ...this.#shell };
    return [this.#last(value, [...ends, { kind: "usage", usage }])];
  }

  refuse(refusal: Refusal): Frame | undefined {
    if (this.#form === "whole" || this.#isLastWritten) return undefined;
    return this.#last(errorObject(refusal), [{ kind: "error", status: refusal.status }]);
  }

  #last(value: JsonObject, deltas: readonly Delta[]): Frame {
    this.#isLastWritten = true;
    const json = JSON.stringify(value);
    const bytes = Buffer.from(this.#form === "array" ? `,\r\n${json}]` : `data: ${json}\r\n\r\n`);
    return { kind: "frame", bytes, deltas };
  }
}

function shellOf({ id, model }: StartDelta): JsonObject {
  return {
    ...(model !== undefined && { modelVersion: model }),
    ...(id !== undefined && { responseId: id }),
  };
}

/** As `changedTexts`; of a piece of a call's arguments the value it holds. */
function changedPieces(frame: Frame, deltas: readonly Delta[]): Edits {
  const edits = changedTexts(
    frame,
    deltas.map((delta, at) => {
      const was = frame.deltas[at];
      return isPiece(was) && delta.kind === was.kind ? was : delta;
    }),
  );
  for (const [at, was] of frame.deltas.entries()) {
    const now = deltas[at];
    if (!isPiece(was) || now === undefined || !("text" in now) || now.text === was.text) continue;
    const changes = editPiece(was, now.text);
    if (changes === undefined) throw new RangeError("an edit leaves what stands around a piece of arguments");
    for (const [pointer, value] of changes) edits.set(pointer, value);
  }
  return edits;
}

function isPiece(delta: Delta | undefined): delta is PartialText {
  return delta !== undefined && "before" in delta;
}

const textMember = "stringValue";

/** A text in another value's place is another member. Undefined: more than the value has changed. */
function editPiece({ before, after, pointer }: PartialText, text: string): Edits | undefined {
  const isAround = text.startsWith(before) && text.endsWith(after);
  if (!isAround || text.length < before.length + after.length) return undefined;
  const said = text.slice(before.length, text.length - after.length);
  const isText = pointer.endsWith(`/${textMember}`);
  const value = parseJson(isText ? `"${said}"` : said);
  if (value === undefined || typeof value === "object") return undefined;
  if (isText || typeof value !== "string") {
    return isText === (typeof value === "string") ? new Map([[pointer, value]]) : undefined;
  }
  const other = pointer.slice(0, pointer.lastIndexOf("/") + 1) + textMember;
  return new Map<string, JsonValue>([
    [pointer, null],
    [other, value],
  ]);
}

interface Rewritten {
  readonly bytes: Buffer;
  readonly texts: Edits;
}

function rewritten(frame: Frame, deltas: readonly Delta[], { bytes, texts }: Rewritten): Frame {
  const now = edited(frame, bytes, texts);
  return { ...now, deltas: now.deltas.map((delta, at) => (isPiece(delta) ? (deltas[at] ?? delta) : delta)) };
}

/** The tokens of a text that was changed would give away what it was. */
function withoutLogprobs(json: Buffer, texts: Edits): Edits {
  const candidates = [...texts.keys()].map((pointer) => pointer.split("/", 3).join("/"));
  const pointers = [...new Set(candidates)].map((candidate) => `${candidate}/logprobsResult`);
  const edits = new Map(texts);
  for (const [at, span] of locate(json, pointers).entries()) {
    if (span !== undefined) edits.set(pointers[at] as string, null);
  }
  return edits;
}

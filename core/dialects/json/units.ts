// Owns reading the events and lines of an agent's streamed answer. Must not know how they are written.

import { isUtf8 } from "node:buffer";
import type { Delta, Frame, TextDelta } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { skipSpace } from "../../text/scan.ts";
import { bomLength, readEvent, type SseEvent } from "../../text/sse-event.ts";
import type { JsonTexts } from "./texts.ts";

/** Data that is not JSON is a text as a whole: many agents stream plain words. */
export class JsonEvents implements UnitDecoder {
  readonly #texts: JsonTexts;
  #isFirst = true;

  constructor(texts: JsonTexts) {
    this.#texts = texts;
  }

  decode(unit: Buffer): Frame | Refusal {
    const start = this.#isFirst ? bomLength(unit) : 0;
    this.#isFirst = false;
    if (!isUtf8(unit)) return refuse("upstream_malformed");
    const { data, name, lines } = readEvent(unit, start);
    const deltas = data === undefined ? [] : this.#readData(data);
    if ("kind" in deltas) return deltas;
    const said = [...deltas, ...besideData(unit, start, lines)];
    return {
      kind: "frame",
      bytes: unit,
      deltas: name === "error" ? [{ kind: "error", status: undefined }, ...said] : said,
    };
  }

  /** An event without its end is dispatched by nobody; a comment may end anywhere. */
  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    if (rest === undefined) return [];
    const start = this.#isFirst ? bomLength(rest) : 0;
    const { data, lines } = readEvent(rest, start);
    if (data !== undefined) return refuse("upstream_truncated");
    if (!isUtf8(rest)) return refuse("upstream_malformed");
    return [{ kind: "frame", bytes: rest, deltas: besideData(rest, start, lines) }];
  }

  #readData(data: Buffer): readonly Delta[] | Refusal {
    const reading = readJson(data);
    if (reading.kind === "json") return this.#texts.find(reading.value, data.toString());
    const isText = reading.problem === "malformed" || reading.problem === "truncated";
    return isText ? [this.#texts.textAt("", data.toString())] : refuseAnswer(reading.problem);
  }
}

/** Fields of one word each, and comments that only keep the line open. */
const wordless = /^(?:[a-z]{0,8}: ?[\w.-]{0,24}(?:\r\n?|\n|$)|[\r\n])*$/;

/** An event's name, its id and comments reach the client as well; they cannot be edited. */
function besideData(unit: Buffer, from: number, lines: SseEvent["lines"]): readonly TextDelta[] {
  let text = "";
  let at = from;
  for (const { lineStart, lineEnd } of lines) {
    text += unit.toString("utf8", at, lineStart);
    at = lineEnd;
  }
  text += unit.toString("utf8", at);
  if (wordless.test(text)) return [];
  return [{ kind: "text", channel: "0/fields", text, mode: "repeat", reach: "frame" }];
}

/** The last line may lack its line end. An empty one says nothing. */
export class JsonLines implements UnitDecoder {
  readonly #texts: JsonTexts;

  constructor(texts: JsonTexts) {
    this.#texts = texts;
  }

  decode(unit: Buffer): Frame | Refusal {
    const isEmpty = skipSpace(unit, 0) === unit.length;
    const deltas = isEmpty ? [] : this.#texts.read(unit);
    return "kind" in deltas ? deltas : { kind: "frame", bytes: unit, deltas };
  }

  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    if (rest === undefined) return [];
    const frame = this.decode(rest);
    return frame.kind === "refusal" ? frame : [frame];
  }
}

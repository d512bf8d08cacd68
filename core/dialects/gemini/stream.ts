// Owns reading a streamed Gemini answer: events, or the elements of one JSON array. Must not know how they
// are written.

import { isUtf8 } from "node:buffer";
import type { FrameReader, JsonValue, ReadBounds } from "../../contracts/dialect.ts";
import type { Delta, Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import { ArrayCutter } from "../../text/json-array.ts";
import { StreamReader, type UnitDecoder, WholeReader } from "../../text/readers.ts";
import { closeBracket, comma, openBracket, skipSpace } from "../../text/scan.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import { Answer } from "./deltas.ts";
import { RepeatedPiece } from "./repeated-piece.ts";

interface Piece {
  readonly kind: "piece";
  readonly value: JsonValue;
  readonly deltas: readonly Delta[];
}

/** What one piece of the answer says. */
function readValue(answer: Answer, json: Buffer): Piece | Refusal {
  const reading = readJson(json);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const { value } = reading;
  const deltas = answer.read(value, json);
  return deltas === undefined ? refuse("upstream_malformed") : { kind: "piece", value, deltas };
}

/** `unit` as it came, `json` the part of it that is read. */
function readPiece(answer: Answer, unit: Buffer, json: Buffer): Frame | Refusal {
  const piece = readValue(answer, json);
  return piece.kind === "refusal" ? piece : { kind: "frame", bytes: unit, deltas: piece.deltas };
}

export function readWhole(body: Buffer): readonly Frame[] | Refusal {
  const frame = readPiece(new Answer(), body, body);
  return frame.kind === "refusal" ? frame : [frame];
}

/** `alt=sse`. There is no last event of its own: every candidate says that it has ended. */
export class EventStream implements UnitDecoder {
  readonly #answer = new Answer();
  readonly #repeated = new RepeatedPiece();
  #isFirst = true;

  decode(unit: Buffer): Frame | Refusal {
    const deltas = this.#repeated.match(unit);
    return deltas === undefined ? this.#read(unit) : { kind: "frame", bytes: unit, deltas };
  }

  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const wasWhole = this.#answer.isWhole;
    const frame = rest === undefined ? undefined : this.#read(rest);
    if (!this.#answer.isWhole) return refuse("upstream_truncated");
    if (frame === undefined) return [];
    if (frame.kind === "refusal") return wasWhole ? frame : refuse("upstream_truncated");
    return [frame];
  }

  #read(unit: Buffer): Frame | Refusal {
    const start = this.#isFirst ? bomLength(unit) : 0;
    this.#isFirst = false;
    if (!isUtf8(unit)) return refuse("upstream_malformed");
    const event = readEvent(unit, start);
    if (event.data === undefined) return { kind: "frame", bytes: unit, deltas: [] };
    const piece = readValue(this.#answer, event.data);
    if (piece.kind === "refusal") return piece;
    if (start === 0) this.#repeated.learn(unit, event, piece);
    return { kind: "frame", bytes: unit, deltas: piece.deltas };
  }
}

/** Without `alt=sse`: the same pieces are the elements of an array. */
class ElementStream implements UnitDecoder {
  readonly #answer = new Answer();
  /** The mark that has to stand before the next element. */
  #mark = openBracket;
  #isClosed = false;

  decode(unit: Buffer): Frame | Refusal {
    const at = skipSpace(unit, 0);
    if (unit[at] === closeBracket && this.#mark === comma) return this.#close(unit, at);
    if (this.#isClosed || unit[at] !== this.#mark) return refuse("upstream_malformed");
    this.#mark = comma;
    return readPiece(this.#answer, unit, unit.subarray(at + 1));
  }

  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    if (!this.#isClosed || !this.#answer.isWhole) return refuse("upstream_truncated");
    if (rest === undefined) return [];
    if (skipSpace(rest, 0) < rest.length) return refuse("upstream_malformed");
    return [{ kind: "frame", bytes: rest, deltas: [] }];
  }

  #close(unit: Buffer, at: number): Frame | Refusal {
    if (this.#isClosed || at !== unit.length - 1) return refuse("upstream_malformed");
    this.#isClosed = true;
    return { kind: "frame", bytes: unit, deltas: [] };
  }
}

/** JSON is a whole answer, or a stream that was asked for without `alt=sse`: its first byte tells. */
export class JsonReader implements FrameReader {
  readonly #bounds: ReadBounds;
  #reader: FrameReader | undefined = undefined;

  constructor(bounds: ReadBounds) {
    this.#bounds = bounds;
  }

  push(chunk: Buffer): readonly Frame[] | Refusal {
    if (chunk.length === 0) return [];
    return this.#readerFor(chunk).push(chunk);
  }

  end(): readonly Frame[] | Refusal {
    return this.#readerFor(Buffer.alloc(0)).end();
  }

  /** Google writes no space before the bracket; whoever does is read whole, and is no answer. */
  #readerFor(chunk: Buffer): FrameReader {
    const { frameBytesMax, bodyBytesMax } = this.#bounds;
    this.#reader ??=
      chunk[0] === openBracket
        ? new StreamReader(new ArrayCutter(frameBytesMax), new ElementStream())
        : new WholeReader(bodyBytesMax, readWhole);
    return this.#reader;
  }
}

// Owns reading the events and lines of an agent's streamed answer. Must not know how they are written.

import { isUtf8 } from "node:buffer";
import type { Delta, Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { skipSpace } from "../../text/scan.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
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
    const { data, name } = readEvent(unit, start);
    const deltas = data === undefined ? [] : this.#readData(data);
    if ("kind" in deltas) return deltas;
    const said: readonly Delta[] =
      name === "error" ? [{ kind: "error", status: undefined }, ...deltas] : deltas;
    return { kind: "frame", bytes: unit, deltas: said };
  }

  /** An event without its end is dispatched by nobody; a comment may end anywhere. */
  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    if (rest === undefined) return [];
    const { data } = readEvent(rest, this.#isFirst ? bomLength(rest) : 0);
    return data === undefined ? [{ kind: "frame", bytes: rest, deltas: [] }] : refuse("upstream_truncated");
  }

  #readData(data: Buffer): readonly Delta[] | Refusal {
    const reading = readJson(data);
    if (reading.kind === "json") return this.#texts.find(reading.value, data.toString());
    const isText = reading.problem === "malformed" || reading.problem === "truncated";
    return isText ? [this.#texts.textAt("", data.toString())] : refuseAnswer(reading.problem);
  }
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

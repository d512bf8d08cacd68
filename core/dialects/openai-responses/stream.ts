// Owns reading the events of a streamed response. Must not know how they are written.

import { isUtf8 } from "node:buffer";
import type { Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import { readStreamed } from "./events.ts";
import { type FrameSaid, Said } from "./saying.ts";

/** Some close the stream as chat completions do; it says nothing about the response. */
const doneMark = /^\[DONE\]\s*$/;
const nothing: FrameSaid = { deltas: [], keptIds: [] };

export class ResponseStream implements UnitDecoder {
  readonly #said = new Said();
  #isFirst = true;
  /** The response's own end came, or an error: nothing more is owed. */
  #isEnded = false;

  decode(unit: Buffer): Frame | Refusal {
    const start = this.#isFirst ? bomLength(unit) : 0;
    this.#isFirst = false;
    if (!isUtf8(unit)) return refuse("upstream_malformed");
    const { data, name } = readEvent(unit, start);
    const said = data === undefined ? nothing : this.#readData(data, name);
    if ("kind" in said) return said;
    const { deltas, keptIds } = said;
    return { kind: "frame", bytes: unit, deltas, keptIds };
  }

  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const wasEnded = this.#isEnded;
    const frame = rest === undefined ? undefined : this.decode(rest);
    if (!this.#isEnded) return refuse("upstream_truncated");
    if (frame === undefined) return [];
    if (frame.kind === "refusal") return wasEnded ? frame : refuse("upstream_truncated");
    return [frame];
  }

  #readData(data: Buffer, name: string): FrameSaid | Refusal {
    if (data[1] === 0x44 && doneMark.test(data.toString())) return nothing;
    const reading = readJson(data);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const event = readStreamed(reading.value, name, this.#said);
    if (event === undefined) return refuse("upstream_malformed");
    if (event.isEnd) this.#isEnded = true;
    return event;
  }
}

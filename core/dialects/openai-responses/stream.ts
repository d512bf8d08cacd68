// Owns reading the events of a streamed response. Must not know how they are written.

import { isUtf8 } from "node:buffer";
import type { Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import { RepeatedEvent } from "../repeated-event.ts";
import { type ReadEvent, readStreamed } from "./events.ts";
import { Said } from "./saying.ts";

/** Some close the stream as chat completions do; it says nothing about the response. */
const doneMark = /^\[DONE\]\s*$/;
const nothing: ReadEvent = { deltas: [], keptIds: [], isEnd: false, isRepeatable: false };

/** New in each event, and read by nobody here. */
const paddings = ["/obfuscation", "/sequence_number"];

export class ResponseStream implements UnitDecoder {
  readonly #said = new Said();
  readonly #repeated = new RepeatedEvent(paddings);
  #isFirst = true;
  /** The response's own end came, or an error: nothing more is owed. */
  #isEnded = false;

  decode(unit: Buffer): Frame | Refusal {
    const deltas = this.#repeated.match(unit);
    if (deltas === undefined) return this.#read(unit);
    return { kind: "frame", bytes: unit, deltas, keptIds: nothing.keptIds };
  }

  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const wasEnded = this.#isEnded;
    const frame = rest === undefined ? undefined : this.#read(rest);
    if (!this.#isEnded) return refuse("upstream_truncated");
    if (frame === undefined) return [];
    if (frame.kind === "refusal") return wasEnded ? frame : refuse("upstream_truncated");
    return [frame];
  }

  #read(unit: Buffer): Frame | Refusal {
    const start = this.#isFirst ? bomLength(unit) : 0;
    this.#isFirst = false;
    if (!isUtf8(unit)) return refuse("upstream_malformed");
    const event = readEvent(unit, start);
    const said = event.data === undefined ? nothing : this.#readData(event.data, event.name);
    if ("kind" in said) return said;
    const { deltas, keptIds, isRepeatable } = said;
    if (isRepeatable && start === 0) this.#repeated.learn(unit, event, deltas);
    return { kind: "frame", bytes: unit, deltas, keptIds };
  }

  #readData(data: Buffer, name: string): ReadEvent | Refusal {
    if (data[1] === 0x44 && doneMark.test(data.toString())) return nothing;
    const reading = readJson(data);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const event = readStreamed(reading.value, name, this.#said);
    if (event === undefined) return refuse("upstream_malformed");
    if (event.isEnd) this.#isEnded = true;
    return event;
  }
}

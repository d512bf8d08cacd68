// Owns reading the server-sent events of a streamed message. Must not know how they are written.

import { isUtf8 } from "node:buffer";
import type { Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import { RepeatedEvent } from "../repeated-event.ts";
import { type EventReading, MessageEvents, type Step } from "./events.ts";

/** A frame that knows what it does to the message. */
export interface EventFrame extends Frame {
  readonly step: Step | undefined;
}

const silent: EventReading = { deltas: [], step: undefined, isRepeatable: false };

export class MessageStream implements UnitDecoder {
  readonly #events = new MessageEvents();
  readonly #repeated = new RepeatedEvent();
  #isFirst = true;

  decode(unit: Buffer): EventFrame | Refusal {
    const deltas = this.#repeated.match(unit);
    if (deltas === undefined) return this.#read(unit);
    return { kind: "frame", bytes: unit, deltas, step: undefined };
  }

  /** The last event may lack its empty line, as their SDK reads it. */
  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const wasEnded = this.#events.isEnded;
    const frame = rest === undefined ? undefined : this.#read(rest);
    if (!this.#events.isEnded) return refuse("upstream_truncated");
    if (frame === undefined) return [];
    if (frame.kind === "refusal") return wasEnded ? frame : refuse("upstream_truncated");
    return [frame];
  }

  #read(unit: Buffer): EventFrame | Refusal {
    const start = this.#isFirst ? bomLength(unit) : 0;
    this.#isFirst = false;
    if (!isUtf8(unit)) return refuse("upstream_malformed");
    const event = readEvent(unit, start);
    const reading = event.data === undefined ? silent : this.#readData(event.data, event.name);
    if ("kind" in reading) return reading;
    const { deltas, step, isRepeatable } = reading;
    if (isRepeatable && start === 0) this.#repeated.learn(unit, event, deltas);
    else if (step !== undefined) this.#repeated.forget();
    return { kind: "frame", bytes: unit, deltas, step };
  }

  /** Their SDK goes by the event's name: what is called an error is one, whatever it says. */
  #readData(data: Buffer, name: string): EventReading | Refusal {
    const reading = readJson(data);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const said = this.#events.read(reading.value, data);
    if (said === undefined) return refuse("upstream_malformed");
    if (name !== "error" || said.deltas.some(({ kind }) => kind === "error")) return said;
    this.#events.isEnded = true;
    return { ...said, deltas: [{ kind: "error", status: undefined }, ...said.deltas] };
  }
}

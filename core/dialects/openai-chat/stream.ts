// Owns reading the events of a streamed completion. Must not know how they are written.

import { isUtf8 } from "node:buffer";
import type { JsonValue } from "../../contracts/dialect.ts";
import type { Delta, Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import { RepeatedEvent } from "../repeated-event.ts";

const doneMark = /^\[DONE\]\s*$/;
const nothing: readonly Delta[] = [];
const error: Delta = { kind: "error", status: undefined };

/** Padding that hides how long a word is; new in each chunk (OpenAI, Azure). */
const paddings = ["/obfuscation", "/p"];

/** What an event's JSON says; `undefined`: it is none of this format. */
export type ReadDeltas = (value: JsonValue) => readonly Delta[] | undefined;

export class ChatStream implements UnitDecoder {
  readonly #readDeltas: ReadDeltas;
  #isFirst = true;
  /** `[DONE]` came, or an error: nothing more is owed. */
  #isEnded = false;
  readonly #repeated = new RepeatedEvent(paddings);

  constructor(readDeltas: ReadDeltas) {
    this.#readDeltas = readDeltas;
  }

  decode(unit: Buffer): Frame | Refusal {
    const deltas = this.#repeated.match(unit);
    return deltas === undefined ? this.#read(unit) : { kind: "frame", bytes: unit, deltas };
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
    const deltas = event.data === undefined ? nothing : this.#readData(event.data, event.name);
    if ("kind" in deltas) return deltas;
    if (start === 0) this.#repeated.learn(unit, event, deltas);
    return { kind: "frame", bytes: unit, deltas };
  }

  #readData(data: Buffer, name: string): readonly Delta[] | Refusal {
    if (data[1] === 0x44 && doneMark.test(data.toString())) {
      this.#isEnded = true;
      return nothing;
    }
    const reading = readJson(data);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const deltas = this.#readDeltas(reading.value);
    if (deltas === undefined) return refuse("upstream_malformed");
    const hasError = deltas.some(({ kind }) => kind === "error");
    if (name !== "error" && !hasError) return deltas;
    this.#isEnded = true;
    return hasError ? deltas : [error, ...deltas.filter((delta) => !("reach" in delta))];
  }
}

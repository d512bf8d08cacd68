// Owns reading the lines of a streamed answer of Ollama's. Must not know how they are written.

import type { Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { skipSpace } from "../../text/scan.ts";
import { asEvent, RepeatedEvent } from "../repeated-event.ts";
import { type Form, Sayings } from "./deltas.ts";

export class OllamaLines implements UnitDecoder {
  readonly #sayings: Sayings;
  readonly #repeated = new RepeatedEvent(["/created_at"]);
  #isEnded = false;

  constructor(form: Form) {
    this.#sayings = new Sayings(form);
  }

  decode(unit: Buffer): Frame | Refusal {
    const deltas = this.#repeated.match(unit);
    return deltas === undefined ? this.#read(unit) : { kind: "frame", bytes: unit, deltas };
  }

  /** The last line may lack its line end. */
  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const frame = rest === undefined ? undefined : this.#read(rest);
    if (frame?.kind === "refusal") return frame;
    if (!this.#isEnded) return refuse("upstream_truncated");
    return frame === undefined ? [] : [frame];
  }

  #read(unit: Buffer): Frame | Refusal {
    if (skipSpace(unit, 0) === unit.length) return { kind: "frame", bytes: unit, deltas: [] };
    const reading = readJson(unit);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const said = this.#sayings.read(reading.value, unit);
    if (said === undefined) return refuse("upstream_malformed");
    this.#isEnded ||= said.isLast;
    this.#repeated.learn(unit, asEvent(unit), said.deltas);
    return { kind: "frame", bytes: unit, deltas: said.deltas };
  }
}

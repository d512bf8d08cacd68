// Owns finding the end of a streamed Cohere answer, which says what is billed. Reads no other event.

import type { Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { readEvent } from "../../text/sse-event.ts";
import { readBilled } from "./billing.ts";

/** v2 sends server-sent events, v1 a JSON object a line. */
export type Form = "events" | "lines";

const endMark = '-end"';

export class CohereStream implements UnitDecoder {
  readonly #form: Form;
  #isEnded = false;

  constructor(form: Form) {
    this.#form = form;
  }

  decode(unit: Buffer): Frame | Refusal {
    const data = this.#form === "events" ? readEvent(unit, 0).data : unit;
    if (data === undefined || !data.includes(endMark)) return { kind: "frame", bytes: unit, deltas: [] };
    const reading = readJson(data);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const { value } = reading;
    const isEnd = isObject(value) && (value.type === "message-end" || value.event_type === "stream-end");
    this.#isEnded ||= isEnd;
    return { kind: "frame", bytes: unit, deltas: isEnd ? readBilled(value) : [] };
  }

  /** The last line may lack its line end. */
  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const frame = rest === undefined ? undefined : this.decode(rest);
    if (frame?.kind === "refusal") return frame;
    if (!this.#isEnded) return refuse("upstream_truncated");
    return frame === undefined ? [] : [frame];
  }
}

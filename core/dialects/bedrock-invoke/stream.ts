// Owns reading the chunks of a streamed InvokeModel answer: Anthropic's events or Nova's. Must not know how
// they are written.

import type { Delta } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseAnswer } from "../../text/json.ts";
import { MessageEvents } from "../anthropic-messages/events.ts";
import { ConverseEvents, type EventReading, isEvent, silent } from "../bedrock-converse/events.ts";
import { Reading } from "../bedrock-converse/reading.ts";
import type { PayloadReader } from "../bedrock-converse/stream.ts";
import { unwrap } from "./chunk.ts";
import { RepeatedChunk } from "./repeated-chunk.ts";

export class InvokePayloads implements PayloadReader {
  readonly #messages = new MessageEvents();
  readonly #converse = new ConverseEvents();
  readonly #repeated = new RepeatedChunk();

  get isEnded(): boolean {
    return this.#messages.isEnded || this.#converse.isEnded;
  }

  repeat(unit: Buffer): readonly Delta[] | undefined {
    return this.#repeated.match(unit);
  }

  read(name: string, payload: Buffer, unit: Buffer): EventReading | Refusal {
    if (name !== "chunk") return silent;
    const data = unwrap(payload);
    if (data === undefined) return refuse("upstream_malformed");
    const repeated = this.#repeated.matchEvent(data);
    if (repeated !== undefined) return { deltas: repeated, step: undefined };
    const reading = readJson(data);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const said = isObject(reading.value) ? this.#readEvent(reading.value, data) : undefined;
    if (said === undefined) return refuse("upstream_malformed");
    if (said.step !== undefined) this.#repeated.forget();
    else this.#repeated.learn(unit, data, said.deltas);
    return said;
  }

  #readEvent(value: JsonObject, data: Buffer): EventReading | undefined {
    const said =
      typeof value.type === "string" ? this.#messages.read(value, data) : this.#readConverse(value);
    const trace = readTrace(value);
    return said === undefined || trace.length === 0 ? said : { ...said, deltas: [...said.deltas, ...trace] };
  }

  /** Nova's name stands around the event. */
  #readConverse(value: JsonObject): EventReading | undefined {
    const name = Object.keys(value).find(isEvent);
    if (name === undefined) return silent;
    const event = value[name];
    return isObject(event) ? this.#converse.read(name, { value: event, pointer: `/${name}` }) : undefined;
  }
}

/** A guardrail's trace quotes what it has taken out of the answer. */
export function readTrace(value: JsonObject): Reading["deltas"] {
  const reading = new Reading();
  reading.repeated(value["amazon-bedrock-trace"], "/amazon-bedrock-trace", "trace");
  return reading.deltas;
}

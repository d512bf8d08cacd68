// Owns reading the messages of a streamed Converse answer. Must not know how they are written.

import type { Delta, Frame } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import {
  type EventstreamMessage,
  headersOf,
  payloadOf,
  readMessage,
} from "../../text/eventstream-message.ts";
import { isObject, readJson, refuseAnswer } from "../../text/json.ts";
import type { UnitDecoder } from "../../text/readers.ts";
import { asEvent, RepeatedEvent } from "../repeated-event.ts";
import { errorDelta } from "./errors.ts";
import { ConverseEvents, type EventReading, isEvent, type Step, silent } from "./events.ts";

/** A frame that knows what it does to the message. */
export interface EventFrame extends Frame {
  readonly step: Step | undefined;
}

/** What a format makes of an event's payload. */
export interface PayloadReader {
  /** Whether a stream may end here. */
  readonly isEnded: boolean;
  /** What a message says that is one more of those before, by its headers and its payload. */
  repeat?(unit: Buffer): readonly Delta[] | undefined;
  /** `unit`: the message whose payload it is. */
  read(name: string, payload: Buffer, unit: Buffer): EventReading | Refusal;
}

/** Messages of any of Bedrock's streams: an event is the format's, an exception is the end. */
export class MessageDecoder implements UnitDecoder {
  readonly #payloads: PayloadReader;
  #hasFailed = false;
  /** Of the message before: most have the same. */
  #headers: Buffer = Buffer.alloc(0);
  #message: EventstreamMessage | undefined = undefined;

  constructor(payloads: PayloadReader) {
    this.#payloads = payloads;
  }

  decode(unit: Buffer): EventFrame | Refusal {
    const repeated = this.#payloads.repeat?.(unit);
    if (repeated !== undefined) return { kind: "frame", bytes: unit, deltas: repeated, step: undefined };
    const message = this.#readMessage(headersOf(unit));
    if (message === undefined) return refuse("upstream_malformed");
    const { type, name } = message;
    const reading = type === "event" ? this.#payloads.read(name, payloadOf(unit), unit) : this.#fail(name);
    if ("kind" in reading) return reading;
    return { kind: "frame", bytes: unit, deltas: reading.deltas, step: reading.step };
  }

  finish(rest: Buffer | undefined): readonly Frame[] | Refusal {
    const isWhole = rest === undefined && (this.#payloads.isEnded || this.#hasFailed);
    return isWhole ? [] : refuse("upstream_truncated");
  }

  #readMessage(headers: Buffer): EventstreamMessage | undefined {
    if (this.#message !== undefined && headers.equals(this.#headers)) return this.#message;
    this.#headers = headers;
    this.#message = readMessage(headers);
    return this.#message;
  }

  #fail(name: string): EventReading {
    this.#hasFailed = true;
    return { deltas: [errorDelta(name)], step: undefined };
  }
}

/** An event's payload is the event itself. */
export class ConversePayloads implements PayloadReader {
  readonly #events = new ConverseEvents();
  readonly #repeated = new RepeatedEvent(["/p"]);

  get isEnded(): boolean {
    return this.#events.isEnded;
  }

  read(name: string, payload: Buffer): EventReading | Refusal {
    if (!isEvent(name)) return silent;
    const repeated = name === "contentBlockDelta" ? this.#repeated.match(payload) : undefined;
    if (repeated !== undefined) return { deltas: repeated, step: undefined };
    const reading = readJson(payload);
    if (reading.kind === "problem") return refuseAnswer(reading.problem);
    const { value } = reading;
    const said = isObject(value) ? this.#events.read(name, { value, pointer: "" }) : undefined;
    if (said === undefined) return refuse("upstream_malformed");
    if (said.step !== undefined) this.#repeated.forget();
    else if (name === "contentBlockDelta") this.#repeated.learn(payload, asEvent(payload), said.deltas);
    return said;
  }
}

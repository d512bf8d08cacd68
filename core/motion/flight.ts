// Owns one request on its way to an upstream and its answer's bytes on their way back. Knows no pool and no
// queue.

import { type Dispatcher, errors } from "undici";
import type { HeaderMap } from "../contracts/dialect.ts";
import type { Timeouts } from "../contracts/exchange.ts";
import type { Refusal, RefusalCode } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";
import { OutOfReach } from "./dial.ts";
import { endToEnd } from "./headers.ts";
import type { Reply, Sink, Source } from "./source.ts";

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | AsyncIterable<Buffer> | undefined;
}

/** A request under way. `replied` never rejects; `abort` before the head makes it a refusal. */
export interface Sending {
  readonly replied: Promise<Reply | Refusal>;
  /** A connection has taken it: from then on the upstream may have read it. */
  readonly hasStarted: boolean;
  abort(): void;
}

/** What carries flights, and counts them. */
export interface Carrier {
  readonly pool: Dispatcher;
  /** A connection has it. */
  started(flight: Flight): void;
  /** Once: no connection has it any more, or will. */
  landed(flight: Flight): void;
}

/** Bytes that may arrive before the pump is attached. */
const earlyBytesMax = 256 * 1024;

export class Flight implements Dispatcher.DispatchHandler, Sending, Source {
  readonly replied: Promise<Reply | Refusal>;
  hasStarted = false;
  hasLanded = false;
  readonly #outgoing: Outgoing;
  readonly #onLeft: (flight: Flight) => void;
  readonly #headTimer: NodeJS.Timeout;
  #carrier: Carrier | undefined = undefined;
  #resolve: (reply: Reply | Refusal) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined = undefined;
  #sink: Sink | undefined = undefined;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #isPaused = false;
  #hasHead = false;
  /** How it ended for us; undici may hold on to it a little longer. */
  #end: "done" | Refusal | undefined = undefined;

  /** `onLeft`: it will not be sent any more, and had not been handed to a carrier. */
  constructor(outgoing: Outgoing, timeouts: Timeouts, onLeft: (flight: Flight) => void) {
    this.#outgoing = outgoing;
    this.#onLeft = onLeft;
    this.replied = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    // The wait for the head is ours: undici's starts only when a connection is there.
    const headMs = timeouts.connectMs + timeouts.firstByteMs;
    this.#headTimer = setTimeout(() => this.#fail("upstream_timeout"), headMs);
  }

  dispatch(carrier: Carrier): void {
    this.#carrier = carrier;
    const { method, path, headers, body } = this.#outgoing;
    const options = {
      method: method as Dispatcher.HttpMethod,
      path,
      headers,
      body: body === undefined || (Buffer.isBuffer(body) && body.length === 0) ? null : body,
    };
    carrier.pool.dispatch(options as Dispatcher.DispatchOptions, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.hasStarted = true;
    this.#carrier?.started(this);
    // A request aborted while it waits for a connection is sent all the same unless stopped here.
    if (this.#end !== undefined) controller.abort(new NotWanted());
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HeaderMap): void {
    if (status < 200 || this.#end !== undefined) return;
    this.#hasHead = true;
    clearTimeout(this.#headTimer);
    this.#resolve({ kind: "reply", head: { status, headers: endToEnd(headers) }, source: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#end !== undefined) return;
    if (this.#sink !== undefined) {
      this.#sink.data(chunk);
      return;
    }
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > earlyBytesMax) controller.pause();
  }

  onResponseEnd(): void {
    this.#land();
    if (this.#end !== undefined) return;
    this.#end = "done";
    this.#sink?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#land();
    this.#fail(failureCode(error, this.#hasHead ? "upstream_truncated" : "upstream_unreachable"));
  }

  attach(sink: Sink): void {
    this.#sink = sink;
    const early = this.#early;
    this.#early = [];
    for (const chunk of early) sink.data(chunk);
    if (this.#end === "done") sink.end();
    else if (this.#end !== undefined) sink.lost(this.#end);
    else if (!this.#isPaused) this.#controller?.resume();
  }

  pause(): void {
    this.#isPaused = true;
    this.#controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#controller?.resume();
  }

  abort(): void {
    this.#sink = silentSink;
    this.#fail("upstream_unreachable");
  }

  #fail(code: RefusalCode): void {
    if (this.#end !== undefined) return;
    const refusal = refuse(code);
    this.#end = refusal;
    clearTimeout(this.#headTimer);
    if (this.#carrier === undefined) this.#onLeft(this);
    else this.#controller?.abort(new NotWanted());
    if (this.#hasHead) this.#sink?.lost(refusal);
    else this.#resolve(refusal);
  }

  #land(): void {
    if (this.hasLanded) return;
    this.hasLanded = true;
    this.#carrier?.landed(this);
  }
}

class NotWanted extends Error {
  constructor() {
    super("not wanted any more");
  }
}

const silentSink: Sink = { data() {}, end() {}, lost() {} };

/** `otherwise`: the connection was lost, before the head or behind it. */
function failureCode(error: Error, otherwise: RefusalCode): RefusalCode {
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) {
    return "request_malformed";
  }
  if (error instanceof OutOfReach) return "address_denied";
  if (error instanceof errors.BodyTimeoutError) return "upstream_timeout";
  if (error instanceof errors.HTTPParserError) return "upstream_malformed";
  if (error instanceof errors.HeadersOverflowError) return "upstream_too_large";
  return otherwise;
}

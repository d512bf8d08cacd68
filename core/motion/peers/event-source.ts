// Owns messages of a peer on their way to one client, as events or as one body. Knows no session.

import type { AnswerHead } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { Reply, Sink, Source } from "../source.ts";
import type { Sending } from "../transport.ts";

/** Events that wait for a client that reads slowly. */
const waitingBytesMax = 16 * 1024 * 1024;

export interface EventSourceOptions {
  /** Until the first message; undefined: however long it takes. */
  readonly firstMessageMs: number | undefined;
  /** Nobody wants more of it: its client left, or all was said. */
  onLeft(source: EventSource): void;
}

/** The head is what the first message makes it. */
export class EventSource implements Sending, Source {
  readonly replied: Promise<Reply | Refusal>;
  readonly hasStarted = true;
  readonly #options: EventSourceOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #resolve: (reply: Reply | Refusal) => void = () => {};
  #hasHead = false;
  #isPaused = false;
  #sink: Sink | undefined = undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** How it ended; what waits is handed over first. */
  #end: "open" | "done" | Refusal = "open";
  #hasLeft = false;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.replied = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { firstMessageMs } = options;
    this.#timer =
      firstMessageMs === undefined
        ? undefined
        : setTimeout(() => this.fail(refuse("upstream_timeout")), firstMessageMs);
  }

  get hasBegun(): boolean {
    return this.#hasHead;
  }

  get isOpen(): boolean {
    return this.#end === "open";
  }

  /** A whole answer. */
  answer(head: AnswerHead, body: Buffer | undefined): void {
    this.#begin(head);
    if (body !== undefined) this.#push(body);
    this.finish();
  }

  /** One event of a stream; `head`: where it is the first. */
  event(message: Buffer, head: Readonly<Record<string, string>>): void {
    this.open(head);
    this.#push(eventOf(message));
  }

  open(headers: Readonly<Record<string, string>>): void {
    if (!this.#hasHead) this.#begin({ status: 200, headers: { ...eventHeaders, ...headers } });
  }

  /** Nothing for clients, and yet a sign that it has begun. */
  comment(): void {
    this.#push(Buffer.from(": open\n\n"));
  }

  finish(): void {
    this.#settle("done");
  }

  fail(because: Refusal): void {
    if (!this.isOpen) return;
    if (!this.#hasHead) this.#resolve(because);
    this.#settle(because);
  }

  attach(sink: Sink): void {
    this.#sink = sink;
    this.#pour();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#pour();
  }

  abort(): void {
    this.#sink = silent;
    this.fail(refuse("upstream_unreachable"));
  }

  #begin(head: AnswerHead): void {
    if (this.#hasHead || !this.isOpen) return;
    this.#hasHead = true;
    clearTimeout(this.#timer);
    this.#resolve({ kind: "reply", head, source: this });
  }

  #push(bytes: Buffer): void {
    if (!this.isOpen) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#pour();
    if (this.#waitingBytes > waitingBytesMax) this.fail(refuse("upstream_too_large"));
  }

  #pour(): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    while (!this.#isPaused) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) break;
      this.#waitingBytes -= bytes.length;
      sink.data(bytes);
    }
    if (this.#waiting.length > 0 || this.#end === "open") return;
    this.#sink = silent;
    if (this.#end === "done") sink.end();
    else sink.lost(this.#end);
  }

  #settle(end: "done" | Refusal): void {
    if (!this.isOpen) return;
    this.#end = end;
    clearTimeout(this.#timer);
    this.#pour();
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#options.onLeft(this);
  }
}

const silent: Sink = { data() {}, end() {}, lost() {} };
const eventHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

function eventOf(message: Buffer): Buffer {
  const text = message
    .toString()
    .trim()
    .replaceAll(/\r\n|\r|\n/g, "\ndata: ");
  return Buffer.from(`event: message\ndata: ${text}\n\n`);
}

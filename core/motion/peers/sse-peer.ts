// Owns a server that speaks HTTP+SSE (2024-11-05): one stream in, a POST for each message out. Knows no
// policy.

import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { mediaType } from "../../text/media.ts";
import { SseCutter } from "../../text/sse.ts";
import { bomLength, readEvent } from "../../text/sse-event.ts";
import type { Reply } from "../source.ts";
import type { Outgoing, Sending } from "../transport.ts";
import type { OpenPeer, Peer, PeerEvents } from "./peer.ts";

export interface SsePeerOptions {
  /** The same origin for both: a server that names another is not followed. */
  readonly origin: string;
  readonly path: string;
  readonly eventBytesMax: number;
  readonly carrier: { send(outgoing: Outgoing): Sending };
}

/** Until the server says where to send. */
const waitingMax = 100;

export function ssePeer(options: SsePeerOptions): OpenPeer {
  return (events) => {
    const stream = options.carrier.send({
      method: "GET",
      path: options.path,
      headers: { accept: "text/event-stream" },
      body: undefined,
    });
    return new SsePeer(stream, events, options);
  };
}

class SsePeer implements Peer {
  readonly #stream: Sending;
  readonly #events: PeerEvents;
  readonly #options: SsePeerOptions;
  readonly #cutter: SseCutter;
  #source: Reply["source"] | undefined = undefined;
  #endpoint: string | undefined = undefined;
  #waiting: Buffer[] = [];
  #hasEnded = false;
  #isFirst = true;

  constructor(stream: Sending, events: PeerEvents, options: SsePeerOptions) {
    this.#stream = stream;
    this.#events = events;
    this.#options = options;
    this.#cutter = new SseCutter(options.eventBytesMax);
    void stream.replied.then((reply) => this.#begin(reply));
  }

  send(message: Buffer): Refusal | undefined {
    if (this.#hasEnded) return refuse("upstream_unreachable");
    if (this.#endpoint !== undefined) this.#post(this.#endpoint, message);
    else if (this.#waiting.length >= waitingMax) return refuse("overloaded", { retryAfterS: 1 });
    else this.#waiting.push(message);
    return undefined;
  }

  close(): Promise<void> {
    this.#hasEnded = true;
    this.#stream.abort();
    this.#source?.abort();
    return Promise.resolve();
  }

  #begin(reply: Reply | Refusal): void {
    if (reply.kind === "refusal") {
      this.#end(reply);
      return;
    }
    const { head, source } = reply;
    this.#source = source;
    if (head.status !== 200 || mediaType(head.headers) !== "text/event-stream") {
      source.abort();
      this.#end(
        refuse(head.status >= 300 && head.status < 400 ? "upstream_redirected" : "upstream_malformed"),
      );
      return;
    }
    source.attach({
      data: (chunk) => this.#read(chunk),
      end: () => this.#end(refuse("upstream_truncated")),
      lost: (because) => this.#end(because),
    });
  }

  #read(chunk: Buffer): void {
    if (this.#hasEnded) return;
    const units = this.#cutter.push(chunk);
    if ("kind" in units) {
      this.#source?.abort();
      this.#end(units);
      return;
    }
    for (const unit of units) this.#take(unit);
  }

  #take(unit: Buffer): void {
    const { name, data } = readEvent(unit, this.#isFirst ? bomLength(unit) : 0);
    this.#isFirst = false;
    if (data === undefined || this.#hasEnded) return;
    if (name === "message") this.#events.message(data);
    else if (name === "endpoint" && this.#endpoint === undefined) this.#greet(data.toString().trim());
  }

  #greet(place: string): void {
    const { origin, path } = this.#options;
    const url = URL.parse(place, origin + path);
    if (url === null || url.origin !== origin) {
      this.#source?.abort();
      this.#end(refuse("upstream_redirected"));
      return;
    }
    const endpoint = url.pathname + url.search;
    this.#endpoint = endpoint;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.#post(endpoint, message);
  }

  #post(path: string, body: Buffer): void {
    const sending = this.#options.carrier.send({
      method: "POST",
      path,
      headers: { "content-type": "application/json", "content-length": String(body.length) },
      body,
    });
    void sending.replied.then((reply) => this.#posted(reply));
  }

  /** What was not taken will not be answered. */
  #posted(reply: Reply | Refusal): void {
    if (reply.kind === "refusal") {
      this.#end(reply);
      return;
    }
    reply.source.attach({ data() {}, end() {}, lost() {} });
    const { status } = reply.head;
    if (status >= 300) this.#end(refuse(status < 400 ? "upstream_redirected" : "upstream_failed"));
  }

  #end(because: Refusal): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#stream.abort();
    this.#events.ended(because);
  }
}

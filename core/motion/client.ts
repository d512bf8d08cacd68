// Owns the client's side of an exchange: one narrow port over ServerResponse. Knows nothing of frames or
// policies.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { AnswerHead, HeaderMap } from "../contracts/dialect.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";
import { Carry } from "../text/carry.ts";
import { hasBody } from "./edge.ts";

/** What the pipeline needs of a client; the rig has one without sockets. */
export interface Client {
  /** The request's body, whole; `onRead` is called once. */
  readBody(bytesMax: number, onRead: (read: Buffer | Refusal) => void): void;
  /** The request's body as it comes, where nobody wants the call. `undefined`: there is none. */
  bodyStream(bound: BodyBound): AsyncIterable<Buffer> | Refusal | undefined;
  /** False: full; `onDrain` is called once when there is room again. */
  write(bytes: Buffer): boolean;
  /** Before the first write. */
  writeHead(head: AnswerHead): void;
  end(bytes: Buffer | undefined): void;
  /** An end that cannot be taken for a complete answer. */
  reset(): void;
  onDrain: (() => void) | undefined;
}

export interface BodyBound {
  readonly bytesMax: number;
  /** Called once, where a body that states no length passes the bound; its stream then fails. */
  readonly onTooLarge: (refusal: Refusal) => void;
}

/** Where the answer is there before the body: read on this far and this long, or its sender never sees it. */
const lingerBytesMax = 1024 * 1024;
const lingerMsMax = 2_000;

export interface NodeClientOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** A client that takes nothing for this long is closed. */
  readonly stallMs: number;
  /** The client left before it had the whole answer. */
  readonly onGone: () => void;
}

export class NodeClient implements Client {
  onDrain: (() => void) | undefined = undefined;
  /** Came behind another request whose answer was still to be written. */
  readonly isPipelined: boolean;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #stallMs: number;
  readonly #onGone: () => void;
  #isClosed = false;
  readonly #onClosed: (() => void)[] = [];

  constructor({ request, response, stallMs, onGone }: NodeClientOptions) {
    this.#request = request;
    this.#response = response;
    this.#stallMs = stallMs;
    this.#onGone = onGone;
    // Past the stated length nothing is ever written: it would be read as the next answer's head.
    response.strictContentLength = true;
    response.on("close", () => this.#close());
    // A broken pipe is reported by close; without a listener it would be an uncaught error.
    response.on("error", ignore);
    this.isPipelined = response.socket === null;
    if (this.isPipelined) this.#awaitTurn();
  }

  get socket(): Socket {
    return this.#request.socket;
  }

  /** Whether all of the request is here. */
  get isHeard(): boolean {
    return this.#request.complete || !hasBody(this.#request);
  }

  bodyStream(bound: BodyBound): AsyncIterable<Buffer> | Refusal | undefined {
    const { headers } = this.#request;
    if (!hasBody(this.#request)) return undefined;
    if (Number(headers["content-length"] ?? 0) > bound.bytesMax) return refuse("body_too_large");
    this.#invite();
    // Before the stream's own listener: the exchange is cut before its upstream is seen to fail for want of a
    // body.
    this.#request.once("error", () => this.#hungUp());
    // An upstream that wants no more of it must not take the client's connection along.
    const body: AsyncIterable<Buffer> = this.#request.iterator({ destroyOnReturn: false });
    // The parser holds a body to the length it states.
    return headers["content-length"] === undefined ? bounded(body, bound) : body;
  }

  readBody(bytesMax: number, onRead: (read: Buffer | Refusal) => void): void {
    const request = this.#request;
    if (!hasBody(request)) onRead(Buffer.alloc(0));
    else if (Number(request.headers["content-length"] ?? 0) > bytesMax) onRead(refuse("body_too_large"));
    else this.#collect(bytesMax, onRead);
  }

  /** Its listeners stay: each that is taken off costs more than one that hears in vain. */
  #collect(bytesMax: number, onRead: (read: Buffer | Refusal) => void): void {
    this.#invite();
    const request = this.#request;
    const body = new Carry();
    let isRead = false;
    const settle = (read: Buffer | Refusal): void => {
      isRead = true;
      onRead(read);
    };
    const onData = (chunk: Buffer): void => {
      if (isRead) return;
      body.add(chunk);
      if (body.length <= bytesMax) return;
      request.pause();
      settle(refuse("body_too_large"));
    };
    const onEnd = (): void => {
      if (!isRead) settle(body.take() ?? Buffer.alloc(0));
    };
    const onClose = (): void => {
      if (isRead) return;
      this.#hungUp();
      settle(refuse("request_malformed"));
    };
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  }

  writeHead(head: AnswerHead): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return;
    if (!this.isHeard) head.headers.connection = "close";
    response.writeHead(head.status, listed(head.headers));
  }

  write(bytes: Buffer): boolean {
    if (this.#response.destroyed) return true;
    if (this.#response.write(bytes)) return true;
    // While a client stalls, this wait is the only bound on what it holds; the socket sees each byte it
    // takes.
    this.socket.setTimeout(this.#stallMs);
    this.#response.once("drain", () => this.#drained());
    return false;
  }

  end(bytes: Buffer | undefined): void {
    if (this.#response.destroyed) return;
    if (this.isHeard) this.#finish(bytes);
    else this.#linger(bytes);
  }

  reset(): void {
    this.#response.destroy();
  }

  /** This answer, where its head is still to come, says that the connection takes no further request. */
  closeAfter(): void {
    this.#response.shouldKeepAlive = false;
  }

  /** Calls back when the answer is out or nobody is there to read it. */
  whenClosed(callback: () => void): void {
    if (this.#isClosed || this.socket.destroyed) callback();
    else this.#onClosed.push(callback);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#response.writableFinished) this.#onGone();
    for (const callback of this.#onClosed) callback();
  }

  #hungUp(): void {
    if (!this.#request.complete) this.#onGone();
  }

  /**
   * Behind another request on the same connection: until its turn comes only the socket says that all are
   * gone.
   */
  #awaitTurn(): void {
    const { socket } = this;
    const close = (): void => this.#close();
    socket.setMaxListeners(0).once("close", close);
    this.#response.once("close", () => socket.off("close", close));
  }

  /** RFC 9110 §10.1.1: only now, so that a refusal spares the client the sending. */
  #invite(): void {
    if (this.#request.headers.expect !== undefined) this.#response.writeContinue();
  }

  #drained(): void {
    this.socket.setTimeout(0);
    const onDrain = this.onDrain;
    this.onDrain = undefined;
    onDrain?.();
  }

  #finish(bytes: Buffer | undefined): void {
    const response = this.#response;
    if (bytes === undefined) response.end();
    else response.end(bytes);
    // What the kernel has taken already cannot stall: most answers need no timer.
    if (response.writableLength > 0) this.socket.setTimeout(this.#stallMs);
  }

  /** Closing at once would reset the connection before the client has read the answer. */
  #linger(bytes: Buffer | undefined): void {
    const request = this.#request;
    const response = this.#response;
    if (bytes !== undefined) response.write(bytes);
    const finish = (): void => this.#finish(undefined);
    const stop = setTimeout(finish, lingerMsMax);
    response.once("close", () => clearTimeout(stop));
    let left = lingerBytesMax;
    request.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) request.pause();
    });
    request.once("end", finish).resume();
  }
}

async function* bounded(
  body: AsyncIterable<Buffer>,
  { bytesMax, onTooLarge }: BodyBound,
): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bytesMax) {
      onTooLarge(refuse("body_too_large"));
      throw new Error("the body is larger than its bound");
    }
    yield chunk;
  }
}

function ignore(): void {}

/** As Node takes them without a copy: name, value, name, value. */
function listed(headers: HeaderMap): (string | string[])[] {
  const list: (string | string[])[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) list.push(name, value);
  }
  return list;
}

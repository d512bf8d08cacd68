// Owns the client's side of an exchange: one narrow port over ServerResponse. Knows nothing of frames or policies.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AnswerHead } from "../contracts/dialect.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";

/** What the pipeline needs of a client; the rig has one without sockets. */
export interface Client {
  /** The request's body, whole. */
  readBody(bytesMax: number): Promise<Buffer | Refusal>;
  /** The request's body as a stream, where nobody wants the call. `undefined`: there is none. */
  bodyStream(): NodeJS.ReadableStream | undefined;
  /** False: full; `onDrain` is called once when there is room again. */
  write(bytes: Buffer): boolean;
  /** Before the first write. */
  writeHead(head: AnswerHead): void;
  end(bytes: Buffer | undefined): void;
  /** An end that cannot be taken for a complete answer. */
  reset(): void;
  onDrain: (() => void) | undefined;
}

/** After a refusal some of the body may still be on its way: read this much, then close. */
const lingerBytesMax = 1024 * 1024;
const lingerMsMax = 2_000;

export interface NodeClientOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** A client that takes nothing for this long is closed. */
  readonly stallMs: number;
  readonly onGone: () => void;
}

export class NodeClient implements Client {
  onDrain: (() => void) | undefined = undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #stallMs: number;
  #stall: NodeJS.Timeout | undefined = undefined;

  constructor({ request, response, stallMs, onGone }: NodeClientOptions) {
    this.#request = request;
    this.#response = response;
    this.#stallMs = stallMs;
    response.on("drain", () => this.#drained());
    response.on("close", () => {
      clearTimeout(this.#stall);
      if (!response.writableFinished) onGone();
    });
    // A broken pipe is reported by close; without a listener it would be an uncaught error.
    response.on("error", () => {});
    request.on("error", () => {});
  }

  bodyStream(): NodeJS.ReadableStream | undefined {
    return hasBody(this.#request) ? this.#request : undefined;
  }

  readBody(bytesMax: number): Promise<Buffer | Refusal> {
    const request = this.#request;
    if (!hasBody(request)) return Promise.resolve(Buffer.alloc(0));
    if (Number(request.headers["content-length"] ?? 0) > bytesMax) {
      return Promise.resolve(refuse("body_too_large"));
    }
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const settle = (read: Buffer | Refusal): void => {
        request.off("data", onData).off("end", onEnd).off("close", onClose);
        resolve(read);
      };
      const onData = (chunk: Buffer): void => {
        length += chunk.length;
        chunks.push(chunk);
        if (length > bytesMax) settle(refuse("body_too_large"));
      };
      const onEnd = (): void => {
        const [only] = chunks;
        settle(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length));
      };
      const onClose = (): void => settle(refuse("request_malformed"));
      request.on("data", onData).on("end", onEnd).on("close", onClose);
    });
  }

  writeHead(head: AnswerHead): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    if (!this.#request.complete && hasBody(this.#request)) head.headers.connection = "close";
    this.#response.writeHead(head.status, head.headers);
  }

  write(bytes: Buffer): boolean {
    if (this.#response.write(bytes)) return true;
    // Not unref'd: while a client stalls, this wait is the only bound on what it holds.
    this.#stall ??= setTimeout(() => this.#response.destroy(), this.#stallMs);
    return false;
  }

  end(bytes: Buffer | undefined): void {
    if (!this.#request.complete && hasBody(this.#request)) this.#linger();
    if (bytes === undefined) this.#response.end();
    else this.#response.end(bytes);
  }

  reset(): void {
    this.#response.destroy();
  }

  #drained(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
    const onDrain = this.onDrain;
    this.onDrain = undefined;
    onDrain?.();
  }

  /** Closing at once would reset the connection before the client has read the refusal. */
  #linger(): void {
    const { socket } = this.#request;
    let left = lingerBytesMax;
    const stop = setTimeout(() => socket.destroy(), lingerMsMax);
    socket.once("close", () => clearTimeout(stop));
    this.#request.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) socket.destroy();
    });
    this.#request.resume();
  }
}

function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

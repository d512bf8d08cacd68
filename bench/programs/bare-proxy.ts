// Owns the yardstick: the least a correct proxy on node:http and undici does. Knows nothing of Sluice.

import type { ServerResponse } from "node:http";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import { type Dispatcher, Pool } from "undici";

/** RFC 9110 §7.6.1; `host` is the next hop's own. */
const hopByHop = new Set([
  "connection",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Streams both ways with backpressure; whichever side is lost, the other is ended. */
export function makeBareProxy(
  origin: string,
  connectionsMax: number,
  relayTo = (response: ServerResponse, _url: string): Relay => new Relay(response),
): Server {
  const pool = new Pool(origin, { connections: connectionsMax, pipelining: 1, allowH2: false });
  return createServer({ noDelay: true }, (request, response) => {
    const { method, url = "/" } = request;
    const headers = endToEnd(request.headers);
    const body = hasBody(request) ? request : null;
    const options = { method: method as Dispatcher.HttpMethod, path: url, headers, body };
    pool.dispatch(options, relayTo(response, url));
  });
}

export class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  #controller: Dispatcher.DispatchController | undefined = undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on("drain", () => this.#controller?.resume());
    response.on("close", () => {
      if (!response.writableFinished) this.#controller?.abort(new Error("the client left"));
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#response.destroyed) controller.abort(new Error("the client left"));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.#response.writeHead(status, endToEnd(headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    if (this.#response.headersSent) this.#response.destroy();
    else this.#response.writeHead(502).end();
  }
}

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = headers.connection;
  const dropped =
    named === undefined || named === "keep-alive" ? undefined : named.toLowerCase().split(/\s*,\s*/);
  const kept: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || hopByHop.has(name) || dropped?.includes(name)) continue;
    kept[name] = value;
  }
  return kept;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

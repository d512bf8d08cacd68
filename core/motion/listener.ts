// Owns the HTTP/1.1 parser's settings and its answer to what it cannot parse. Knows no routes and no
// exchanges.

import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "../contracts/refusal.ts";
import { problemJson, refusalHeaders, refuse } from "../contracts/refusal.ts";
import { headerBlockBytesMax } from "./edge.ts";

/** HARDENING §1: slow headers are cut at 10 s, slow bodies at 30 s. */
export interface ParserTimeouts {
  readonly headersMs: number;
  readonly requestMs: number;
}

export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => void;

const keepAliveMs = 75_000;
/** How long a client that could not be understood may take to read why. */
const lingerMsMax = 2_000;

/** All requests, those with an expectation too, go to `handle`; nothing is answered here. */
export function makeListener(timeouts: ParserTimeouts, handle: HandleRequest): Server {
  const server = createServer({
    maxHeaderSize: headerBlockBytesMax,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: keepAliveMs,
    noDelay: true,
    // Node would answer by itself; checkEdge looks at Host too.
    requireHostHeader: false,
  });
  // Node drops what is past its own count without a word: the block's size bounds it, checkEdge counts it.
  server.maxHeadersCount = 0;
  // `close` calls it, and Node takes a connection for idle whose answer is still on its way out.
  server.closeIdleConnections = () => {};
  return server.on("request", handle).on("checkContinue", handle).on("checkExpectation", handle);
}

/** A response over a bare socket: refusals of CONNECT and of upgrades leave through the same walk. */
export function responseOver(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as never);
  response.on("finish", () => endUnread(socket));
  socket.on("error", () => socket.destroy());
  return response;
}

/** As with an answer below: what still comes is thrown away, for a while. */
export function endUnread(socket: Duplex): void {
  const stop = setTimeout(() => socket.destroy(), lingerMsMax);
  socket.once("close", () => clearTimeout(stop));
  socket.resume().end(() => {
    if (socket.readableEnded) socket.destroy();
    else socket.once("end", () => socket.destroy());
  });
}

/** The connection broke, or the client closed it in the middle of a request: nobody is there to be told. */
const brokenOff = new Set(["ECONNRESET", "HPE_INVALID_EOF_STATE"]);

/** What Node's parser turned away; `undefined` where the client left. */
export function readParserError(error: NodeJS.ErrnoException): Refusal | undefined {
  if (brokenOff.has(error.code ?? "")) return undefined;
  if (error.code === "HPE_HEADER_OVERFLOW") return refuse("headers_too_large");
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return refuse("request_timeout");
  return refuse("request_malformed");
}

/**
 * What still comes is read and thrown away, so that the connection is not reset before the answer is read.
 */
export function answerRaw(socket: Duplex, refusal: Refusal): void {
  const body = JSON.stringify(problemJson(refusal));
  const headers = {
    ...refusalHeaders(refusal),
    "content-type": "application/problem+json",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} Refused\r\n${lines.join("")}\r\n${body}`);
  const stop = setTimeout(() => socket.destroy(), lingerMsMax);
  socket.once("close", () => clearTimeout(stop));
}

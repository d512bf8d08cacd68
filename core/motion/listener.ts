// Owns the HTTP/1.1 parser's settings and its answer to what it cannot parse. Knows no routes and no exchanges.

import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal, RefusalCode } from "../contracts/refusal.ts";
import { problemJson, refusalHeaders, refuse } from "../contracts/refusal.ts";
import { headerBlockBytesMax } from "./edge.ts";

/** HARDENING §1: slow headers are cut at 10 s, slow bodies at 30 s. */
export interface ParserTimeouts {
  readonly headersMs: number;
  readonly requestMs: number;
}

const keepAliveMs = 75_000;

export function makeListener(timeouts: ParserTimeouts, onUnparsed: (refusal: Refusal) => void): Server {
  const server = createServer({
    maxHeaderSize: headerBlockBytesMax,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: keepAliveMs,
    noDelay: true,
  });
  // Node drops what is past its own count without a word: the block's size bounds it, checkEdge counts it.
  server.maxHeadersCount = 0;
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const refusal = refuse(unparsedCode(error.code));
    onUnparsed(refusal);
    socket.end(rawAnswer(refusal), () => socket.destroy());
  });
  return server;
}

/** A response over a bare socket: refusals of CONNECT and of upgrades leave through the same walk. */
export function responseOver(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as never);
  response.on("finish", () => socket.end());
  socket.on("error", () => socket.destroy());
  return response;
}

function unparsedCode(code: string | undefined): RefusalCode {
  if (code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  return "request_malformed";
}

function rawAnswer(refusal: Refusal): string {
  const body = JSON.stringify(problemJson(refusal));
  const headers = {
    ...refusalHeaders(refusal),
    "content-type": "application/problem+json",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} Refused\r\n${lines.join("")}\r\n${body}`;
}

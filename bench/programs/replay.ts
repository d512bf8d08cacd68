// Owns replaying recorded answers with little work: whole ones at once, streams a write at a time. Knows not
// what they say.

import { createServer, type Server, type Socket } from "node:net";
import { MessageReader } from "../message-reader.ts";
import { eventMs } from "../workload.ts";

/** An answer's bytes as they are written; the head goes with the first. */
export type Writes = readonly Buffer[];

export interface Recording {
  readonly writes: Writes;
  /** A write each `eventMs`; else all of them at once. */
  readonly isStream: boolean;
}

export interface Asked {
  readonly startLine: string;
  readonly wantsStream: boolean;
  /** The last bytes of the request, as many as came in one piece. */
  readonly last: Buffer;
}

interface Replay {
  readonly writes: Writes;
  readonly next: number;
}

export function makeReplayServer(pick: (request: Asked) => Recording): Server {
  const streams = new Map<Socket, Replay>();
  setInterval(() => {
    for (const [socket, { writes, next }] of streams) {
      socket.write(writes[next] ?? "");
      if (next + 1 < writes.length) streams.set(socket, { writes, next: next + 1 });
      else streams.delete(socket);
    }
  }, eventMs);
  return createServer({ noDelay: true }, (socket) => {
    const reader = new MessageReader();
    let wantsStream = false;
    socket.on("data", (chunk) => {
      wantsStream ||= chunk.includes('"stream":true');
      if (!reader.push(chunk)) return;
      const { writes, isStream } = pick({ startLine: reader.startLine, wantsStream, last: chunk });
      if (isStream) streams.set(socket, { writes, next: 0 });
      else for (const write of writes) socket.write(write);
      wantsStream = false;
    });
    socket.on("close", () => streams.delete(socket));
    socket.on("error", () => socket.destroy());
  });
}

/** One write each piece of the body, framed as chunks. */
export function recordStream(headers: Headers, pieces: readonly Buffer[]): Recording {
  const chunks = pieces.map(toChunk);
  const first = Buffer.concat([writeHead(headers, "transfer-encoding: chunked"), ...chunks.slice(0, 1)]);
  return { writes: [first, ...chunks.slice(1), Buffer.from("0\r\n\r\n")], isStream: true };
}

export function recordWhole(headers: Headers, body: Buffer): Recording {
  const head = writeHead(headers, `content-length: ${body.length}`);
  return { writes: [Buffer.concat([head, body])], isStream: false };
}

function toChunk(piece: Buffer): Buffer {
  const length = Buffer.from(`${piece.length.toString(16)}\r\n`);
  return Buffer.concat([length, piece, Buffer.from("\r\n")]);
}

function writeHead(headers: Headers, framing: string): Buffer {
  const ownFraming = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);
  const kept = [...headers].filter(([name]) => !ownFraming.has(name));
  const lines = kept.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join("")}${framing}\r\n\r\n`);
}

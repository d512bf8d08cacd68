// Owns every bench's upstream: the mock provider's answers, recorded once and replayed with little work.

import { createServer, type Socket } from "node:net";
import { startMockProvider } from "../../mock/provider.ts";
import { MessageReader } from "../message-reader.ts";
import { askChat, eventMs, staticAnswer } from "../workload.ts";
import { listenAndAnnounce } from "./announce.ts";

/** An answer's bytes as they are written; the head goes with the first. */
type Writes = readonly Buffer[];

const { whole, stream } = await record();
/** Streams under way, and which write comes next. */
const streams = new Map<Socket, number>();

setInterval(() => {
  for (const [socket, next] of streams) {
    socket.write(stream[next] ?? "");
    if (next + 1 < stream.length) streams.set(socket, next + 1);
    else streams.delete(socket);
  }
}, eventMs);

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader();
  let wantsStream = false;
  socket.on("data", (chunk) => {
    wantsStream ||= chunk.includes('"stream":true');
    if (!reader.push(chunk)) return;
    if (wantsStream) streams.set(socket, 0);
    else for (const write of whole) socket.write(write);
    wantsStream = false;
  });
  socket.on("close", () => streams.delete(socket));
  socket.on("error", () => socket.destroy());
});
listenAndAnnounce(server);

async function record(): Promise<{ whole: Writes; stream: Writes }> {
  const mock = await startMockProvider({ script: { static: staticAnswer } });
  const [whole, stream] = [await askChat(mock.port, "body"), await askChat(mock.port, "stream")];
  await mock.close();
  const body = Buffer.from(whole.text);
  const events = stream.text.split(/(?<=\n\n)/).map(toChunk);
  return {
    whole: [Buffer.concat([head(whole.headers, `content-length: ${body.length}`), body])],
    stream: [
      Buffer.concat([head(stream.headers, "transfer-encoding: chunked"), events[0] ?? toChunk("")]),
      ...events.slice(1),
      Buffer.from("0\r\n\r\n"),
    ],
  };
}

function toChunk(event: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
}

function head(headers: Headers, framing: string): Buffer {
  const ownFraming = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);
  const kept = [...headers].filter(([name]) => !ownFraming.has(name));
  const lines = kept.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join("")}${framing}\r\n\r\n`);
}

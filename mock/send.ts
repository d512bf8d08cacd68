// Owns putting a delivery on the socket: pacing, backpressure and its end; knows no format and no script.

import type { ClientLine } from "./client-line.ts";
import type { Delivery, Write } from "./delivery.ts";
import type { Ended } from "./log.ts";

export interface Tally {
  began(status: number): void;
  wrote(write: Write): void;
  ended(how: Ended): void;
}

/** Sends until the end or until the client leaves; that the client left is for others to tell. */
export async function send(
  line: ClientLine,
  delivery: Delivery,
  writes: Iterable<Write>,
  tally: Tally,
): Promise<void> {
  const { delayMs = 0 } = delivery.pacing;
  if (delayMs > 0) await line.pause(delayMs);
  if (line.isGone) return;
  if (delivery.hasHead) {
    writeHead(line, delivery);
    tally.began(delivery.status);
  }
  await sendWrites(line, delivery, writes, tally);
  if (!line.isGone) await endDelivery(line, delivery, tally);
}

function writeHead({ response }: ClientLine, { status, headers, contentLength, end }: Delivery): void {
  const length = contentLength === undefined ? {} : { "content-length": contentLength };
  response.writeHead(status, { ...length, ...headers });
  // A clean end sends the head with its first bytes; any other may have none to send it with.
  if (end !== "clean") response.flushHeaders();
}

async function sendWrites(
  line: ClientLine,
  { pacing }: Delivery,
  writes: Iterable<Write>,
  tally: Tally,
): Promise<void> {
  const { betweenMs = 0, chunkBytes } = pacing;
  let sent = 0;
  for (const write of writes) {
    if (sent > 0 && betweenMs > 0) await line.pause(betweenMs);
    // Writes of one turn of the event loop leave as one segment: odd cuts would not be seen.
    else if (chunkBytes !== undefined) await line.turn();
    if (line.isGone) return;
    const hasRoom = line.response.write(write.bytes);
    tally.wrote(write);
    sent += 1;
    if (!hasRoom) await line.drained();
  }
}

async function endDelivery(line: ClientLine, { end, status }: Delivery, tally: Tally): Promise<void> {
  switch (end) {
    case "clean":
      line.response.end(() => tally.ended(status < 300 ? "done" : "refused"));
      return;
    case "cut":
      tally.ended("cut");
      // What was written before the cut still reaches the client.
      line.response.socket?.destroySoon();
      return;
    case "stalled":
      tally.ended("stalled");
      await line.gone();
  }
}

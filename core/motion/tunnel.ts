// Owns bytes that pass both ways unread: backpressure, half-closed ends, bounds on silence and on time. Knows
// no HTTP.

import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TunnelTally } from "../contracts/exchange.ts";

/** `done`: both sides have ended. `gone`: the client broke off. `lost`: its host did. */
export type TunnelEnd = "done" | "gone" | "lost" | "idle" | "total";

export interface TunnelOptions {
  readonly client: Duplex;
  readonly upstream: Socket;
  readonly idleMs: number;
  readonly totalMs: number;
  readonly tally: TunnelTally;
}

/** Resolves when neither side is open any more. What one side does not take stays with the other. */
export function passBytes(options: TunnelOptions): Promise<TunnelEnd> {
  const { client, upstream, idleMs, totalMs, tally } = options;
  return new Promise((resolve) => {
    let end: TunnelEnd = "done";
    let open = 2;
    const cut = (because: TunnelEnd): void => {
      if (end === "done") end = because;
      client.destroy();
      upstream.destroy();
    };
    const idle = setTimeout(() => cut("idle"), idleMs);
    const total = setTimeout(() => cut("total"), totalMs);
    const closed = (): void => {
      open -= 1;
      if (open > 0) return;
      clearTimeout(idle);
      clearTimeout(total);
      resolve(end);
    };
    const moved = (): void => void idle.refresh();
    pour(client, upstream, (bytes) => {
      tally.sentBytes += bytes;
      moved();
    });
    pour(upstream, client, (bytes) => {
      tally.receivedBytes += bytes;
      moved();
    });
    for (const [side, other, broken] of [
      [client, upstream, "gone"],
      [upstream, client, "lost"],
    ] as const) {
      side.on("drain", moved);
      side.on("error", () => cut(broken));
      side.on("close", () => {
        if (!side.readableEnded) cut(broken);
        else other.end(() => other.destroy());
        closed();
      });
    }
  });
}

/** An end is passed on as an end: the other way stays open. */
function pour(from: Duplex, to: Duplex, onBytes: (bytes: number) => void): void {
  from.on("data", (chunk: Buffer) => {
    onBytes(chunk.length);
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.on("end", () => to.end());
  from.resume();
}

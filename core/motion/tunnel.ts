// Owns bytes that pass both ways unread: backpressure, half-closed ends, bounds on silence and on time. Knows
// no HTTP.

import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TunnelTally } from "../contracts/exchange.ts";

/** `done`: both sides have ended. `gone`: the client broke off. `lost`: its host did. */
export type TunnelEnd = "done" | "gone" | "lost" | "denied" | "idle" | "total";

export interface TunnelOptions {
  readonly client: Duplex;
  readonly upstream: Socket;
  readonly idleMs: number;
  readonly totalMs: number;
  readonly tally: TunnelTally;
  /** What of the client's bytes may go on by now; undefined: nothing any more. */
  readonly gate: (chunk: Buffer) => Buffer | undefined;
}

/** Resolves when neither side is open any more. What one side does not take stays with the other. */
export function passBytes(options: TunnelOptions): Promise<TunnelEnd> {
  const { client, upstream, idleMs, totalMs, tally, gate } = options;
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
    pour(client, upstream, (chunk) => {
      const passed = gate(chunk);
      if (passed === undefined) cut("denied");
      tally.sentBytes += passed?.length ?? 0;
      moved();
      return passed;
    });
    pour(upstream, client, (chunk) => {
      tally.receivedBytes += chunk.length;
      moved();
      return chunk;
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
function pour(from: Duplex, to: Duplex, pass: (chunk: Buffer) => Buffer | undefined): void {
  from.on("data", (chunk: Buffer) => {
    const passed = pass(chunk);
    if (passed !== undefined && passed.length > 0 && !to.write(passed)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.on("end", () => to.end());
  from.resume();
}

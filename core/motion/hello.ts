// Owns waiting for a TLS client's first words, and what they have to say. What was read is given back.

import type { Duplex } from "node:stream";
import { type Refusal, refuse } from "../contracts/refusal.ts";
import { type ClientHello, type HelloReading, helloBytesMax, readClientHello } from "../text/client-hello.ts";

export interface Heard {
  readonly kind: "heard";
  readonly hello: ClientHello;
  /** All that came so far; whoever goes on reading has to have them first. */
  readonly bytes: Buffer;
}

export interface HelloOptions {
  /** What came together with the request for the tunnel. */
  readonly rest: Buffer;
  readonly waitMs: number;
}

/** The socket is left paused. `gone`: it closed before it said enough. */
export function hearHello(socket: Duplex, { rest, waitMs }: HelloOptions): Promise<Heard | Refusal | "gone"> {
  return new Promise((resolve) => {
    let bytes = rest;
    const settle = (heard: Heard | Refusal | "gone"): void => {
      clearTimeout(stop);
      socket.pause();
      socket.off("data", onData).off("end", onGone).off("close", onGone);
      resolve(heard);
    };
    const judge = (reading: HelloReading): void => {
      if (reading.kind === "hello") settle({ kind: "heard", hello: reading, bytes });
      if (reading.kind === "none") settle(refuseTunnel("Only TLS passes through a tunnel."));
    };
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      judge(readClientHello(bytes.subarray(0, helloBytesMax)));
    };
    const onGone = (): void => settle("gone");
    const stop = setTimeout(() => settle(refuse("request_timeout")), waitMs);
    socket.on("data", onData).on("end", onGone).on("close", onGone);
    if (socket.destroyed) onGone();
    else if (bytes.length > 0) judge(readClientHello(bytes));
    if (!socket.isPaused()) socket.resume();
  });
}

/** `reads`: whether what is behind the hello is read here, or only by the server it is meant for. */
export function judgeHello(hello: ClientHello, host: string, reads: "here" | "there"): Refusal | undefined {
  const { serverName, isEncrypted } = hello;
  if (serverName === undefined) return refuseTunnel("TLS has to name the host (SNI).");
  if (serverName.toLowerCase() !== host) return refuseTunnel("TLS names another host than the tunnel.");
  if (!isEncrypted || reads === "here") return undefined;
  return refuseTunnel("TLS may mean another host than it names: switch Encrypted Client Hello off.");
}

export function refuseTunnel(message: string): Refusal {
  return refuse("tunnel_denied", { message });
}

/** RFC 8446 §6: fatal, access_denied; the last word to a client that speaks TLS. */
export const deniedAlert = Buffer.from([21, 3, 3, 0, 2, 2, 49]);

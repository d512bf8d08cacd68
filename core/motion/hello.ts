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

/**
 * A server may ask for another hello (RFC 8446 §4.1.4), and it comes in the clear as well: it is held until
 * it is known to name the same host. From then on, or where the handshake goes on otherwise, all passes.
 */
export class HelloGate {
  readonly #host: string;
  /** Of the record under way. */
  #skip: number;
  #held: Buffer = Buffer.alloc(0);
  #isOpen = false;

  constructor(host: string, first: ClientHello) {
    this.#host = host;
    this.#skip = first.end;
  }

  /** What may go on by now; undefined: another host is named. */
  readonly pass = (chunk: Buffer): Buffer | undefined => {
    if (this.#isOpen) return chunk;
    const bytes = Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (!this.#isOpen) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (bytes.length - at <= recordHeadBytes) break;
      const verdict = this.#judge(bytes.subarray(at));
      if (verdict === "denied") return undefined;
      if (verdict === "more") break;
    }
    const end = this.#isOpen ? bytes.length : at;
    this.#held = bytes.subarray(end);
    return bytes.subarray(0, end);
  };

  /** Of a record's head and at least one byte of it. */
  #judge(record: Buffer): "passed" | "more" | "denied" {
    const isHandshake = record[0] === handshakeRecord;
    if (!isHandshake && betweenHellos.has(record[0] ?? 0)) {
      this.#skip = recordHeadBytes + record.readUInt16BE(3);
      return "passed";
    }
    const reading = readClientHello(record.subarray(0, helloBytesMax));
    if (isHandshake && reading.kind === "more") return "more";
    this.#isOpen = true;
    const isDenied = reading.kind === "hello" && judgeHello(reading, this.#host, "there") !== undefined;
    return isDenied ? "denied" : "passed";
  }
}

const recordHeadBytes = 5;
const handshakeRecord = 22;
/** Change of cipher (for the sake of middleboxes) and early data; alerts. */
const betweenHellos: ReadonlySet<number> = new Set([20, 21, 23]);

export function refuseTunnel(message: string): Refusal {
  return refuse("tunnel_denied", { message });
}

/** RFC 8446 §6: fatal, access_denied; the last word to a client that speaks TLS. */
export const deniedAlert = Buffer.from([21, 3, 3, 0, 2, 2, 49]);

// Owns a client without a socket: what it takes, how fast, and when it leaves. Knows no upstream.

import type { AnswerHead } from "../../core/contracts/dialect.ts";
import type { Exchange } from "../../core/contracts/exchange.ts";
import { type Refusal, refuse } from "../../core/contracts/refusal.ts";
import type { Client } from "../../core/motion/client.ts";

export interface ClientScript {
  /** Full after every write; room again a little later. */
  readonly isSlow?: boolean;
  /** Takes nothing more after this many bytes, and stays. */
  readonly stallsAfter?: number;
  /** Leaves once it has this many bytes; 0: before anything is written. */
  readonly leavesAfter?: number;
  /** Leaves while its request is still on its way. */
  readonly leavesInBody?: boolean;
  readonly neverSendsBody?: boolean;
}

export class RigClient implements Client {
  onDrain: (() => void) | undefined = undefined;
  readonly #exchange: Exchange;
  readonly #body: Buffer;
  readonly #log: string[];
  readonly #script: ClientScript;
  #head: AnswerHead | undefined = undefined;
  readonly #taken: Buffer[] = [];
  #takenBytes = 0;
  #isWhole = false;

  constructor(exchange: Exchange, body: Buffer, log: string[], script: ClientScript) {
    this.#exchange = exchange;
    this.#body = body;
    this.#log = log;
    this.#script = script;
    if (script.leavesAfter === 0) queueMicrotask(() => this.#leave());
  }

  taken(): { head: AnswerHead | undefined; bytes: Buffer; isWhole: boolean } {
    return { head: this.#head, bytes: Buffer.concat(this.#taken), isWhole: this.#isWhole };
  }

  readBody(bytesMax: number, onRead: (read: Buffer | Refusal) => void): void {
    this.#log.push("read body");
    if (this.#script.leavesInBody === true) {
      this.#leave();
      onRead(refuse("request_malformed"));
    } else if (this.#script.neverSendsBody !== true) {
      onRead(this.#body.length > bytesMax ? refuse("body_too_large") : this.#body);
    }
  }

  bodyStream(): AsyncIterable<Buffer> | undefined {
    if (this.#body.length === 0) return undefined;
    this.#log.push("stream body");
    return pieces(this.#body);
  }

  writeHead(head: AnswerHead): void {
    if (this.#head !== undefined) throw new Error("a second head");
    this.#log.push(`head ${head.status}`);
    this.#head = { status: head.status, headers: { ...head.headers } };
  }

  write(bytes: Buffer): boolean {
    this.#take(bytes);
    const { isSlow, stallsAfter = Number.POSITIVE_INFINITY } = this.#script;
    if (this.#takenBytes >= stallsAfter) return false;
    if (isSlow !== true) return true;
    setImmediate(() => {
      const onDrain = this.onDrain;
      this.onDrain = undefined;
      onDrain?.();
    });
    return false;
  }

  end(bytes: Buffer | undefined): void {
    if (bytes !== undefined) this.#take(bytes);
    this.#log.push("end");
    this.#isWhole = true;
  }

  reset(): void {
    this.#log.push("reset");
  }

  #take(bytes: Buffer): void {
    if (this.#head === undefined) throw new Error("bytes before the head");
    if (this.#isWhole) throw new Error("bytes after the end");
    this.#log.push(`take ${bytes.length}`);
    // A copy: what was written may not change any more.
    this.#taken.push(Buffer.from(bytes));
    this.#takenBytes += bytes.length;
    const { leavesAfter } = this.#script;
    if (leavesAfter !== undefined && this.#takenBytes >= leavesAfter) this.#leave();
  }

  #leave(): void {
    this.#log.push("leave");
    this.#exchange.cut({ kind: "gone" });
  }
}

async function* pieces(body: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < body.length; at += 16) yield body.subarray(at, at + 16);
}

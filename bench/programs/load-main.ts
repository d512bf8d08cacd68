// Owns the load: a closed loop, so many answers over so many connections. Measures no CPU itself.

import { connect, type Socket } from "node:net";
import { MessageReader } from "../message-reader.ts";
import { ProseRequests } from "../prose-requests.ts";
import { type AnswerForm, type AskedBody, RequestBytes } from "../workload.ts";

export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly form: AnswerForm;
  readonly answers: number;
  readonly connections: number;
  readonly asked?: AskedBody;
}

export interface LoadResult {
  readonly elapsedMs: number;
  /** Reads from the sockets: whether chunks came one by one or joined. */
  readonly reads: number;
  /** The first thing that went wrong; the rest of the run was given up. */
  readonly problem: string | undefined;
}

/** Over all runs of this process, so that bodies differ between them too. */
let requests = 0;

class Run {
  readonly #order: LoadOrder;
  readonly #sockets: Socket[] = [];
  readonly #startedAtMs = performance.now();
  readonly #onEnd: (result: LoadResult) => void;
  #toSend: number;
  #toCome: number;
  #reads = 0;
  #isOver = false;

  constructor(order: LoadOrder, onEnd: (result: LoadResult) => void) {
    this.#order = order;
    this.#onEnd = onEnd;
    this.#toSend = order.answers;
    this.#toCome = order.answers;
    for (let opened = 0; opened < order.connections; opened++) this.#open();
  }

  #open(): void {
    const request =
      this.#order.asked === "prose" ? new ProseRequests(this.#order) : new RequestBytes(this.#order);
    const reader = new MessageReader();
    const socket = connect({ port: this.#order.port, host: "127.0.0.1", noDelay: true });
    const ask = (): void => {
      if (this.#toSend === 0) return;
      this.#toSend -= 1;
      socket.write(request.number(requests++));
    };
    socket.on("connect", ask);
    socket.on("data", (chunk) => {
      this.#reads += 1;
      if (!this.#isWhole(reader, chunk)) return;
      this.#toCome -= 1;
      if (this.#toCome === 0) this.#end(undefined);
      else ask();
    });
    socket.on("error", (error) => this.#end(error.message));
    socket.on("end", () => this.#end("a connection was closed before its answer was whole"));
    this.#sockets.push(socket);
  }

  #isWhole(reader: MessageReader, chunk: Buffer): boolean {
    try {
      const isWhole = reader.push(chunk);
      if (!isWhole || reader.startLine.startsWith("HTTP/1.1 200 ")) return isWhole;
      throw new Error(`answered ${reader.startLine}`);
    } catch (error) {
      this.#end(String(error));
      return false;
    }
  }

  #end(problem: string | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#onEnd({ elapsedMs: performance.now() - this.#startedAtMs, reads: this.#reads, problem });
  }
}

process.on("message", (order: LoadOrder) => {
  new Run(order, (result) => process.send?.(result));
});
process.once("disconnect", () => process.exit(0));

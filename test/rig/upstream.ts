// Owns an upstream without a socket: a head, chunks, pauses, and the ways it fails. Knows no client.

import type { HeaderMap } from "../../core/contracts/dialect.ts";
import type { Target } from "../../core/contracts/exchange.ts";
import { type Refusal, type RefusalCode, refuse } from "../../core/contracts/refusal.ts";
import type { Reply, Sink, Source } from "../../core/motion/source.ts";
import type { Outgoing, Sending } from "../../core/motion/transport.ts";
import { linesType } from "../line-dialect.ts";

/** Bytes · `pause`: the event loop turns once · `lost`, `stall`: nothing follows. */
export type UpstreamStep = Buffer | string | { readonly is: "pause" | "lost" | "stall" };

export interface UpstreamScript {
  /** No head comes; `stall`: nothing at all does. */
  readonly failure?: RefusalCode | "stall";
  readonly status?: number;
  readonly headers?: HeaderMap;
  readonly steps?: readonly UpstreamStep[];
}

export interface Sent extends Omit<Outgoing, "body"> {
  readonly target: string;
  /** Grows while a streamed body is read. */
  body: Buffer;
}

export class RigUpstream {
  readonly sent: Sent[] = [];
  readonly #scripts: readonly UpstreamScript[];
  readonly #log: string[];

  constructor(scripts: readonly UpstreamScript[], log: string[]) {
    this.#scripts = scripts;
    this.#log = log;
  }

  send({ body, ...rest }: Outgoing, { name }: Target): Sending {
    const script = this.#scripts[Math.min(this.sent.length, this.#scripts.length - 1)] ?? {};
    const sent: Sent = { ...rest, target: name, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) };
    this.sent.push(sent);
    this.#log.push(`send to ${name}`);
    return new RigFlight(script, this.#log, Buffer.isBuffer(body) ? undefined : body, sent);
  }
}

class RigFlight implements Sending, Source {
  readonly replied: Promise<Reply | Refusal>;
  readonly hasStarted = true;
  readonly #script: UpstreamScript;
  readonly #log: string[];
  #resolve: (reply: Reply | Refusal) => void = () => {};
  #wake: () => void = () => {};
  #isPaused = false;
  #isOver = false;

  constructor(script: UpstreamScript, log: string[], body: Outgoing["body"], sent: Sent) {
    this.#script = script;
    this.#log = log;
    this.replied = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    void this.#reply(body as AsyncIterable<Buffer> | undefined, sent);
  }

  async #reply(body: AsyncIterable<Buffer> | undefined, sent: Sent): Promise<void> {
    if (body !== undefined) for await (const piece of body) sent.body = Buffer.concat([sent.body, piece]);
    const { failure, status = 200, headers = { "content-type": linesType } } = this.#script;
    if (failure === "stall") return;
    if (failure !== undefined) this.#resolve(refuse(failure));
    else this.#resolve({ kind: "reply", head: { status, headers: { ...headers } }, source: this });
  }

  attach(sink: Sink): void {
    void this.#play(sink);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#log.push("abort");
    this.#resolve(refuse("upstream_unreachable"));
  }

  async #play(sink: Sink): Promise<void> {
    for (const step of this.#script.steps ?? []) {
      while (this.#isPaused && !this.#isOver) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.#isOver) return;
      if (typeof step === "string" || Buffer.isBuffer(step)) sink.data(Buffer.from(step));
      else if (step.is === "pause") await new Promise((resolve) => setImmediate(resolve));
      else return this.#stop(step.is, sink);
    }
    if (this.#isOver) return;
    this.#over();
    sink.end();
  }

  /** By itself, without being aborted. */
  #over(): void {
    this.#isOver = true;
    this.#log.push("over");
  }

  #stop(how: "lost" | "stall", sink: Sink): void {
    if (how === "stall") return;
    this.#over();
    sink.lost(refuse("upstream_truncated"));
  }
}

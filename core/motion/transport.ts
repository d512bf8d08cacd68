// Owns the way to an upstream: one bounded undici pool a target, its waits, its watchdog. Knows no dialects, no policy.

import { lookup as dnsLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { type Dispatcher, errors, Pool } from "undici";
import type { AnswerHead, HeaderMap } from "../contracts/dialect.ts";
import type { Timeouts } from "../contracts/exchange.ts";
import type { Refusal, RefusalCode } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";
import { isMetadataAddress } from "./address.ts";
import type { Reply, Sink, Source } from "./source.ts";

export interface TransportOptions {
  readonly origin: string;
  readonly timeouts: Timeouts;
  readonly connectionsMax: number;
}

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | NodeJS.ReadableStream | undefined;
}

/** A request under way. `replied` never rejects; `abort` before the head makes it a refusal. */
export interface Sending {
  readonly replied: Promise<Reply | Refusal>;
  abort(): void;
}

/** Requests that may wait for a connection, as a multiple of the connections. */
const queueFactor = 4;
/** Bytes that may arrive before the pump is attached. */
const earlyBytesMax = 256 * 1024;

/** One upstream origin. Replaced as a whole where the pool has lost its slots (undici: a rejected request keeps one). */
export class Transport {
  readonly #options: TransportOptions;
  #pool: Pool;
  #underWay = 0;
  #stuckSinceMs = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#pool = makePool(options);
  }

  send(outgoing: Outgoing): Sending {
    const { connectionsMax, timeouts } = this.#options;
    if (this.#underWay >= connectionsMax * (1 + queueFactor)) {
      return { replied: Promise.resolve(refuse("overloaded", { retryAfterS: 1 })), abort() {} };
    }
    this.#watch();
    this.#underWay += 1;
    const flight = new Flight(timeouts, () => {
      this.#underWay -= 1;
    });
    flight.dispatch(this.#pool, outgoing);
    return flight;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  destroy(): Promise<void> {
    return this.#pool.destroy();
  }

  /** Requests wait and none runs for longer than a connection may take: the pool is stuck. */
  #watch(): void {
    if (this.#underWay < this.#options.connectionsMax) return;
    const { queued, running } = this.#pool.stats;
    const nowMs = performance.now();
    if (queued === 0 || running > 0) this.#stuckSinceMs = 0;
    else if (this.#stuckSinceMs === 0) this.#stuckSinceMs = nowMs;
    else if (nowMs - this.#stuckSinceMs > this.#options.timeouts.connectMs + 1_000) {
      this.#stuckSinceMs = 0;
      const stuck = this.#pool;
      this.#pool = makePool(this.#options);
      void stuck.destroy();
    }
  }
}

function makePool({ origin, connectionsMax, timeouts }: TransportOptions): Pool {
  return new Pool(origin, {
    connections: connectionsMax,
    pipelining: 1,
    allowH2: false,
    // The wait for the head is ours: undici's starts only when a connection is there.
    headersTimeout: 0,
    bodyTimeout: timeouts.idleMs,
    connect: { timeout: timeouts.connectMs, lookup: checkedLookup },
  });
}

/** The address that is checked is the one connected to: no second resolution in between (DNS rebinding). */
const checkedLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, options, (error, address, family) => {
    const addresses = typeof address === "string" ? [address] : address.map((found) => found.address);
    if (error === null && addresses.some(isMetadataAddress)) {
      callback(new Error("metadata addresses are never dialled"), "", 0);
      return;
    }
    callback(error, address as string, family);
  });
};

class Flight implements Dispatcher.DispatchHandler, Sending, Source {
  readonly replied: Promise<Reply | Refusal>;
  #resolve: (reply: Reply | Refusal) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined = undefined;
  #sink: Sink | undefined = undefined;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #isEnded = false;
  #failure: Refusal | undefined = undefined;
  #hasHead = false;
  #isAborted = false;
  #isLanded = false;
  readonly #headTimer: NodeJS.Timeout;
  readonly #onLanded: () => void;

  constructor(timeouts: Timeouts, onLanded: () => void) {
    this.#onLanded = onLanded;
    this.replied = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#headTimer = setTimeout(
      () => this.#fail("upstream_timeout"),
      timeouts.connectMs + timeouts.firstByteMs,
    );
  }

  dispatch(pool: Pool, { method, path, headers, body }: Outgoing): void {
    const options = { method: method as Dispatcher.HttpMethod, path, headers, body: body ?? null };
    try {
      pool.dispatch(options as Dispatcher.DispatchOptions, this);
    } catch {
      this.#fail("request_malformed");
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // A request aborted while it waits in the queue is sent all the same unless stopped here.
    if (this.#isAborted || this.#failure !== undefined) controller.abort(new Error("not wanted any more"));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HeaderMap): void {
    if (status < 200 || this.#hasHead) return;
    this.#hasHead = true;
    clearTimeout(this.#headTimer);
    const head: AnswerHead = { status, headers: endToEnd(headers) };
    this.#resolve({ kind: "reply", head, source: this });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#sink !== undefined) {
      this.#sink.data(chunk);
      return;
    }
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > earlyBytesMax) controller.pause();
  }

  onResponseEnd(): void {
    this.#land();
    if (this.#sink !== undefined) this.#sink.end();
    else this.#isEnded = true;
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(failureCode(error, this.#hasHead));
  }

  attach(sink: Sink): void {
    this.#sink = sink;
    const early = this.#early;
    this.#early = [];
    for (const chunk of early) sink.data(chunk);
    if (this.#failure !== undefined) sink.lost(this.#failure);
    else if (this.#isEnded) sink.end();
    else if (this.#earlyBytes > earlyBytesMax) this.#controller?.resume();
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    if (this.#isLanded) return;
    this.#isAborted = true;
    this.#sink = silentSink;
    this.#fail("upstream_unreachable");
  }

  #fail(code: RefusalCode): void {
    if (this.#isLanded) return;
    this.#failure = refuse(code);
    this.#land();
    this.#controller?.abort(new Error("not wanted any more"));
    if (!this.#hasHead) this.#resolve(this.#failure);
    else this.#sink?.lost(this.#failure);
  }

  #land(): void {
    if (this.#isLanded) return;
    this.#isLanded = true;
    clearTimeout(this.#headTimer);
    this.#onLanded();
  }
}

const silentSink: Sink = { data() {}, end() {}, lost() {} };

function failureCode(error: Error, hasHead: boolean): RefusalCode {
  if (error instanceof errors.BodyTimeoutError) return "upstream_timeout";
  if (error instanceof errors.HTTPParserError) return "upstream_malformed";
  return hasHead ? "upstream_truncated" : "upstream_unreachable";
}

const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** RFC 9110 §7.6.1: what belongs to the connection stays there, whatever `Connection` names included. */
export function endToEnd(headers: HeaderMap): HeaderMap {
  const kept: HeaderMap = {};
  const named = headers.connection;
  const alsoDropped =
    named === undefined
      ? undefined
      : String(named)
          .toLowerCase()
          .split(/\s*,\s*/);
  for (const name of Object.keys(headers)) {
    if (hopByHop.has(name) || name.startsWith("x-sluice-") || alsoDropped?.includes(name)) continue;
    kept[name] = headers[name];
  }
  return kept;
}

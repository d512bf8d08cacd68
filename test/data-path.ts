// Owns a data listener and its upstream on loopback, for tests over real sockets. Knows no program and no
// policy.

import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Dialect } from "../core/contracts/dialect.ts";
import type { AttemptFilter, Exchange, Filter, Route, Target, Timeouts } from "../core/contracts/exchange.ts";
import type { Refusal } from "../core/contracts/refusal.ts";
import { refuse } from "../core/contracts/refusal.ts";
import type { Outcome } from "../core/contracts/visit.ts";
import { headersForAgent } from "../core/motion/outgoing.ts";
import type { Picked } from "../core/motion/picked.ts";
import { DataServer, type ServerOptions } from "../core/motion/server.ts";
import { Transport } from "../core/motion/transport.ts";
import { LineDialect, writeAsAsked } from "./line-dialect.ts";

export interface Upstream {
  readonly origin: string;
  readonly server: Server;
  /** Open connections right now. */
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

export async function startUpstream(listener: RequestListener): Promise<Upstream> {
  const server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: originOf((server.address() as AddressInfo).port), server, sockets, close };
}

const originOf = (port: number): string => `http://127.0.0.1:${port}`;

export const fewTimeouts: Timeouts = { connectMs: 1_000, firstByteMs: 5_000, idleMs: 5_000, totalMs: 60_000 };

export interface DataPathOptions {
  readonly upstream: RequestListener;
  readonly chain?: readonly Filter[];
  readonly attemptChain?: readonly AttemptFilter[];
  readonly dialect?: Dialect;
  readonly timeouts?: Partial<Timeouts>;
  readonly server?: Partial<Pick<ServerOptions, "timeouts" | "inFlightMax" | "carryUpgrade">>;
  readonly connectionsMax?: number;
  readonly bodyBytesMax?: number;
  /** Before the one route there is. */
  readonly pick?: (request: IncomingMessage) => Refusal | undefined;
}

export interface DataPath {
  readonly port: number;
  readonly origin: string;
  readonly server: DataServer;
  readonly upstream: Upstream;
  /** One an exchange, in the order they closed. */
  readonly outcomes: Outcome[];
  readonly exchanges: Exchange[];
  readonly unparsed: Refusal[];
  readonly bugs: unknown[];
  /** Resolves with this many outcomes. */
  outcomesAre(count: number): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

export async function startDataPath(options: DataPathOptions): Promise<DataPath> {
  const upstream = await startUpstream(options.upstream);
  const seen = new Seen();
  const timeouts = { ...fewTimeouts, ...options.timeouts };
  const { connectionsMax = 64 } = options;
  const transport = new Transport({ origin: upstream.origin, timeouts, connectionsMax });
  const route = makeRoute(options, upstream, { timeouts, connectionsMax, seen });
  const server = new DataServer({
    listen: { host: "127.0.0.1", port: 0 },
    pick: (request) => options.pick?.(request) ?? picked(request, route),
    refusedRoute: (refusal) => ({ ...route, exchangeChain: [seen.filter], targets: () => refusal }),
    motion: {
      find: () => transport,
      bounds: { frameBytesMax: 1024 * 1024, bodyBytesMax: 8 * 1024 * 1024 },
      onBug: (bug) => seen.bugs.push(bug),
    },
    timeouts: { headersMs: 10_000, requestMs: 30_000, stallMs: 60_000 },
    inFlightMax: 10_000,
    trustedProxies: [],
    onBug: (bug) => seen.bugs.push(bug),
    onUnparsed: (refusal) => seen.unparsed.push(refusal),
    ...options.server,
  });
  const port = await server.listen();
  const close = async (): Promise<void> => {
    await server.close();
    await transport.destroy();
    await upstream.close();
  };
  const { outcomes, exchanges, unparsed, bugs } = seen;
  const outcomesAre = (count: number): Promise<readonly Outcome[]> => seen.until(count);
  return {
    port,
    origin: originOf(port),
    server,
    upstream,
    outcomes,
    exchanges,
    unparsed,
    bugs,
    outcomesAre,
    close,
  };
}

class Seen {
  readonly outcomes: Outcome[] = [];
  readonly exchanges: Exchange[] = [];
  readonly unparsed: Refusal[] = [];
  readonly bugs: unknown[] = [];
  #waiting: (() => void)[] = [];

  /** Outermost: sees every exchange open and close. */
  readonly filter: Filter = {
    name: "seen",
    wantsCall: false,
    open: (exchange) => {
      this.exchanges.push(exchange);
      return { kind: "visit", close: (outcome) => this.#closed(outcome) };
    },
  };

  async until(count: number): Promise<readonly Outcome[]> {
    while (this.outcomes.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.outcomes;
  }

  #closed(outcome: Outcome): void {
    this.outcomes.push(outcome);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function makeRoute(
  options: DataPathOptions,
  upstream: Upstream,
  { timeouts, connectionsMax, seen }: { timeouts: Timeouts; connectionsMax: number; seen: Seen },
): Route {
  const dialect = options.dialect ?? new LineDialect();
  const target: Target = {
    name: "upstream",
    origin: upstream.origin,
    model: undefined,
    timeouts,
    connectionsMax,
    write: writeAsAsked,
    headers: (exchange) => ({ kind: "headers", headers: headersForAgent(exchange, undefined) }),
  };
  return {
    name: "all",
    agent: "agent",
    dialect,
    api: undefined,
    exchangeChain: [seen.filter, ...(options.chain ?? [])],
    attemptChain: options.attemptChain ?? [],
    bodyBytesMax: options.bodyBytesMax ?? 1024 * 1024,
    targets: () => [target],
  };
}

function picked(request: IncomingMessage, route: Route): Picked | Refusal {
  const { method = "", url = "", headers } = request;
  if (!url.startsWith("/")) return refuse("method_refused");
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  return {
    kind: "picked",
    route,
    head: { method, path, query: queryAt < 0 ? "" : url.slice(queryAt), headers },
  };
}

export function requestHead(method: string, url: string, ...headers: readonly string[]): string {
  return `${[`${method} ${url} HTTP/1.1`, "Host: gw.test", ...headers].join("\r\n")}\r\n\r\n`;
}

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A connection that says what it is told, and keeps what it hears. */
export class RawClient {
  readonly socket: Socket;
  heard = Buffer.alloc(0);
  /** Resolves when the other side is done, however. */
  readonly closed: Promise<"end" | "reset">;
  #waiting: (() => void)[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.closed = new Promise((resolve) => {
      this.socket.on("end", () => resolve("end"));
      this.socket.on("error", () => resolve("reset"));
      this.socket.on("close", () => resolve("reset"));
    });
    this.socket.on("data", (chunk) => {
      this.heard = Buffer.concat([this.heard, chunk]);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  say(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Resolves once this was heard; rejects where the connection ends before. */
  async hears(text: string): Promise<string> {
    while (!this.heard.includes(text)) {
      const more = new Promise<void>((resolve) => this.#waiting.push(resolve));
      const how = await Promise.race([more, this.closed]);
      if (how !== undefined && !this.heard.includes(text)) {
        throw new Error(`${how} before "${text}": ${this.heard.toString("latin1")}`);
      }
    }
    return this.heard.toString("latin1");
  }

  /** Resolves with all that was heard once it holds a whole answer of stated length, or at the end. */
  async hearsAnswer(): Promise<string> {
    let isOver = false;
    void this.closed.then(() => {
      isOver = true;
    });
    while (!isOver && !isWhole(this.heard.toString("latin1"))) {
      const more = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await Promise.race([more, this.closed]);
    }
    return this.heard.toString("latin1");
  }

  leave(): void {
    this.socket.destroy();
  }
}

function isWhole(text: string): boolean {
  const bodyAt = text.indexOf("\r\n\r\n");
  const length = /^content-length: (\d+)\r$/im.exec(text)?.[1];
  return bodyAt >= 0 && length !== undefined && text.length >= bodyAt + 4 + Number(length);
}

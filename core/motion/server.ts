// Owns a data listener: Fastify in front, one raw hand-over to the walk behind. Knows no policy and no dialect by name.

import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import Fastify, { type FastifyInstance } from "fastify";
import type { RequestHead } from "../contracts/dialect.ts";
import { Exchange, type Route } from "../contracts/exchange.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";
import { type AddressRange, clientAddress } from "./address.ts";
import { NodeClient } from "./client.ts";
import { checkEdge } from "./edge.ts";
import { makeListener, type ParserTimeouts, responseOver } from "./listener.ts";
import { type Motion, walk, walkUpgrade } from "./pipeline.ts";

/** What a program makes of a request's head: its route, and the path below it. */
export interface Picked {
  readonly kind: "picked";
  readonly route: Route;
  readonly head: RequestHead;
}

export interface UpgradeRequest {
  readonly exchange: Exchange;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the head in the same packet. */
  readonly rest: Buffer;
}

export interface ServerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  pick(request: IncomingMessage): Picked | Refusal;
  /** The route of a request that no other claims: its targets are this refusal, so it too leaves one log line. */
  refusedRoute(refusal: Refusal): Route;
  readonly motion: Motion;
  readonly timeouts: ParserTimeouts & { readonly stallMs: number };
  readonly inFlightMax: number;
  readonly trustedProxies: readonly AddressRange[];
  /** Carries an upgraded connection until it is closed; absent: upgrades are refused. */
  readonly carryUpgrade?: (upgrade: UpgradeRequest) => Promise<void>;
  onBug(bug: unknown): void;
  /** What Node's parser turned away before there was a request. */
  onUnparsed(refusal: Refusal): void;
}

export class DataServer {
  readonly #app: FastifyInstance;
  readonly #options: ServerOptions;
  readonly #inFlight = new Set<Exchange>();
  #onIdle: (() => void) | undefined = undefined;
  #isFinishing = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#app = Fastify({
      serverFactory: (handle) => this.#makeServer(handle),
      logger: false,
      return503OnClosing: false,
      frameworkErrors: (_error, request, reply) => {
        reply.hijack();
        this.#serve(request.raw, reply.raw);
      },
    });
    // Before Fastify reads anything of the body: from here on the raw request is ours.
    this.#app.addHook("onRequest", (request, reply) => {
      reply.hijack();
      this.#serve(request.raw, reply.raw);
    });
    this.#app.all("/*", () => {
      throw new Error("the data path is taken over before any handler");
    });
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Resolves to the port that is listened on. */
  async listen(): Promise<number> {
    await this.#app.listen(this.#options.listen);
    const address = this.#app.server.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.listen.port;
  }

  /** Takes no new connection and resolves when nothing is in flight; what is left after `graceMs` is cut. */
  async finish(graceMs: number): Promise<void> {
    this.#isFinishing = true;
    this.#app.server.close();
    this.#app.server.closeIdleConnections();
    if (this.#inFlight.size > 0) {
      const cutRest = setTimeout(() => this.#cutAll(), graceMs);
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      clearTimeout(cutRest);
    }
    await this.close();
  }

  /** At once: whatever is in flight is refused or gets its dialect's error event. */
  async close(): Promise<void> {
    this.#isFinishing = true;
    this.#cutAll();
    this.#app.server.closeAllConnections();
    await this.#app.close();
  }

  #cutAll(): void {
    for (const exchange of this.#inFlight) exchange.cut(refuse("draining"));
  }

  #makeServer(handle: (request: IncomingMessage, response: ServerResponse) => void): Server {
    const { timeouts, carryUpgrade, onUnparsed } = this.#options;
    const server = makeListener(timeouts, onUnparsed);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      // Absolute form is a forward proxy's business; Fastify's router would read it as a path.
      if (request.url?.startsWith("/") === true) handle(request, response);
      else this.#serve(request, response);
    });
    server.on("connect", (request: IncomingMessage, socket: Duplex) => {
      this.#serve(request, responseOver(request, socket));
    });
    if (carryUpgrade !== undefined) {
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, rest: Buffer) => {
        this.#upgrade({ request, socket, rest });
      });
    }
    return server;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isFinishing) response.shouldKeepAlive = false;
    const exchange = this.#begin(request);
    const client = this.#client(exchange, request, response);
    void walk(exchange, client, this.#options.motion).then(() => this.#end(exchange));
  }

  #upgrade({ request, socket, rest }: Omit<UpgradeRequest, "exchange">): void {
    const { carryUpgrade, motion } = this.#options;
    const exchange = this.#begin(request);
    const response = responseOver(request, socket);
    const client = this.#client(exchange, request, response);
    const carry = async (): Promise<void> => {
      response.detachSocket(socket as never);
      await carryUpgrade?.({ exchange, request, socket, rest });
    };
    void walkUpgrade(exchange, client, { motion, carry }).then(() => this.#end(exchange));
  }

  #client(exchange: Exchange, request: IncomingMessage, response: ServerResponse): NodeClient {
    const { stallMs } = this.#options.timeouts;
    return new NodeClient({ request, response, stallMs, onGone: () => exchange.cut({ kind: "gone" }) });
  }

  #begin(request: IncomingMessage): Exchange {
    const { route, head } = this.#pick(request);
    const forwardedFor = request.headers["x-forwarded-for"];
    const exchange = new Exchange({
      id: randomUUID(),
      route,
      head,
      address: clientAddress(
        request.socket.remoteAddress ?? "unknown",
        typeof forwardedFor === "string" ? forwardedFor : undefined,
        this.#options.trustedProxies,
      ),
      startedAtMs: performance.now(),
    });
    this.#inFlight.add(exchange);
    return exchange;
  }

  #pick(request: IncomingMessage): Picked {
    const picked = this.#checked(request);
    if (picked.kind === "picked") return picked;
    const head: RequestHead = {
      method: request.method ?? "",
      path: "/",
      query: "",
      headers: request.headers,
    };
    return { kind: "picked", route: this.#options.refusedRoute(picked), head };
  }

  #checked(request: IncomingMessage): Picked | Refusal {
    const options = this.#options;
    if (this.#inFlight.size >= options.inFlightMax) return refuse("overloaded", { retryAfterS: 1 });
    const refusal = checkEdge(request);
    if (refusal !== undefined) return refusal;
    if (request.headers.upgrade !== undefined && options.carryUpgrade === undefined) {
      return refuse("upgrade_refused");
    }
    try {
      return options.pick(request);
    } catch (bug) {
      options.onBug(bug);
      return refuse("internal");
    }
  }

  #end(exchange: Exchange): void {
    this.#inFlight.delete(exchange);
    if (this.#inFlight.size === 0) this.#onIdle?.();
  }
}

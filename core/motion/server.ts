// Owns a data listener: Fastify in front, one raw hand-over to the walk behind. Knows no policy and no
// dialect by name.

import "./tick-shape.ts";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import Fastify, { type FastifyInstance } from "fastify";
import type { RequestHead } from "../contracts/dialect.ts";
import { Exchange, type Route } from "../contracts/exchange.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { refuse } from "../contracts/refusal.ts";
import { type AddressRange, clientAddress } from "./address.ts";
import type { Carried } from "./carried.ts";
import { NodeClient } from "./client.ts";
import { checkEdge } from "./edge.ts";
import { type Flying, InFlight } from "./in-flight.ts";
import {
  answerRaw,
  endUnread,
  type HandleRequest,
  makeListener,
  type ParserTimeouts,
  readParserError,
  responseOver,
} from "./listener.ts";
import type { Picked, UpgradeRequest } from "./picked.ts";
import { type Motion, walk, walkUpgrade } from "./pipeline.ts";
import type { TunnelPlan, TunnelRequest } from "./tunnels.ts";

export interface ServerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  pick(request: IncomingMessage): Picked | Refusal;
  /**
   * The route of a request that no other claims: its targets are this refusal, so it too leaves one log
   * line.
   */
  refusedRoute(refusal: Refusal): Route;
  readonly motion: Motion;
  readonly timeouts: ParserTimeouts & { readonly stallMs: number };
  readonly inFlightMax: number;
  readonly trustedProxies: readonly AddressRange[];
  /** Carries an upgraded connection until it is closed; absent: upgrades are refused. */
  readonly carryUpgrade?: (upgrade: UpgradeRequest) => Promise<void>;
  /** Carries what a CONNECT asked for; absent: all are refused. */
  readonly carryTunnel?: (request: TunnelRequest) => Promise<Carried | Refusal>;
  onBug(bug: unknown): void;
  /** What Node's parser turned away before there was a request. */
  onUnparsed(refusal: Refusal): void;
}

/** Requests of one connection that wait behind another, at most: 64 KiB of them come in one turn. */
const pipelinedMax = 32;
const switchingProtocols = 101;
/** How long those cut at the end have to take in why. */
const lastWordsMsMax = 2_000;

export class DataServer {
  readonly #app: FastifyInstance;
  readonly #options: ServerOptions;
  /**
   * From the head of the request to the last byte of the answer; bounded by inFlightMax, less what refuses
   * itself.
   */
  readonly #inFlight = new InFlight();
  /** Connections Node's parser gave up on; it says so again for each further packet. */
  readonly #broken = new WeakSet<Duplex>();
  /** Connections with a request on them that was unfit: nothing behind it is heard. */
  readonly #doubted = new WeakSet<Duplex>();
  /** How many wait on a connection; only of those that pipeline. */
  readonly #pipelined = new WeakMap<Duplex, number>();
  /** Connections inside tunnels that are taken apart here; each tunnel is in flight as long as its own. */
  readonly #adopted = new Set<Duplex>();
  #isFinishing = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#app = Fastify({
      serverFactory: (handle) => this.#makeServer(handle),
      clientErrorHandler: (error, socket) => this.#unparsed(error, socket),
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

  /** Still accepts, but each answer asks its client to come back on another connection. */
  windDown(): void {
    this.#isFinishing = true;
    const busy = new Set<Duplex>();
    for (const { client } of this.#inFlight.all()) {
      client.closeAfter();
      busy.add(client.socket);
    }
    for (const inside of this.#adopted) if (!busy.has(inside)) inside.destroy();
  }

  /**
   * Takes no new connection and resolves when nothing is in flight; what is left after `graceMs` is cut, and
   * as soon as nothing else is left what only stands open.
   */
  async finish(graceMs: number): Promise<void> {
    this.windDown();
    this.#app.server.close();
    await this.#inFlight.until(() => this.#inFlight.isQuiet, graceMs);
    for (const { exchange } of this.#inFlight.all()) exchange.cut(refuse("draining"));
    await this.#inFlight.until(() => this.#inFlight.size === 0, lastWordsMsMax);
    this.#app.server.closeAllConnections();
    await this.#app.close();
  }

  /** At once: whatever is in flight is refused or gets its dialect's error event. */
  close(): Promise<void> {
    return this.finish(0);
  }

  #makeServer(handle: HandleRequest): Server {
    const server = makeListener(this.#options.timeouts, (request, response) => {
      // Absolute form is a forward proxy's business; Fastify's router would read it as a path.
      if (request.url?.startsWith("/") === true) handle(request, response);
      else this.#serve(request, response);
    });
    server.on("connect", (request: IncomingMessage, socket: Duplex, rest: Buffer) => {
      this.#connect({ request, socket, rest });
    });
    if (this.#options.carryUpgrade !== undefined) {
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, rest: Buffer) => {
        this.#upgrade({ request, socket, rest });
      });
    }
    return server;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.#doubted.has(request.socket)) return;
    const { flying } = this.#begin(request, response);
    void walk(flying.exchange, flying.client, this.#options.motion).then(() => this.#end(flying));
  }

  #upgrade({ request, socket, rest }: Omit<UpgradeRequest, "exchange">): void {
    if (this.#doubted.has(socket)) return;
    const { carryUpgrade, motion } = this.#options;
    const response = responseOver(request, socket);
    const { flying } = this.#begin(request, response);
    const { exchange, client } = flying;
    const carry = async (): Promise<Carried> => {
      response.detachSocket(socket as never);
      exchange.underWay = { abort: () => socket.destroy() };
      try {
        await carryUpgrade?.({ exchange, request, socket, rest });
        return { status: switchingProtocols };
      } finally {
        socket.destroy();
      }
    };
    void walkUpgrade(exchange, client, { motion, carry }).then(() => this.#end(flying));
  }

  #connect({ request, socket, rest }: Omit<UpgradeRequest, "exchange">): void {
    if (this.#doubted.has(socket)) return;
    const { carryTunnel, motion } = this.#options;
    const response = responseOver(request, socket);
    const { flying, plan } = this.#begin(request, response);
    const { exchange, client } = flying;
    const open = (): void => {
      response.detachSocket(socket as never);
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    };
    const carry = async (): Promise<Carried | Refusal> => {
      if (carryTunnel === undefined || plan === undefined) return refuse("method_refused");
      const carried = await carryTunnel({ exchange, plan, socket, rest, open, adopt: this.#adopt });
      if (!("kind" in carried) && !socket.destroyed) endUnread(socket);
      return carried;
    };
    void walkUpgrade(exchange, client, { motion, carry }).then(() => this.#end(flying));
  }

  readonly #adopt = (inside: Duplex): void => {
    this.#adopted.add(inside);
    inside.once("close", () => this.#adopted.delete(inside));
    this.#app.server.emit("connection", inside);
  };

  #begin(request: IncomingMessage, response: ServerResponse): { flying: Flying; plan?: TunnelPlan } {
    const unfit = this.#checkEdge(request) ?? this.#checkQueue(request.socket);
    const { route, head, tunnel: plan } = this.#pick(request, unfit);
    const { trustedProxies, timeouts } = this.#options;
    const forwardedFor = request.headers["x-forwarded-for"];
    const forwarded = typeof forwardedFor === "string" ? forwardedFor : undefined;
    const exchange = new Exchange({
      id: randomUUID(),
      route,
      head,
      address: clientAddress(request.socket.remoteAddress ?? "unknown", forwarded, trustedProxies),
      startedAtMs: performance.now(),
    });
    const onGone = (): void => exchange.cut({ kind: "gone" });
    const client = new NodeClient({ request, response, stallMs: timeouts.stallMs, onGone });
    if (unfit !== undefined) this.#doubted.add(request.socket);
    if (unfit !== undefined || this.#isFinishing) client.closeAfter();
    if (client.isPipelined) this.#queue(client.socket, 1);
    return { flying: this.#inFlight.add({ exchange, client }), ...(plan === undefined ? {} : { plan }) };
  }

  #checkEdge(request: IncomingMessage): Refusal | undefined {
    const isCarried = request.headers.upgrade === undefined || this.#options.carryUpgrade !== undefined;
    return checkEdge(request) ?? (isCarried ? undefined : refuse("upgrade_refused"));
  }

  #checkQueue(socket: Duplex): Refusal | undefined {
    const isLong = (this.#pipelined.get(socket) ?? 0) >= pipelinedMax;
    return isLong ? refuse("overloaded", { retryAfterS: 1 }) : undefined;
  }

  #queue(socket: Duplex, more: 1 | -1): void {
    this.#pipelined.set(socket, (this.#pipelined.get(socket) ?? 0) + more);
  }

  #pick(request: IncomingMessage, unfit: Refusal | undefined): Picked {
    const picked = unfit ?? this.#picked(request);
    if (picked.kind === "picked") return picked;
    const { method = "", headers } = request;
    const head: RequestHead = { method, path: "/", query: "", headers };
    return { kind: "picked", route: this.#options.refusedRoute(picked), head };
  }

  #picked(request: IncomingMessage): Picked | Refusal {
    const options = this.#options;
    if (this.#inFlight.size >= options.inFlightMax) return refuse("overloaded", { retryAfterS: 1 });
    try {
      return options.pick(request);
    } catch (bug) {
      options.onBug(bug);
      return refuse("internal");
    }
  }

  #end(flying: Flying): void {
    flying.client.whenClosed(() => {
      this.#inFlight.remove(flying);
      if (flying.client.isPipelined) this.#queue(flying.client.socket, -1);
    });
  }

  /**
   * One answer and one line: the exchange's where its own body is what cannot be parsed, else one made here.
   */
  #unparsed(error: NodeJS.ErrnoException, socket: Duplex): void {
    const refusal = readParserError(error);
    if (refusal === undefined) {
      socket.destroy();
      return;
    }
    if (this.#broken.has(socket) || !socket.writable) return;
    this.#broken.add(socket);
    const last = this.#inFlight.all().findLast(({ client }) => client.socket === socket);
    if (last?.client.isHeard === false) {
      last.exchange.cut(refusal);
      return;
    }
    this.#options.onUnparsed(refusal);
    // Answers still owed on this connection would be confused with this one.
    if (last === undefined) answerRaw(socket, refusal);
    else last.client.whenClosed(() => socket.destroy());
  }
}

// Owns WebSocket traffic to agents: a hidden Fastify with @fastify/http-proxy, entered only by exchanges let
// in before.

import type { IncomingMessage } from "node:http";
import httpProxy from "@fastify/http-proxy";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { ClientOptions } from "ws";
import type { Target } from "../core/contracts/exchange.ts";
import type { UpgradeRequest } from "../core/motion/picked.ts";
import { holdBack } from "./hold-back.ts";

/** One message; a larger one closes the connection (1009). */
const messageBytesMax = 1024 * 1024;
/** HARDENING §1: a side that does not read for this long is closed. */
const stallMs = 60_000;

interface Passage {
  readonly origin: string;
  readonly headers: Record<string, string | string[]>;
}

/** Set by the WebSocket handshake itself; sending the client's would be a second, wrong one. */
const handshakeHeaders = new Set(["sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"]);

export class UpgradeCarrier {
  readonly #app: FastifyInstance;
  readonly #passages = new WeakMap<IncomingMessage, Passage>();

  private constructor() {
    this.#app = Fastify({ logger: false });
  }

  static async open(): Promise<UpgradeCarrier> {
    const carrier = new UpgradeCarrier();
    await carrier.#app.register(httpProxy, {
      upstream: "",
      websocket: true,
      routes: ["/", "/*"],
      httpMethods: ["GET"],
      wsServerOptions: { maxPayload: messageBytesMax },
      wsClientOptions: carrier.#clientOptions(),
      wsHooks: {
        onIncomingMessage: (_context, client, agent) => holdBack(client, agent, stallMs),
        onOutgoingMessage: (_context, client, agent) => holdBack(agent, client, stallMs),
      },
      replyOptions: {
        getUpstream: (request) => carrier.#passages.get(request.raw as IncomingMessage)?.origin ?? "",
      },
    });
    await carrier.#app.ready();
    return carrier;
  }

  /** Headers of the upstream's handshake: what the target wrote, nothing else of the client's. */
  #clientOptions(): ClientOptions {
    const rewriteRequestHeaders = (_headers: unknown, request: FastifyRequest): Passage["headers"] => ({
      ...this.#passages.get(request.raw)?.headers,
    });
    const options = { maxPayload: messageBytesMax, handshakeTimeout: 5_000, rejectUnauthorized: true };
    return { ...options, rewriteRequestHeaders } as ClientOptions;
  }

  /** Moves messages both ways until one side closes; resolves then. A cut from outside ends it at once. */
  async carry({ exchange, request, socket, rest }: UpgradeRequest): Promise<void> {
    const targets = exchange.route.targets(exchange);
    const target: Target | undefined = "kind" in targets ? undefined : targets[0];
    const outbound = target?.write(exchange);
    if (target === undefined || outbound === undefined || outbound.kind === "refusal") {
      socket.destroy();
      return;
    }
    const built = await target.headers(exchange, outbound);
    if (built.kind === "refusal") {
      socket.destroy();
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(built.headers).filter(([name]) => !handshakeHeaders.has(name)),
    );
    this.#passages.set(request, { origin: target.origin, headers });
    request.url = outbound.path;
    exchange.underWay = { abort: () => socket.destroy() };
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    this.#app.server.emit("upgrade", request, socket, rest);
    await closed;
  }

  async close(): Promise<void> {
    await this.#app.close();
  }
}

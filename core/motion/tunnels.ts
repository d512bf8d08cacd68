// Owns what becomes of a CONNECT once it is let in: dialled and passed on unread, or taken apart here. Knows
// no list of hosts.

import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import type { EgressRuleSpec } from "../contracts/egress-spec.ts";
import type { Exchange } from "../contracts/exchange.ts";
import { type Refusal, type RefusalCode, refuse } from "../contracts/refusal.ts";
import type { Carried } from "./carried.ts";
import { dialBytes, NeverDialled, OutOfReach, type Resolve } from "./dial.ts";
import { deniedAlert, type Heard, HelloGate, hearHello, judgeHello, refuseTunnel } from "./hello.ts";
import { passBytes, type TunnelEnd } from "./tunnel.ts";

/** Where a tunnel goes, and what the policy says of it. */
export interface TunnelPlan {
  readonly host: string;
  readonly port: number;
  readonly rule: EgressRuleSpec;
}

export interface TunnelRequest {
  readonly exchange: Exchange;
  readonly plan: TunnelPlan;
  readonly socket: Duplex;
  /** What came behind the head in the same packet. */
  readonly rest: Buffer;
  /** Says that the tunnel is open: from here on the socket's bytes are its own. */
  open(): void;
  /** The server hears requests on it from here on. */
  adopt(socket: Duplex): void;
}

export interface TunnelsOptions {
  /** Of names; the system's where absent. */
  readonly resolve?: Resolve | undefined;
  /** What a host shows that is taken apart here. */
  readonly contextFor: (host: string) => Promise<SecureContext>;
}

/** HARDENING §1: as long as a request's head may take. */
const handshakeMsMax = 10_000;
const tunnelStatus = 200;
/** What is spoken inside, on both sides: HTTP/2 would be promised and not kept. */
const protocols = ["http/1.1"];

export class Tunnels {
  readonly #options: TunnelsOptions;
  /** Open ones by the policy's entry; it outlives a reload. */
  readonly #open = new Map<string, number>();
  /** Whose inside is heard here. */
  readonly #inside = new WeakMap<Duplex, TunnelPlan>();

  constructor(options: TunnelsOptions) {
    this.#options = options;
  }

  /** The tunnel that requests on this socket came through. */
  around(socket: Duplex): TunnelPlan | undefined {
    return this.#inside.get(socket);
  }

  /** A refusal: before the client was told that the tunnel is open. */
  async carry(request: TunnelRequest): Promise<Carried | Refusal> {
    const { rule } = request.plan;
    const open = this.#open.get(rule.name) ?? 0;
    if (open >= rule.connectionsMax) return refuse("concurrency_limited", { retryAfterS: 1 });
    this.#open.set(rule.name, open + 1);
    try {
      return await (rule.inspect ? this.#takeApart(request) : this.#passOn(request));
    } finally {
      this.#open.set(rule.name, (this.#open.get(rule.name) ?? 1) - 1);
    }
  }

  async #passOn(request: TunnelRequest): Promise<Carried | Refusal> {
    const { exchange, plan, socket } = request;
    const upstream = await this.#dial(request);
    if ("kind" in upstream) return upstream;
    const abort = (): void => {
      socket.destroy();
      upstream.destroy();
    };
    exchange.underWay = { abort };
    // Until both are passed on; without a listener an error would be uncaught.
    upstream.on("error", () => socket.destroy());
    request.open();
    const heard = await hearRight(request, "there");
    if (heard === "gone" || heard.kind === "refusal") {
      upstream.destroy();
      return heard === "gone" ? gone(exchange) : { status: tunnelStatus, refusal: heard };
    }
    const tally = { sentBytes: 0, receivedBytes: 0 };
    exchange.tunnel = tally;
    const { idleMs, totalMs } = plan.rule.timeouts;
    const gate = new HelloGate(plan.host, heard.hello).pass;
    socket.unshift(heard.bytes);
    const end = await passBytes({ client: socket, upstream, idleMs, totalMs, tally, gate });
    if (end === "gone") return gone(exchange);
    const code = failures[end];
    return { status: tunnelStatus, refusal: code && refuse(code) };
  }

  #dial({ exchange, plan }: TunnelRequest): Promise<Socket | Refusal> {
    const { host, port, rule } = plan;
    const { resolve } = this.#options;
    const { reach, timeouts } = rule;
    return new Promise((settle) => {
      const dialling = { host, port, connectMs: timeouts.connectMs, reach, resolve };
      exchange.underWay = dialBytes(dialling, (dialled) => {
        const isDenied = dialled instanceof OutOfReach || dialled instanceof NeverDialled;
        if (!(dialled instanceof Error)) settle(dialled);
        else settle(refuse(isDenied ? "address_denied" : "upstream_unreachable"));
      });
    });
  }

  /** Requests inside are exchanges of their own; this one lasts as long as their connection. */
  async #takeApart(request: TunnelRequest): Promise<Carried | Refusal> {
    const { exchange, plan, socket } = request;
    const secureContext = await this.#options.contextFor(plan.host);
    if (exchange.cutBy !== undefined) return refuse("upstream_unreachable");
    exchange.underWay = { abort: () => socket.destroy() };
    request.open();
    const heard = await hearRight(request, "here");
    if (heard === "gone") return gone(exchange);
    if (heard.kind === "refusal") return { status: tunnelStatus, refusal: heard };
    socket.unshift(heard.bytes);
    const tls = new TLSSocket(socket as Socket, {
      isServer: true,
      secureContext,
      ALPNProtocols: protocols,
    });
    const closed = new Promise<void>((resolve) => tls.once("close", () => resolve()));
    if ((await shakeHands(tls)) === "failed") {
      tls.destroy();
      const message = "The client broke off TLS: does it trust the CA in the sidecar's bundle?";
      return { status: tunnelStatus, refusal: refuseTunnel(message) };
    }
    this.#inside.set(tls, plan);
    request.adopt(tls);
    await closed;
    const { bytesRead, bytesWritten } = socket as Socket;
    exchange.tunnel = { sentBytes: bytesRead, receivedBytes: bytesWritten };
    return { status: tunnelStatus, refusal: undefined };
  }
}

const failures: Readonly<Record<Exclude<TunnelEnd, "gone">, RefusalCode | undefined>> = {
  done: undefined,
  lost: "upstream_truncated",
  denied: "tunnel_denied",
  idle: "upstream_timeout",
  total: "upstream_timeout",
};

/** Whoever names another host in TLS is told so in TLS. */
async function hearRight(
  { plan, socket, rest }: TunnelRequest,
  reads: "here" | "there",
): Promise<Heard | Refusal | "gone"> {
  const heard = await hearHello(socket, { rest, waitMs: handshakeMsMax });
  if (heard === "gone" || heard.kind === "refusal") return heard;
  const refusal = judgeHello(heard.hello, plan.host, reads);
  if (refusal !== undefined) socket.write(deniedAlert);
  return refusal ?? heard;
}

function gone(exchange: Exchange): Carried {
  exchange.cut({ kind: "gone" });
  return { status: tunnelStatus, refusal: undefined };
}

function shakeHands(tls: TLSSocket): Promise<"done" | "failed"> {
  return new Promise((resolve) => {
    const settle = (end: "done" | "failed"): void => {
      clearTimeout(stop);
      resolve(end);
    };
    const stop = setTimeout(() => settle("failed"), handshakeMsMax);
    tls.once("secure", () => settle("done"));
    tls.once("close", () => settle("failed"));
    tls.on("error", () => settle("failed"));
  });
}

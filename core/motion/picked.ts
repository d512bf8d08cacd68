// Owns what a program makes of a request's head before it walks. Picks nothing.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { RequestHead } from "../contracts/dialect.ts";
import type { Exchange, Route } from "../contracts/exchange.ts";
import type { TunnelPlan } from "./tunnels.ts";

/** What a program makes of a request's head: its route, and the path below it. */
export interface Picked {
  readonly kind: "picked";
  readonly route: Route;
  readonly head: RequestHead;
  /** Of a CONNECT that may pass. */
  readonly tunnel?: TunnelPlan;
}

export interface UpgradeRequest {
  readonly exchange: Exchange;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the head in the same packet. */
  readonly rest: Buffer;
}

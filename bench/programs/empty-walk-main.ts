// Owns running Sluice's walk with no filter: what server, pipeline and transport cost before any policy.

import type { IncomingMessage } from "node:http";
import type { AnswerHead, Call, Dialect, RequestHead } from "../../core/contracts/dialect.ts";
import type { Filter, Route, Target } from "../../core/contracts/exchange.ts";
import type { Refusal } from "../../core/contracts/refusal.ts";
import { headersForProvider } from "../../core/motion/outgoing.ts";
import { Pools } from "../../core/motion/pools.ts";
import { DataServer } from "../../core/motion/server.ts";
import { connectionsMax } from "../workload.ts";
import { announce } from "./announce.ts";

const bodyBytesMax = 1024 * 1024;
const timeouts = { connectMs: 5_000, firstByteMs: 30_000, idleMs: 60_000, totalMs: 600_000 };

/** No hook wants a frame or the call, so nothing of a dialect runs but its words for a refusal. */
const silent: Dialect = {
  name: "silent",
  readCall: (body): Call => ({
    kind: "call",
    operation: "agent",
    model: undefined,
    isStream: false,
    body,
    value: undefined,
    texts: [],
    media: [],
    hostedTools: [],
    references: [],
    outputTokensMax: undefined,
    edits: new Map(),
  }),
  writeCall: (call, { path, query }) => ({ path: path + query, body: call.body }),
  reader: () => ({ push: () => [], end: () => [] }),
  writer: () => ({ edit: (frame) => frame, end: () => [], refuse: () => undefined }),
  refuse: ({ status }): { head: AnswerHead; body: Buffer } => ({
    head: { status, headers: {} },
    body: Buffer.alloc(0),
  }),
};

/** Wants the call and does nothing with it: the body is read whole, as every chain does that inspects. */
const listener: Filter = {
  name: "listener",
  wantsCall: true,
  open: () => ({ kind: "visit", call: () => undefined }),
};

const target: Target = {
  name: "upstream",
  origin: `http://127.0.0.1:${process.argv[2]}`,
  model: undefined,
  timeouts,
  connectionsMax,
  write: ({ call, head }) => {
    return { kind: "outbound", dialect: silent, path: head.path + head.query, body: call?.body };
  },
  headers: (exchange) => ({ kind: "headers", headers: headersForProvider(exchange, []) }),
};

const route = routeTo(() => [target]);
const server = new DataServer({
  listen: { host: "127.0.0.1", port: 0 },
  pick: (request) => ({ kind: "picked", route, head: headOf(request) }),
  refusedRoute: (refusal) => routeTo(() => refusal),
  motion: {
    find: new Pools().find,
    bounds: { frameBytesMax: bodyBytesMax, bodyBytesMax },
    onBug: complain,
  },
  timeouts: { headersMs: 10_000, requestMs: 30_000, stallMs: 60_000 },
  inFlightMax: 10_000,
  trustedProxies: [],
  onBug: complain,
  onUnparsed: complain,
});
announce(await server.listen());

function routeTo(targets: () => readonly Target[] | Refusal): Route {
  const chains = { exchangeChain: process.argv[3] === "hear" ? [listener] : [], attemptChain: [] };
  return { name: "bench", agent: "bench", dialect: silent, api: undefined, ...chains, bodyBytesMax, targets };
}

function headOf({ method = "", url = "/", headers }: IncomingMessage): RequestHead {
  const [path = "/", query] = url.split("?", 2);
  return { method, path, query: query === undefined ? "" : `?${query}`, headers };
}

function complain(problem: unknown): void {
  console.error(problem);
}

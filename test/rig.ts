// Owns running the walk without sockets: a scripted upstream, a scripted client, one result. Knows no
// program.

import type { AnswerHead, Dialect, HeaderMap, RequestHead } from "../core/contracts/dialect.ts";
import {
  type AttemptFilter,
  Exchange,
  type Filter,
  type Route,
  type Target,
} from "../core/contracts/exchange.ts";
import type { Frame } from "../core/contracts/frame.ts";
import type { Refusal } from "../core/contracts/refusal.ts";
import type { Outcome } from "../core/contracts/visit.ts";
import { walk } from "../core/motion/pipeline.ts";
import { LineDialect, writeAsAsked } from "./line-dialect.ts";
import { type ClientScript, RigClient } from "./rig/client.ts";
import { RigUpstream, type UpstreamScript } from "./rig/upstream.ts";

export type { ClientScript } from "./rig/client.ts";
export type { Sent, UpstreamScript, UpstreamStep } from "./rig/upstream.ts";

export interface RigOptions {
  readonly chain?: readonly Filter[];
  readonly attemptChain?: readonly AttemptFilter[];
  readonly request?: Partial<RequestHead> & { readonly body?: Buffer | string };
  /** One a target, in their order; a single one serves every attempt. */
  readonly upstream?: UpstreamScript | readonly UpstreamScript[];
  readonly dialect?: Dialect;
  readonly client?: ClientScript;
  /** In place of those made from `upstream`. */
  readonly targets?: readonly Target[] | Refusal;
  readonly bodyBytesMax?: number;
  readonly totalMs?: number;
  /** Called once the exchange is made: cut it, look into it. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface RigResult {
  /** What reached the client; 0 where nothing did. */
  readonly status: number;
  readonly headers: HeaderMap;
  readonly bytes: Buffer;
  /** The bytes as the dialect reads them; empty where it says they are no whole answer. */
  readonly frames: readonly Frame[];
  /** Whether the answer came to an end that can be taken for a complete one. */
  readonly isWhole: boolean;
  readonly outcome: Outcome;
  readonly exchange: Exchange;
  /** What was asked of upstream and client, in order. */
  readonly log: readonly string[];
  readonly sent: RigUpstream["sent"];
  readonly bugs: readonly unknown[];
}

const readBounds = { frameBytesMax: 1024 * 1024, bodyBytesMax: 32 * 1024 * 1024 };

/** Walks one exchange; resolves when every visit is closed. */
export async function rig(options: RigOptions): Promise<RigResult> {
  const log: string[] = [];
  const bugs: unknown[] = [];
  const dialect = options.dialect ?? new LineDialect();
  const upstream = new RigUpstream([options.upstream ?? {}].flat(), log);
  const exchange = makeExchange(options, dialect);
  const { body = "" } = options.request ?? {};
  const client = new RigClient(exchange, Buffer.from(body), log, options.client ?? {});
  options.onExchange?.(exchange);
  const onBug = (bug: unknown): void => {
    bugs.push(bug);
    log.push("bug");
  };
  const outcome = await walk(exchange, client, {
    find: (target) => ({ send: (outgoing) => upstream.send(outgoing, target) }),
    bounds: readBounds,
    onBug,
  });
  const { head, bytes, isWhole } = client.taken();
  const { status = 0, headers = {} } = head ?? {};
  return {
    status,
    headers,
    bytes,
    get frames() {
      return head === undefined || !isWhole ? [] : readFrames(dialect, head, bytes);
    },
    isWhole,
    outcome,
    exchange,
    log,
    sent: upstream.sent,
    bugs,
  };
}

function makeExchange(options: RigOptions, dialect: Dialect): Exchange {
  const { method = "POST", path = "/", query = "", headers = {} } = options.request ?? {};
  const targets = options.targets ?? [options.upstream ?? {}].flat().map((_, at) => rigTarget(at, options));
  const route: Route = {
    name: "rig",
    agent: "agent",
    dialect,
    api: undefined,
    exchangeChain: options.chain ?? [],
    attemptChain: options.attemptChain ?? [],
    bodyBytesMax: options.bodyBytesMax ?? 1024 * 1024,
    targets: () => targets,
  };
  const head: RequestHead = { method, path, query, headers };
  return new Exchange({ id: "rig", head, route, address: "127.0.0.1", startedAtMs: performance.now() });
}

export function rigTarget(at: number, { totalMs = 60_000 }: { totalMs?: number } = {}): Target {
  return {
    name: `target-${at}`,
    origin: `http://target-${at}`,
    model: undefined,
    timeouts: { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000, totalMs },
    connectionsMax: 1,
    write: writeAsAsked,
    headers: () => ({ kind: "headers", headers: {} }),
  };
}

function readFrames(dialect: Dialect, head: AnswerHead, bytes: Buffer): readonly Frame[] {
  const reader = dialect.reader(head, readBounds);
  const frames = bytes.length === 0 ? [] : reader.push(bytes);
  const last = reader.end();
  return "kind" in frames || "kind" in last ? [] : [...frames, ...last];
}

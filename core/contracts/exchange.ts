// Owns one client request and all that comes of it, as a closed type. Each field names its single writer.

import type { Api, Call, Coverage, Dialect, RequestHead } from "./dialect.ts";
import type { Async, Ending, Usage } from "./frame.ts";
import { noUsage } from "./frame.ts";
import type { Stage } from "./guard.ts";
import type { Caller, Delegation, TaskContext, TaskTally, TraceContext, VerifiedClaims } from "./identity.ts";
import type { Refusal } from "./refusal.ts";
import type { Answer, Halt, Visit } from "./visit.ts";

/** An upstream with its bounds, its way of asking and its headers; credentials are added here alone. */
export interface Target {
  readonly name: string;
  /** `https://host:port`, no path. */
  readonly origin: string;
  /** The model's name at this upstream; undefined leaves the client's. */
  readonly model: string | undefined;
  readonly timeouts: Timeouts;
  /** Connections at most; further requests wait in a bounded queue. */
  readonly connectionsMax: number;
  /** Where an agent named the host: how far it may be. Undefined: the operator has declared it. */
  readonly reach?: "public" | "private";
  /** One of any number that a wildcard stands for: its connections are kept for a while and not for good. */
  readonly isPassing?: boolean;
  /** The exchange's call as this upstream takes it; a refusal that names the field where it cannot. */
  write(exchange: Exchange, terms?: Terms): Outbound | Refusal;
  /** Every header that is sent, from an allowlist; a refusal where a credential cannot be had. */
  headers(exchange: Exchange, outbound: Outbound): Async<OutgoingHeaders | Refusal>;
}

/** What a budget adds to a call. */
export interface Terms {
  /** The most output tokens over all choices, where that is less than the call asks for. */
  readonly outputTokensMax: number | undefined;
  /** A last word to the model. */
  readonly hint: string | undefined;
}

export interface Outbound {
  readonly kind: "outbound";
  /** Of the answer as well. */
  readonly dialect: Dialect;
  /** Path and query at the upstream. */
  readonly path: string;
  /** Undefined: no call was read, so the client's body streams through. */
  readonly body: Buffer | undefined;
}

export interface OutgoingHeaders {
  readonly kind: "headers";
  readonly headers: Record<string, string | string[]>;
}

export interface Timeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  /** Between two chunks of the body; keeps running after the head. */
  readonly idleMs: number;
  readonly totalMs: number;
}

/** What was picked for this request: chains, dialect, and where it may go. Made at policy load. */
export interface Route {
  /** Bounded: a label of metrics and a field of the log line. */
  readonly name: string;
  /** The agent whose traffic this is. */
  readonly agent: string;
  readonly dialect: Dialect;
  /** The vendor's API whose path the client wrote; undefined for an agent's own. */
  readonly api: Api | undefined;
  /** Undefined: an agent's own API. */
  readonly coverage?: Coverage;
  /** As the table of routes has it: see `CoveredRoute`. */
  readonly saysUsage?: boolean | undefined;
  /** `host:port` that the agent names, where it goes through the forward proxy. */
  readonly host?: string | undefined;
  /** The entry of the agent's egress list that lets it pass. */
  readonly entry?: string;
  /** What is called here, where it is a tool. */
  readonly tool?: CalledTool | undefined;
  readonly exchangeChain: readonly Filter[];
  readonly attemptChain: readonly AttemptFilter[];
  readonly bodyBytesMax: number;
  /** What is asked may have effects: it is sent once, and never `Again`. */
  readonly isOnce?: true;
  /** A stream that its client keeps open and asks nothing on: as the program ends nobody waits for it. */
  isStanding?(exchange: Exchange): boolean;
  /** In the order they are to be tried. */
  targets(exchange: Exchange): readonly Target[] | Refusal;
}

/** A tool of the policy's, in one version. */
export interface CalledTool {
  readonly name: string;
  readonly version: string;
}

/** One concern on the path. `undefined`: not my business on this exchange. */
export interface Filter {
  readonly name: string;
  /** Whether its visits may want the whole call; a route with one buffers the body and refuses upgrades. */
  readonly wantsCall: boolean;
  open(exchange: Exchange): Async<Visit | Halt | undefined>;
}

/** The same, once an attempt. It cannot answer, only refuse. */
export interface AttemptFilter {
  readonly name: string;
  open(attempt: Attempt): Async<Visit | Refusal | undefined>;
}

/** One try at one Target. */
export class Attempt {
  readonly exchange: Exchange;
  readonly target: Target;
  /** From 1. */
  readonly number: number;
  /** Writer: forward. The upstream speaks another dialect than the client: its answer is composed here. */
  isTranslated = false;
  /** Writer: forward. Monotonic milliseconds; 0 until the request is handed to the transport. */
  sentAtMs = 0;
  /** Writer: forward. Monotonic milliseconds; 0 until the head came. */
  headAtMs = 0;
  /** Writer: forward. The upstream may have read the request, whether it answers or not. */
  hasReachedUpstream = false;
  /** Writer: filters/budgets. Undefined: what the call says stays. */
  terms: Terms | undefined = undefined;
  /** Writer: filters/meter, or filters/per-call. */
  usage: Usage = noUsage;
  /** Writer: filters/meter, or filters/per-call. Nano-dollars; undefined where the model has no price. */
  costNanoUsd: number | undefined = undefined;
  /** Writer: filters/meter. By the provider's `unknownPrice`, not by a price anybody knows. */
  isCostAssumed = false;
  /**
   * Writer: filters/meter. Tokens nobody said are being counted; usage and cost are an estimate until it is
   * fulfilled, which the counter's own bound makes soon. Never rejects.
   */
  counting: Promise<void> | undefined = undefined;
  /** Writer: filters/per-call. The provider has worked on it, and nobody here has read at what. */
  isMetered = false;
  /** Writer: filters/meter. Calls of tools that the answer has asked for by now. */
  toolCalls = 0;
  /** Writer: filters/meter. The vendor's word for why the model stopped. */
  finishReason: string | undefined = undefined;
  /** Writer: filters/meter. What the upstream says in an answer that began well: that it has failed. */
  failure: Refusal | undefined = undefined;
  /** Writer: filters/tool-answer. Bytes of what a tool gave back. */
  resultBytes: number | undefined = undefined;

  constructor(exchange: Exchange, target: Target) {
    this.exchange = exchange;
    this.target = target;
    this.number = exchange.attempts.length + 1;
  }
}

/** What a guard came to, over all texts of one stage. `escalates`: a block hands the exchange over. */
export interface GuardVerdict {
  readonly guard: string;
  readonly stage: Stage;
  readonly action: string;
  readonly escalates: boolean;
}

/** What has passed through a tunnel by now, in bytes. */
export interface TunnelTally {
  /** Of the agent's. */
  sentBytes: number;
  receivedBytes: number;
}

/** The client left: nobody is there to read an answer. */
export interface Gone {
  readonly kind: "gone";
}
export type CutBy = Refusal | Ending | Answer | Gone;

/**
 * An object, not a function: where one function after another is put into the same field, V8 keeps the
 * exchange each was made for alive until the next full collection (docs/performance.md).
 */
export interface Abortable {
  abort(): void;
}

export interface ExchangeStart {
  readonly id: string;
  readonly head: RequestHead;
  readonly route: Route;
  /** The client's address, seen through trusted proxies. */
  readonly address: string;
  /** Monotonic milliseconds. */
  readonly startedAtMs: number;
}

export class Exchange {
  /**
   * Writer: server; filters/context where a trusted caller names it; sidecar/inbound-token: the gateway's.
   */
  id: string;
  readonly head: RequestHead;
  readonly route: Route;
  readonly address: string;
  readonly startedAtMs: number;
  /** Writer: filters/identify. Undefined until then; stays so on a sidecar's egress. */
  caller: Caller | undefined = undefined;
  /** Writer: filters/identify. Undefined where no token was verified. */
  claims: VerifiedClaims | undefined = undefined;
  /** Writer: filters/identify. Undefined: no agent calls here. */
  delegation: Delegation | undefined = undefined;
  /** Writer: filters/context at the gateway, sidecar/inbound-token and sidecar/attribute in the pod. */
  context: TaskContext | undefined = undefined;
  /** Writer: sidecar/attribute. The open inbound exchange this egress belongs to, where there is one. */
  inbound: Exchange | undefined = undefined;
  /** Writer: filters/last-text, on a task's inbound exchange: what a model said last, within a bound. */
  lastText: string | undefined = undefined;
  /** Writer: filters/audit, on a task's inbound exchange. */
  tally: TaskTally | undefined = undefined;
  /** Writer: motion/server, where the client asks for a tunnel. */
  tunnel: TunnelTally | undefined = undefined;
  /** Writer: filters/trace. This program's own span; its parent is decided when it is first read. */
  trace: TraceContext | undefined = undefined;
  /** Writer: filters/token. The signed token for the agent's sidecar. */
  token: string | undefined = undefined;
  /** Writer: sidecar/inbound-token. The gateway's token that a task came in with: proof that it was given. */
  grant: string | undefined = undefined;
  /** Writer: pipeline. Undefined where no visit wants the call. */
  call: Call | undefined = undefined;
  /**
   * Writer: filters/models; filters/budgets where a limit asks for a cheaper one. The policy's Model name,
   * bounded, for metrics and limits.
   */
  model: string | undefined = undefined;
  /** Writer: filters/mcp. The tool that is called, where the policy knows its name. */
  tool: string | undefined = undefined;
  /** Writer: filters/mcp. What is asked of a server of tools: `tools/call`. */
  method: string | undefined = undefined;
  /** Writer: filters/guards, as it looks: what each guard did at each stage. */
  readonly guarded: GuardVerdict[] = [];
  /** Writer: forward. */
  readonly attempts: Attempt[] = [];
  /** Writer: cut. */
  cutBy: CutBy | undefined = undefined;
  /** Writer: whichever phase is waiting; aborted once, by cut. */
  underWay: Abortable | undefined = undefined;

  constructor(start: ExchangeStart) {
    this.id = start.id;
    this.head = start.head;
    this.route = start.route;
    this.address = start.address;
    this.startedAtMs = start.startedAtMs;
  }

  /** Ends the exchange from outside: drain, wall clock, key revoked, client gone. The first cut holds. */
  cut(by: CutBy): void {
    if (this.cutBy !== undefined) return;
    this.cutBy = by;
    const { underWay } = this;
    this.underWay = undefined;
    underWay?.abort();
  }
}

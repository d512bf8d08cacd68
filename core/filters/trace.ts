// Owns an exchange's place in its trace, and its span where a collector is configured. Never sees content.

import type { Exchange, Filter, TraceContext } from "../contracts/exchange.ts";
import type { Outcome } from "../contracts/visit.ts";
import type { Clock } from "../telemetry/clock.ts";
import type { Hasher } from "../telemetry/hashing.ts";
import type { Span, Tracing } from "../telemetry/span.ts";
import { newSpanId, newTraceId } from "../telemetry/trace-ids.ts";
import { readTrace } from "../telemetry/traceparent.ts";
import { judge } from "../telemetry/verdict.ts";
import { type SpanName, spanAttributes } from "./trace-attributes.ts";

export interface TraceOptions {
  /** Undefined: ids are made and passed on, no span is kept. */
  readonly tracing: Tracing | undefined;
  readonly spanName: SpanName;
  /** `server`: the span is a request that came in. `client`: one that Sluice sends. */
  readonly kind: "server" | "client";
  /** Whether the client's own `traceparent` is continued; asked late, when all filters have opened. */
  readonly incoming: "trusted" | "never" | ((exchange: Exchange) => boolean);
  readonly hashed: Hasher;
  readonly clock: Clock;
}

export function traceFilter(options: TraceOptions): Filter {
  return {
    name: "trace",
    wantsCall: false,
    open: (exchange) => {
      const place = new Place(exchange, options);
      exchange.trace = place;
      if (options.tracing === undefined) return undefined;
      return { kind: "visit", close: (outcome) => place.end(outcome) };
    },
  };
}

/**
 * Settled when it is first read: this filter opens first, but whose trace to go on with is known only when
 * the filters after it have said who calls, and to which inbound exchange the call belongs.
 */
class Place implements TraceContext {
  readonly #exchange: Exchange;
  readonly #options: TraceOptions;
  #span: Span | undefined = undefined;
  #context: TraceContext | undefined = undefined;

  constructor(exchange: Exchange, options: TraceOptions) {
    this.#exchange = exchange;
    this.#options = options;
  }

  get traceId(): string {
    return this.#settled().traceId;
  }

  get spanId(): string {
    return this.#settled().spanId;
  }

  get isSampled(): boolean {
    return this.#settled().isSampled;
  }

  get traceState(): string | undefined {
    return this.#settled().traceState;
  }

  end(outcome: Outcome): void {
    this.#settled();
    const { kind, spanName, hashed, clock } = this.#options;
    const endedAtMs = clock();
    this.#span?.end({
      attributes: spanAttributes(spanName, this.#exchange, { hashed, outcome, endedAtMs }),
      errorType: judge(outcome, kind).errorType,
      endedAtMs,
    });
  }

  #settled(): TraceContext {
    this.#context ??= this.#settle();
    return this.#context;
  }

  #settle(): TraceContext {
    const { tracing, spanName, kind, incoming } = this.#options;
    const parent = findParent(this.#exchange, incoming);
    if (tracing === undefined) return continueTrace(parent);
    const { startedAtMs } = this.#exchange;
    this.#span = tracing.startSpan({ name: spanName, kind, parent, startedAtMs });
    return this.#span.context;
  }
}

/**
 * An egress is a child of the inbound exchange it belongs to. Where the agent named that trace itself, its
 * own span is the nearer parent.
 */
function findParent(exchange: Exchange, incoming: TraceOptions["incoming"]): TraceContext | undefined {
  const inbound = exchange.inbound?.trace;
  const isAccepted = typeof incoming === "function" ? incoming(exchange) : incoming === "trusted";
  if (inbound === undefined) return isAccepted ? readIncoming(exchange) : undefined;
  const sent = readIncoming(exchange);
  return sent?.traceId === inbound.traceId ? sent : inbound;
}

/** A caller at the edge may be trusted with its trace but not with its state. */
function readIncoming({ head, caller }: Exchange): TraceContext | undefined {
  const sent = readTrace(head.headers);
  const isStateKept = caller === undefined || caller.trust.has("tracestate");
  return sent === undefined || isStateKept ? sent : { ...sent, traceState: undefined };
}

/** A new trace is marked as sampled: agents that follow the mark would otherwise drop all their spans. */
function continueTrace(parent: TraceContext | undefined): TraceContext {
  return {
    traceId: parent?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    isSampled: parent?.isSampled ?? true,
    traceState: parent?.traceState,
  };
}

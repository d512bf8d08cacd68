// Owns what a span is to Sluice. Knows no SDK and no exchange's content.

import type { TraceContext } from "../contracts/identity.ts";

export interface SpanStart {
  readonly name: string;
  readonly kind: "server" | "client";
  /** Undefined: the span is the root of a new trace. */
  readonly parent: TraceContext | undefined;
  /** Of the monotonic clock. */
  readonly startedAtMs: number;
}

export type SpanAttributes = Readonly<Record<string, string | number | string[] | undefined>>;

export interface SpanEnd {
  readonly attributes: SpanAttributes;
  /** Makes the status ERROR and is the exception's type; a fixed word, never a message. */
  readonly errorType: string | undefined;
  readonly endedAtMs: number;
}

export interface Span {
  readonly context: TraceContext;
  end(end: SpanEnd): void;
}

export interface Tracing {
  startSpan(start: SpanStart): Span;
  /** Sends what is queued, within a bound; what could not be sent is lost. Never rejects. */
  close(): Promise<void>;
}

// Owns the OpenTelemetry SDK: one tracer provider an instance, nothing global, no auto-instrumentation.
// Loaded by traces.ts alone, and only where a collector is configured. Knows no exchange.

import {
  type Span as ApiSpan,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import type { TraceContext } from "../contracts/identity.ts";
import type { CollectorOptions } from "./collector.ts";
import { readAttributes } from "./resource-adapter.ts";
import type { Span, SpanEnd, SpanStart, Tracing } from "./span.ts";

/** A collector that does not answer may not hold up the program's end. */
const closeMsMax = 2_000;
const exportTimeoutMs = 3_000;

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT };

export class OtelTracing implements Tracing {
  readonly #sdk: NodeSDK;
  readonly #tracer: Tracer;

  constructor({ service, url, resource }: CollectorOptions) {
    // Not the SDK's own detectors: the process one sends the command line, and a store's password with it.
    this.#sdk = new NodeSDK({
      serviceName: service,
      resourceDetectors: [{ detect: () => ({ attributes: readAttributes(resource) }) }],
      traceExporter: new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs }),
      metricReaders: [],
      logRecordProcessors: [],
      instrumentations: [],
      textMapPropagator: null,
    });
    this.#tracer = startUnseated(this.#sdk).getTracer("sluice");
  }

  startSpan({ name, kind, parent, startedAtMs }: SpanStart): Span {
    const context =
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, sentContext(parent));
    return new OtelSpan(this.#tracer.startSpan(name, { kind: kinds[kind], startTime: startedAtMs }, context));
  }

  async close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, closeMsMax);
    await Promise.race([Promise.allSettled([this.#sdk.shutdown()]), late.promise]);
    clearTimeout(timer);
  }
}

/** NodeSDK knows only the global seat; what it puts there is taken away, so each program keeps its own. */
function startUnseated(sdk: NodeSDK) {
  trace.disable();
  sdk.start();
  const provider = trace.getTracerProvider();
  trace.disable();
  return provider;
}

const sentContext = ({ traceId, spanId, isSampled, traceState }: TraceContext) => ({
  traceId,
  spanId,
  traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
  ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
});

class OtelSpan implements Span {
  readonly context: TraceContext;
  readonly #span: ApiSpan;

  constructor(span: ApiSpan) {
    const { traceId, spanId, traceFlags, traceState } = span.spanContext();
    this.#span = span;
    this.context = {
      traceId,
      spanId,
      isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0,
      traceState: traceState?.serialize(),
    };
  }

  end({ attributes, errorType, endedAtMs }: SpanEnd): void {
    const span = this.#span;
    span.setAttributes(attributes);
    if (errorType !== undefined) {
      span.setAttribute("error.type", errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.addEvent("exception", { "exception.type": errorType }, endedAtMs);
    }
    span.end(endedAtMs);
  }
}

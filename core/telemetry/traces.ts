// Owns what a span is to Sluice, and whether OpenTelemetry is loaded at all. Knows no exchange.

import type { TraceContext } from "../contracts/exchange.ts";

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
  /** Sends what is queued, within `closeMsMax`; what could not be sent is lost. Never rejects. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** `service.name`, where OTEL_SERVICE_NAME says nothing. */
  readonly service: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Undefined where no collector is configured: then nothing of OpenTelemetry is loaded (0.1 s, 17 MB). Further
 * settings (OTEL_TRACES_SAMPLER, OTEL_BSP_…, OTEL_EXPORTER_OTLP_HEADERS …) the SDK reads from the process.
 * Throws where the collector's URL is not one.
 */
export async function startTracing({ service, environment }: TracingOptions): Promise<Tracing | undefined> {
  const url = collectorUrl(environment);
  if (url === undefined || environment.OTEL_SDK_DISABLED?.toLowerCase() === "true") return undefined;
  const { OtelTracing } = await import("./otel-adapter.ts");
  const resource = environment.OTEL_RESOURCE_ATTRIBUTES ?? "";
  return new OtelTracing({ service: environment.OTEL_SERVICE_NAME || service, url, resource });
}

/** OTLP/HTTP: the traces' own endpoint is taken as it is, the general one gets the signal's path. */
function collectorUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const own = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const general = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = own || (general && `${general.replace(/\/$/, "")}/v1/traces`);
  if (!url) return undefined;
  if (!URL.canParse(url)) throw new Error("OTEL_EXPORTER_OTLP_ENDPOINT is not a URL");
  return url;
}

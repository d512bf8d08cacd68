// Owns whether OpenTelemetry's traces are loaded at all. Knows no exchange.

import { type CollectorQuery, findCollector } from "./collector.ts";
import type { Tracing } from "./span.ts";

export type { Tracing } from "./span.ts";

/**
 * Undefined where no collector is configured: then nothing of OpenTelemetry is loaded (0.1 s, 17 MB). Further
 * settings (OTEL_TRACES_SAMPLER, OTEL_BSP_…, OTEL_EXPORTER_OTLP_HEADERS …) the SDK reads from the process.
 * Throws where the collector's URL is not one.
 */
export async function startTracing(query: CollectorQuery): Promise<Tracing | undefined> {
  const collector = findCollector("traces", query);
  if (collector === undefined) return undefined;
  const { OtelTracing } = await import("./otel-adapter.ts");
  return new OtelTracing(collector);
}

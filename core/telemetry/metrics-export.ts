// Owns whether metrics go out over OTLP at all. Knows no metric.

import { type CollectorQuery, findCollector } from "./collector.ts";
import type { Metrics } from "./metrics.ts";

export interface MetricsExport {
  /** Sends the last figures, within a bound. Never rejects. */
  close(): Promise<void>;
}

const intervalMsDefault = 60_000;

/**
 * Undefined where no collector is configured: then nothing of OpenTelemetry is loaded. Further settings
 * (OTEL_EXPORTER_OTLP_HEADERS …) the exporter reads from the process. Throws where the collector's URL is not
 * one.
 */
export async function startMetricsExport(
  metrics: Pick<Metrics, "read">,
  query: CollectorQuery,
): Promise<MetricsExport | undefined> {
  const collector = findCollector("metrics", query);
  if (collector === undefined) return undefined;
  const { OtelMetricsExport } = await import("./otel-metrics-adapter.ts");
  const intervalMs = Number(query.environment.OTEL_METRIC_EXPORT_INTERVAL) || intervalMsDefault;
  return new OtelMetricsExport({ ...collector, intervalMs, read: () => metrics.read() });
}

// Owns the way of metrics to an OTLP collector: what /metrics shows, at intervals, in OpenTelemetry's words.
// Loaded by metrics-export.ts alone, and only where a collector is configured. Counts nothing itself.

import { type Attributes, type HrTime, ValueType } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import type { CollectorOptions } from "./collector.ts";
import type { MetricFamily } from "./metrics.ts";
import { readAttributes } from "./resource-adapter.ts";

/** A collector that does not answer may not hold up the program's end. */
const closeMsMax = 2_000;
const exportTimeoutMs = 3_000;

export interface OtelMetricsOptions extends CollectorOptions {
  readonly intervalMs: number;
  read(): Promise<readonly MetricFamily[]>;
}

export class OtelMetricsExport {
  readonly #reader: PeriodicExportingMetricReader;

  constructor({ service, url, resource: written, intervalMs, read }: OtelMetricsOptions) {
    const exporter = new OTLPMetricExporter({ url, timeoutMillis: exportTimeoutMs });
    const exportTimeoutMillis = Math.min(exportTimeoutMs, intervalMs);
    this.#reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: intervalMs,
      exportTimeoutMillis,
    });
    const resource = resourceFromAttributes({ ...readAttributes(written), "service.name": service });
    const startTime = hrTimeOf(Date.now());
    // In the place of a MeterProvider: a second set of counters would be a second truth.
    this.#reader.setMetricProducer({
      collect: async () => {
        const span = { startTime, endTime: hrTimeOf(Date.now()) };
        const metrics = (await read()).map((family) => toMetricData(family, span));
        return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors: [] };
      },
    });
  }

  async close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, closeMsMax);
    await Promise.race([Promise.allSettled([this.#reader.shutdown()]), late.promise]);
    clearTimeout(timer);
  }
}

const scope = { name: "sluice" };

type Span = Pick<DataPoint<number>, "startTime" | "endTime">;

function toMetricData(family: MetricFamily, span: Span): MetricData {
  const { name, help: description, type } = family;
  const descriptor = { name, description, unit: "", valueType: ValueType.DOUBLE };
  const shared = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  if (type === "histogram") {
    const dataPoints = toHistograms(family, span);
    return { ...shared, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const known = family.values.filter(({ value }) => Number.isFinite(value));
  const dataPoints = known.map(({ labels, value }) => ({ ...span, attributes: { ...labels }, value }));
  return type === "counter"
    ? { ...shared, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...shared, dataPointType: DataPointType.GAUGE, dataPoints };
}

/** Prometheus' buckets hold those below them as well, OpenTelemetry's do not. */
function toHistograms({ name, values }: MetricFamily, span: Span): DataPoint<Histogram>[] {
  const series = Map.groupBy(values, ({ labels: { le, ...own } }) => JSON.stringify(own));
  return [...series].map(([own, samples]) => {
    const attributes: Attributes = JSON.parse(own);
    const buckets = samples.filter(({ metricName }) => metricName === `${name}_bucket`);
    const counts = buckets.map(({ value }, at) => value - (buckets[at - 1]?.value ?? 0));
    const boundaries = buckets.map(({ labels }) => Number(labels.le)).filter(Number.isFinite);
    const sampleOf = (suffix: string) =>
      samples.find(({ metricName }) => metricName === `${name}_${suffix}`)?.value ?? 0;
    const value = { buckets: { boundaries, counts }, sum: sampleOf("sum"), count: sampleOf("count") };
    return { ...span, attributes, value };
  });
}

function hrTimeOf(atMs: number): HrTime {
  return [Math.floor(atMs / 1_000), (atMs % 1_000) * 1_000_000];
}

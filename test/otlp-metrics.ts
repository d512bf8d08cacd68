// Owns the reading of OTLP's metrics for tests. Not a part of the product.

import {
  type Attributes,
  all,
  bytesOf,
  type Field,
  intOf,
  readAttributes,
  readFields,
  textOf,
} from "./otlp-wire.ts";

export interface MetricSummary {
  /** `service.name`. */
  readonly service: string;
  readonly name: string;
  readonly kind: "gauge" | "counter" | "histogram";
  /** 2: since the start. */
  readonly temporality: number;
  readonly points: readonly PointSummary[];
}

export interface PointSummary {
  readonly attributes: Attributes;
  /** Of a histogram its sum. */
  readonly value: number;
  /** Of a histogram: how many in each bucket, and the buckets' bounds. */
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
}

/** ExportMetricsServiceRequest: resource metrics → scope metrics → metrics. */
export function readMetrics(body: Buffer): readonly MetricSummary[] {
  return all(readFields(body), 1).flatMap((bytes) => {
    const resourceMetrics = readFields(bytes);
    const resource = readAttributes(all(readFields(bytesOf(resourceMetrics, 1)), 1));
    const scopes = all(resourceMetrics, 2).map(readFields);
    const service = String(resource["service.name"]);
    return scopes.flatMap((scope) => all(scope, 2).map((metric) => readMetric(readFields(metric), service)));
  });
}

const kinds = { 5: "gauge", 7: "counter", 9: "histogram" } as const;

function readMetric(metric: readonly Field[], service: string): MetricSummary {
  const number = ([5, 7, 9] as const).find((each) => metric.some(([field]) => field === each)) ?? 5;
  const kind = kinds[number];
  const data = readFields(bytesOf(metric, number));
  const points = all(data, 1).map(readFields);
  return {
    service,
    name: textOf(metric, 1),
    kind,
    temporality: intOf(data, 2),
    points: points.map(kind === "histogram" ? readHistogram : readNumber),
  };
}

function readNumber(point: readonly Field[]): PointSummary {
  return {
    attributes: readAttributes(all(point, 7)),
    value: bytesOf(point, 4).readDoubleLE(),
    counts: [],
    bounds: [],
  };
}

function readHistogram(point: readonly Field[]): PointSummary {
  const [counts, bounds] = [bytesOf(point, 6), bytesOf(point, 7)];
  const eights = (bytes: Buffer) => Array.from({ length: bytes.length / 8 }, (_, at) => 8 * at);
  return {
    attributes: readAttributes(all(point, 9)),
    value: bytesOf(point, 5).readDoubleLE(),
    counts: eights(counts).map((at) => Number(counts.readBigUInt64LE(at))),
    bounds: eights(bounds).map((at) => bounds.readDoubleLE(at)),
  };
}

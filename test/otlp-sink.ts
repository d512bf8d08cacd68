// Owns a collector for tests: takes OTLP/HTTP protobuf and says which spans and metrics came.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type MetricSummary, readMetrics } from "./otlp-metrics.ts";
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

export interface SpanSummary {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "other";
  /** `service.name`. */
  readonly service: string;
  readonly resource: Attributes;
  readonly attributes: Attributes;
  readonly status: "unset" | "ok" | "error";
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** Nanoseconds since the epoch. */
  readonly startedAt: bigint;
  readonly endedAt: bigint;
}

export interface OtlpSink {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  spans(): readonly SpanSummary[];
  /** Of the last export of each service. */
  metrics(): readonly MetricSummary[];
  /** All bytes that came, for canaries. */
  received(): Buffer;
  /** Resolves with all spans once there are so many. */
  waitFor(count: number): Promise<readonly SpanSummary[]>;
  close(): Promise<void>;
}

export async function startOtlpSink(): Promise<OtlpSink> {
  const spans: SpanSummary[] = [];
  const bodies: Buffer[] = [];
  const metrics = new Map<string, readonly MetricSummary[]>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      bodies.push(body);
      if (request.url === "/v1/traces") spans.push(...readRequest(body));
      if (request.url === "/v1/metrics") {
        const read = readMetrics(body);
        metrics.set(read[0]?.service ?? "", read);
      }
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
      for (const check of [...waiting]) check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => [...spans],
    metrics: () => [...metrics.values()].flat(),
    received: () => Buffer.concat(bodies),
    waitFor: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (spans.length < count) return;
          waiting.delete(check);
          resolve([...spans]);
        };
        waiting.add(check);
        check();
      }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** ExportTraceServiceRequest: resource spans → scope spans → spans. */
function readRequest(body: Buffer): SpanSummary[] {
  return all(readFields(body), 1).flatMap((bytes) => {
    const resourceSpans = readFields(bytes);
    const resource = readAttributes(all(readFields(bytesOf(resourceSpans, 1)), 1));
    const scopes = all(resourceSpans, 2).map(readFields);
    return scopes.flatMap((scope) => all(scope, 2).map((span) => readSpan(readFields(span), resource)));
  });
}

function readSpan(span: readonly Field[], resource: Attributes): SpanSummary {
  const events = all(span, 11).map(readFields);
  return {
    traceId: bytesOf(span, 1).toString("hex"),
    spanId: bytesOf(span, 2).toString("hex"),
    traceState: textOf(span, 3),
    parentSpanId: bytesOf(span, 4).toString("hex"),
    name: textOf(span, 5),
    kind: (["other", "internal", "server", "client"] as const)[intOf(span, 6)] ?? "other",
    service: String(resource["service.name"]),
    resource,
    attributes: readAttributes(all(span, 9)),
    status: (["unset", "ok", "error"] as const)[intOf(readFields(bytesOf(span, 15)), 3)] ?? "unset",
    events: events.map((event) => ({ name: textOf(event, 2), attributes: readAttributes(all(event, 3)) })),
    startedAt: bytesOf(span, 7).readBigUInt64LE(),
    endedAt: bytesOf(span, 8).readBigUInt64LE(),
  };
}

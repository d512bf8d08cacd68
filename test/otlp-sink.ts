// Owns a collector for tests: takes OTLP/HTTP protobuf and says which spans came. Not a part of the product.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type AttributeValue = string | number | boolean | readonly AttributeValue[] | undefined;
export type Attributes = Readonly<Record<string, AttributeValue>>;

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
  /** All bytes that came, for canaries. */
  received(): Buffer;
  /** Resolves with all spans once there are so many. */
  waitFor(count: number): Promise<readonly SpanSummary[]>;
  close(): Promise<void>;
}

export async function startOtlpSink(): Promise<OtlpSink> {
  const spans: SpanSummary[] = [];
  const bodies: Buffer[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      bodies.push(body);
      if (request.url === "/v1/traces") spans.push(...readRequest(body));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
      for (const check of [...waiting]) check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => [...spans],
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

/** Protobuf wire format: a field's number with its bytes, or with its number. */
type Field = readonly [number: number, value: Buffer | bigint];

function readFields(bytes: Buffer): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) fields.push([tag >> 3, varint()]);
    else if (wire === 1) fields.push([tag >> 3, take(8)]);
    else if (wire === 2) fields.push([tag >> 3, take(Number(varint()))]);
    else if (wire === 5) fields.push([tag >> 3, take(4)]);
    else throw new Error(`wire type ${wire}`);
  }
  return fields;
}

const all = (fields: readonly Field[], number: number): Buffer[] =>
  fields.flatMap(([each, value]) => (each === number && Buffer.isBuffer(value) ? [value] : []));
const bytesOf = (fields: readonly Field[], number: number): Buffer =>
  all(fields, number)[0] ?? Buffer.alloc(0);
const textOf = (fields: readonly Field[], number: number): string => bytesOf(fields, number).toString();
const intOf = (fields: readonly Field[], number: number): number =>
  Number(fields.find(([each]) => each === number)?.[1] ?? 0);

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

function readAttributes(pairs: readonly Buffer[]): Attributes {
  return Object.fromEntries(
    pairs.map(readFields).map((pair) => [textOf(pair, 1), readValue(readFields(bytesOf(pair, 2)))]),
  );
}

/** AnyValue: string, bool, int, double, array. */
function readValue([field]: readonly Field[]): AttributeValue {
  if (field === undefined) return undefined;
  const [number, value] = field;
  if (!Buffer.isBuffer(value)) return number === 2 ? value === 1n : Number(value);
  if (number === 1) return value.toString();
  if (number === 4) return value.readDoubleLE();
  return all(readFields(value), 1).map((each) => readValue(readFields(each)));
}

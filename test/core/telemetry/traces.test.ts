// Owns the test of traces over the wire: a real SDK and a collector, and no SDK at all without one.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { trace as globalTrace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SpanStart } from "../../../core/telemetry/span.ts";
import { startTracing, type Tracing } from "../../../core/telemetry/traces.ts";
import { type OtlpSink, startOtlpSink } from "../../otlp-sink.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const parent = { traceId, spanId, isSampled: true, traceState: "vendor=1" };

let sink: OtlpSink;
const opened: Tracing[] = [];

beforeEach(async () => {
  sink = await startOtlpSink();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((tracing) => tracing.close()));
  await sink.close();
});

async function start(service: string, environment: NodeJS.ProcessEnv = {}): Promise<Tracing> {
  const tracing = await startTracing({
    service,
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...environment },
  });
  if (tracing === undefined) throw new Error("no tracing");
  opened.push(tracing);
  return tracing;
}

const startOf = (more: Partial<SpanStart> = {}): SpanStart => ({
  name: "agent.run",
  kind: "server",
  parent: undefined,
  startedAtMs: performance.now() - 50,
  ...more,
});
const good = { attributes: {}, errorType: undefined };

describe("spans at a collector", () => {
  it("keep their trace from program to program, each under its own service", async () => {
    const gateway = await start("sluice-gateway");
    const sidecar = await start("sluice-sidecar");
    const run = gateway.startSpan(startOf({ parent }));
    const inbound = sidecar.startSpan(startOf({ parent: run.context }));
    const call = sidecar.startSpan(
      startOf({ name: "agent.llm_call", kind: "client", parent: inbound.context }),
    );
    for (const span of [call, inbound, run]) span.end({ ...good, endedAtMs: performance.now() });
    await Promise.all([gateway.close(), sidecar.close()]);

    const spans = await sink.waitFor(3);
    const named = new Map(spans.map((span) => [`${span.service} ${span.name}`, span]));
    const [first, second, third] = [
      named.get("sluice-gateway agent.run"),
      named.get("sluice-sidecar agent.run"),
      named.get("sluice-sidecar agent.llm_call"),
    ];
    expect(spans.map((span) => span.traceId)).toEqual([traceId, traceId, traceId]);
    expect([first, second, third].map((span) => span?.parentSpanId)).toEqual([
      spanId,
      run.context.spanId,
      inbound.context.spanId,
    ]);
    expect([first, second, third].map((span) => span?.kind)).toEqual(["server", "server", "client"]);
    expect(first?.traceState).toBe("vendor=1");
  });

  it("carry attributes, times, and an error's type without a message", async () => {
    const tracing = await start("sluice-gateway");
    const attributes = { "agent.id": "search", "llm.prompt_tokens": 7, list: ["a", "b"], absent: undefined };
    const span = tracing.startSpan(startOf({ startedAtMs: 1000 }));
    span.end({ attributes, errorType: "rate_limited", endedAtMs: 1250.5 });
    await tracing.close();
    const [seen] = await sink.waitFor(1);
    expect(seen?.attributes).toEqual({
      "agent.id": "search",
      "llm.prompt_tokens": 7,
      list: ["a", "b"],
      "error.type": "rate_limited",
    });
    expect(seen?.status).toBe("error");
    expect(seen?.events).toEqual([{ name: "exception", attributes: { "exception.type": "rate_limited" } }]);
    expect(seen?.parentSpanId).toBe("");
    expect(Number((seen?.endedAt ?? 0n) - (seen?.startedAt ?? 0n)) / 1e6).toBeCloseTo(250.5, 2);
  });

  it("are not sent where the trace is not sampled, and the mark goes on", async () => {
    const tracing = await start("sluice-gateway");
    const quiet = tracing.startSpan(startOf({ parent: { ...parent, isSampled: false } }));
    expect(quiet.context).toMatchObject({ traceId, isSampled: false, traceState: "vendor=1" });
    quiet.end({ ...good, endedAtMs: performance.now() });
    const loud = tracing.startSpan(startOf({ parent }));
    loud.end({ ...good, endedAtMs: performance.now() });
    await tracing.close();
    const spans = await sink.waitFor(1);
    expect(spans.map((span) => span.spanId)).toEqual([loud.context.spanId]);
  });
});

describe("the SDK's settings", () => {
  it("names and labels the service, and says nothing of the process", async () => {
    const tracing = await start("sluice-gateway", {
      OTEL_SERVICE_NAME: "edge",
      OTEL_RESOURCE_ATTRIBUTES: "k8s.pod.name=pod-1,note=a%20b",
    });
    tracing.startSpan(startOf()).end({ ...good, endedAtMs: performance.now() });
    await tracing.close();
    const [span] = await sink.waitFor(1);
    expect(span?.resource).toMatchObject({ "service.name": "edge", "k8s.pod.name": "pod-1", note: "a b" });
    const telling = Object.keys(span?.resource ?? {}).filter((key) => /^(process|host)\./.test(key));
    expect(telling).toEqual([]);
  });

  it("drops resource attributes that are not well-formed", async () => {
    const tracing = await start("sluice-gateway", { OTEL_RESOURCE_ATTRIBUTES: "a=%zz" });
    tracing.startSpan(startOf()).end({ ...good, endedAtMs: performance.now() });
    await tracing.close();
    expect((await sink.waitFor(1))[0]?.resource.a).toBeUndefined();
  });

  it("leaves the global seat free", async () => {
    await start("sluice-gateway");
    const span = globalTrace.getTracer("somebody").startSpan("not ours");
    expect(span.isRecording()).toBe(false);
  });

  it.each([
    ["no endpoint", {}],
    ["an empty endpoint", { OTEL_EXPORTER_OTLP_ENDPOINT: "" }],
    ["the SDK disabled", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_SDK_DISABLED: "true" }],
  ])("starts nothing with %s", async (_what, environment) => {
    expect(await startTracing({ service: "sluice", environment })).toBeUndefined();
  });

  it("takes the traces' own endpoint as it is, and refuses what is no URL", async () => {
    const tracing = await start("sluice", {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${sink.url}/v1/traces`,
    });
    tracing.startSpan(startOf()).end({ ...good, endedAtMs: performance.now() });
    await tracing.close();
    expect(await sink.waitFor(1)).toHaveLength(1);
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: "collector" };
    await expect(startTracing({ service: "sluice", environment })).rejects.toThrow("not a URL");
  });

  it("closes quietly when no collector answers", async () => {
    const tracing = await start("sluice", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    tracing.startSpan(startOf()).end({ ...good, endedAtMs: performance.now() });
    await expect(tracing.close()).resolves.toBeUndefined();
  });
});

const run = promisify(execFile);

/** Runs in a process of its own and prints which OpenTelemetry modules the loader was asked for. */
async function loadedModules(endpoint: string): Promise<readonly string[]> {
  const module = new URL("../../../core/filters/trace.ts", import.meta.url).href;
  const traces = new URL("../../../core/telemetry/traces.ts", import.meta.url).href;
  const source = `
    import { registerHooks } from "node:module";
    const seen = new Set();
    registerHooks({ resolve: (name, context, next) => {
      if (name.startsWith("@opentelemetry/")) seen.add(name);
      return next(name, context);
    } });
    await import(${JSON.stringify(module)});
    const { startTracing } = await import(${JSON.stringify(traces)});
    const tracing = await startTracing({ service: "sluice", environment: process.env });
    await tracing?.close();
    console.log(JSON.stringify([...seen]));`;
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", source], { env });
  return JSON.parse(stdout) as string[];
}

describe("loading", () => {
  it("does not happen without a collector, and does with one", async () => {
    expect(await loadedModules("")).toEqual([]);
    expect(await loadedModules("http://127.0.0.1:1")).toContain("@opentelemetry/sdk-node");
  });
});

// Owns the proof that an OTLP collector is sent what /metrics shows, and nothing is loaded without one.

import { afterEach, describe, expect, it } from "vitest";
import { Metrics } from "../../../core/telemetry/metrics.ts";
import { startMetricsExport } from "../../../core/telemetry/metrics-export.ts";
import { type OtlpSink, startOtlpSink } from "../../otlp-sink.ts";

let sink: OtlpSink | undefined;
afterEach(async () => {
  await sink?.close();
  sink = undefined;
});

function counted(): Metrics {
  const metrics = new Metrics({ processMetrics: "off" });
  metrics.know({ agents: [{ name: "search", type: "research" }], models: ["gpt-4o"] });
  const call = { agent: "search", model: "gpt-4o", inputTokens: 10, outputTokens: 5 };
  metrics.llmCallEnded({ ...call, costType: "llm", costNanoUsd: 1_500_000, latencyS: 0.7 });
  metrics.llmCallEnded({ ...call, costType: "embedding", costNanoUsd: 20_000, latencyS: 3 });
  return metrics;
}

/** What the collector knows once the program has ended. */
async function exported(environment: NodeJS.ProcessEnv, metrics = counted()) {
  const exporting = await startMetricsExport(metrics, { service: "sluice-sidecar", environment });
  await exporting?.close();
  return sink?.metrics() ?? [];
}

describe("metrics at a collector", () => {
  it("are those of /metrics, name by name, label by label, bucket by bucket", async () => {
    sink = await startOtlpSink();
    const metrics = counted();
    const seen = await exported({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }, metrics);
    const families = await metrics.read();
    expect(seen.map(({ name }) => name)).toEqual(families.map(({ name }) => name));
    for (const [index, { type, values }] of families.entries()) {
      const metric = seen[index];
      expect(metric?.kind).toBe(type);
      expect(metric?.service).toBe("sluice-sidecar");
      if (type === "gauge") continue;
      expect(metric?.temporality).toBe(2);
      if (type === "counter") {
        const points = values.map(({ labels, value }) => ({ attributes: labels, value }));
        expect(metric?.points).toMatchObject(points);
      }
    }
    const cost = seen.find(({ name }) => name === "agent_cost_usd_total");
    expect(cost?.points.map(({ attributes, value }) => [attributes.cost_type, value])).toEqual([
      ["llm", 0.0015],
      ["embedding", 0.00002],
      ["tool", 0],
      ["storage", 0],
    ]);
    const latency = seen.find(({ name }) => name === "llm_call_latency_seconds")?.points;
    expect(latency).toEqual([
      {
        attributes: { model: "gpt-4o" },
        value: 3.7,
        counts: [0, 0, 1, 0, 1, 0, 0],
        bounds: [0.1, 0.5, 1, 2, 5, 10],
      },
    ]);
  });

  it("go out at intervals as well", async () => {
    sink = await startOtlpSink();
    const environment = {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${sink.url}/v1/metrics`,
      OTEL_METRIC_EXPORT_INTERVAL: "20",
    };
    const exporting = await startMetricsExport(counted(), { service: "s", environment });
    while (sink.metrics().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await exporting?.close();
    expect(sink.spans()).toEqual([]);
  });

  it("a collector that answers nobody does not hold up the end for long", { timeout: 10_000 }, async () => {
    await exported({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
  });

  it.each([
    [{}],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:9/v1/traces" }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_SDK_DISABLED: "true" }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_METRICS_EXPORTER: "none" }],
  ])("go nowhere where %j", async (environment) => {
    expect(await startMetricsExport(counted(), { service: "s", environment })).toBeUndefined();
  });

  it("a collector's URL that is none is said at the start", async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: "collector" };
    await expect(startMetricsExport(counted(), { service: "s", environment })).rejects.toThrow("not a URL");
  });
});

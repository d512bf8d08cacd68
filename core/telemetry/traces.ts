// Owns whether OpenTelemetry is loaded at all. Knows no exchange.

import type { Tracing } from "./span.ts";

export type { Tracing } from "./span.ts";

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

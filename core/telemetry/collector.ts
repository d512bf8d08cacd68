// Owns where a signal's collector is, by OpenTelemetry's own variables. Loads nothing of OpenTelemetry.

export type Signal = "traces" | "metrics";

/** What a signal's exporter is made of. */
export interface CollectorOptions {
  readonly service: string;
  /** Where the signal is posted as OTLP protobuf. */
  readonly url: string;
  /** OTEL_RESOURCE_ATTRIBUTES as it is written: `key=value,…`, values percent-encoded. */
  readonly resource: string;
}

export interface CollectorQuery {
  /** `service.name`, where OTEL_SERVICE_NAME says nothing. */
  readonly service: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Undefined where none is configured. Throws where its URL is not one. */
export function findCollector(
  signal: Signal,
  { service, environment }: CollectorQuery,
): CollectorOptions | undefined {
  const url = collectorUrl(signal, environment);
  if (url === undefined || environment.OTEL_SDK_DISABLED?.toLowerCase() === "true") return undefined;
  const resource = environment.OTEL_RESOURCE_ATTRIBUTES ?? "";
  return { service: environment.OTEL_SERVICE_NAME || service, url, resource };
}

/** OTLP/HTTP: a signal's own endpoint is taken as it is, the general one gets the signal's path. */
function collectorUrl(signal: Signal, environment: NodeJS.ProcessEnv): string | undefined {
  const name = signal.toUpperCase();
  if (environment[`OTEL_${name}_EXPORTER`]?.toLowerCase() === "none") return undefined;
  const own = environment[`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`];
  const general = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = own || (general && `${general.replace(/\/$/, "")}/v1/${signal}`);
  if (!url) return undefined;
  if (!URL.canParse(url)) throw new Error("OTEL_EXPORTER_OTLP_ENDPOINT is not a URL");
  return url;
}

// Owns the settings of a remote guard: their schema, what is wrong beyond it, what they come to. Asks nobody.

import type { ConfigProblem } from "../../contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isMetadataHost } from "../../text/host.ts";
import { isObject } from "../../text/json.ts";
import type { BreakerOptions } from "./breaker.ts";
import type { CredentialSource } from "./credential-adapter.ts";
import type { Service } from "./service.ts";
import { services } from "./services.ts";

const duration = {
  type: "string",
  pattern: "^[1-9][0-9]{0,7}(ms|s|m|h|d)$",
  description: "a duration such as 250ms, 30s or 10m",
};
const headerName = "^[A-Za-z][A-Za-z0-9-]{0,63}$";

/** One for all services; `check` tells which settings are of another one. */
const shared: JsonObject = {
  adapter: { type: "string", enum: [...services.keys()] },
  url: { type: "string", minLength: 1, maxLength: 2_048, description: "an http or https URL" },
  credential: {
    type: "object",
    properties: {
      env: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maxLength: 128 },
      file: { type: "string", minLength: 1, maxLength: 1_024 },
    },
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: "{ env: NAME } or { file: PATH }, never the secret itself",
  },
  credentialHeader: { type: "string", pattern: headerName },
  timeout: { ...duration, default: "2s" },
  threshold: { type: "number", minimum: 0, maximum: 1, description: "a number from 0 to 1" },
  charsMax: { type: "integer", minimum: 1, maximum: 8_388_608, default: 262_144 },
  chunkChars: { type: "integer", minimum: 256, maximum: 1_048_576, default: 20_000 },
  concurrencyMax: { type: "integer", minimum: 1, maximum: 1_024, default: 32 },
  cache: {
    type: "object",
    properties: {
      entries: { type: "integer", minimum: 0, maximum: 1_000_000, default: 10_000 },
      ttl: { ...duration, default: "5m" },
    },
    additionalProperties: false,
    default: {},
  },
  breaker: {
    type: "object",
    properties: {
      failures: { type: "integer", minimum: 1, maximum: 1_000, default: 5 },
      open: { ...duration, default: "30s" },
      openMax: { ...duration, default: "5m" },
    },
    additionalProperties: false,
    default: {},
  },
};

/** A default of one service would be filled in for all. Two may have a setting of one name and one shape. */
function ownSettings(): JsonObject {
  const all = [...services.values()].flatMap(({ settings }) => Object.entries(settings));
  return Object.fromEntries(all.map(([name, { default: _, ...schema }]) => [name, schema]));
}

export const remoteConfig: JsonObject = {
  type: "object",
  properties: { ...shared, ...ownSettings() },
  required: ["adapter", "url"],
  additionalProperties: false,
};

export function checkRemote(config: JsonObject): readonly ConfigProblem[] {
  const service = services.get(String(config.adapter));
  return [...checkUrl(config), ...(service === undefined ? [] : checkOwn(config, service))];
}

function checkUrl({ url: text, adapter }: JsonObject): readonly ConfigProblem[] {
  const problem = (said: string, hint: string): readonly ConfigProblem[] => [
    { path: ["url"], problem: said, hint },
  ];
  const url = URL.parse(String(text));
  if (url === null) return problem("is not a URL", "http://guard.internal:8000");
  if (url.protocol !== "http:" && url.protocol !== "https:") return problem("is neither http nor https", "");
  if (url.username !== "" || url.password !== "") {
    return problem("holds credentials", "name their source: credential: { env: NAME }");
  }
  if (isMetadataHost(url.hostname)) {
    return problem("is a cloud metadata address, which nothing may reach", "");
  }
  if (url.hash !== "") return problem("holds a fragment", "");
  return url.search !== "" && adapter !== "webhook" ? problem("holds a query", "") : [];
}

function checkOwn(config: JsonObject, service: Service): readonly ConfigProblem[] {
  const foreign = Object.keys(config)
    .filter((name) => !Object.hasOwn(shared, name) && !Object.hasOwn(service.settings, name))
    .map((name) => ({
      path: [name],
      problem: `is no setting of ${service.name}`,
      hint: `its own are: ${Object.keys(service.settings).join(", ") || "none"}`,
    }));
  const missing = service.required
    .filter((name) => config[name] === undefined)
    .map((name) => ({ path: [], problem: `${service.name} needs \`${name}\``, hint: "" }));
  return [...foreign, ...missing];
}

export interface RemoteSettings {
  readonly service: Service;
  readonly origin: string;
  /** As the URL has it, with its query. */
  readonly basePath: string;
  readonly credential: CredentialSource | undefined;
  /** Undefined: where the service looks for it. */
  readonly credentialHeader: string | undefined;
  readonly timeoutMs: number;
  readonly threshold: number | undefined;
  readonly charsMax: number;
  readonly chunkChars: number;
  readonly concurrencyMax: number;
  /** `entries` 0: nothing is kept. */
  readonly cache: { readonly entries: number; readonly ttlMs: number };
  readonly breaker: BreakerOptions;
  readonly own: JsonObject;
}

/** Of a checked config; throws where it is none, which is a bug. */
export function readRemote(config: JsonObject): RemoteSettings {
  const service = services.get(String(config.adapter));
  if (service === undefined) throw new Error("an unchecked config of a remote guard");
  const url = new URL(String(config.url));
  const { credential, credentialHeader, threshold } = config;
  const [cache, breaker] = [objectIn(config.cache), objectIn(config.breaker)];
  return {
    service,
    origin: url.origin,
    basePath: url.pathname + url.search,
    credential: isObject(credential) ? (credential as CredentialSource) : undefined,
    credentialHeader: typeof credentialHeader === "string" ? credentialHeader.toLowerCase() : undefined,
    timeoutMs: durationMs(config.timeout, 2_000),
    threshold: typeof threshold === "number" ? threshold : undefined,
    charsMax: numberOr(config.charsMax, 262_144),
    chunkChars: Math.min(numberOr(config.chunkChars, 20_000), service.chunkCharsMax),
    concurrencyMax: numberOr(config.concurrencyMax, 32),
    cache: { entries: numberOr(cache.entries, 10_000), ttlMs: durationMs(cache.ttl, 300_000) },
    breaker: {
      failuresMax: numberOr(breaker.failures, 5),
      openMs: durationMs(breaker.open, 30_000),
      openMsMax: durationMs(breaker.openMax, 300_000),
    },
    own: Object.fromEntries(Object.entries(config).filter(([name]) => Object.hasOwn(service.settings, name))),
  };
}

/** `/v1` and `/v1/moderations` are `/v1/moderations`: some write an API's base, some its host. */
export function joinPath(basePath: string, path: string): string {
  if (path === "") return basePath;
  const base = basePath.replace(/\/$/, "");
  const [plain = "", query] = path.split("?", 2);
  const segments = plain.split("/").slice(1);
  const said = segments.map((_, index) => `/${segments.slice(0, segments.length - index).join("/")}`);
  const repeated = said.find((start) => base.endsWith(start)) ?? "";
  const joined = base + plain.slice(repeated.length);
  return query === undefined ? joined : `${joined}?${query}`;
}

const msPerUnit: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function durationMs(value: JsonValue | undefined, otherwise: number): number {
  const [, digits, unit = ""] = /^([0-9]+)([a-z]+)$/.exec(String(value ?? "")) ?? [];
  return digits === undefined ? otherwise : Number(digits) * (msPerUnit[unit] ?? 1);
}

const numberOr = (value: JsonValue | undefined, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;

const objectIn = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

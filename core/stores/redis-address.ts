// Owns what a store's URL may say: one server, one behind sentinels, or a cluster. Opens nothing.

export interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly isEncrypted: boolean;
  readonly username: string | undefined;
  /** Undefined where the URL carries none. */
  readonly password: string | undefined;
}

export type RedisAddress = Access &
  (
    | { readonly kind: "single"; readonly endpoints: readonly [RedisEndpoint]; readonly db: number }
    | {
        readonly kind: "sentinel";
        readonly endpoints: readonly RedisEndpoint[];
        /** Of the group of servers that the sentinels watch. */
        readonly group: string;
        readonly db: number;
      }
    | { readonly kind: "cluster"; readonly endpoints: readonly RedisEndpoint[] }
  );

const form = /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([^?#]*))?$/;
const endpointForm = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/;
const dbForm = /^\d{1,5}$/;
const portsByKind = { single: 6379, sentinel: 26379, cluster: 6379 };

/**
 * `redis://[user:password@]host:port[/db]`, `redis+sentinel://host:port,host:port/GROUP[/db]`,
 * `redis+cluster://host:port,host:port`; `rediss` for TLS. Undefined where it is none of these.
 */
export function parseRedisUrl(url: string): RedisAddress | undefined {
  const [, s, scheme, userinfo, hosts = "", path = ""] = form.exec(url) ?? [];
  if (hosts === "") return undefined;
  const kind = scheme === "sentinel" || scheme === "cluster" ? scheme : "single";
  const endpoints = hosts.split(",").map((text) => parseEndpoint(text, portsByKind[kind]));
  const known = endpoints.filter((endpoint) => endpoint !== undefined);
  const access = parseAccess(userinfo ?? "");
  const [first] = known;
  if (access === undefined || first === undefined || known.length < endpoints.length) return undefined;
  const base = { ...access, isEncrypted: s === "s" };
  const parts = path.split("/");
  const db = (kind === "sentinel" ? parts[1] : parts[0]) || "0";
  if (!dbForm.test(db) || parts.length > (kind === "sentinel" ? 2 : 1)) return undefined;
  if (kind === "cluster") return db === "0" ? { ...base, kind, endpoints: known } : undefined;
  if (kind === "single") {
    return known.length === 1 ? { ...base, kind, endpoints: [first], db: Number(db) } : undefined;
  }
  const group = decoded(parts[0] ?? "");
  return group ? { ...base, kind, endpoints: known, group, db: Number(db) } : undefined;
}

function parseEndpoint(text: string, portDefault: number): RedisEndpoint | undefined {
  const [, host, port = String(portDefault)] = endpointForm.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function parseAccess(userinfo: string): Pick<Access, "username" | "password"> | undefined {
  const colon = userinfo.indexOf(":");
  const username = decoded(colon < 0 ? userinfo : userinfo.slice(0, colon));
  const password = decoded(colon < 0 ? "" : userinfo.slice(colon + 1));
  if (username === undefined || password === undefined) return undefined;
  return { username: username || undefined, password: password || undefined };
}

/** Undefined where what is encoded is no text. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

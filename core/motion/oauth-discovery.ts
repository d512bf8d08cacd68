// Owns finding out where a server's tokens are to be had: what the server says of itself (RFC 9728), and what
// an authorization server says (RFC 8414). Asks hosts that the policy names and no others.

import type { JsonObject, JsonValue } from "../contracts/json.ts";
import type { ToolUrl } from "../contracts/tool-spec.ts";
import { isLoopbackHost } from "../text/host.ts";
import { isObject } from "../text/json.ts";

export interface DiscoveryOptions {
  /** The server's own URL, without a slash at the end. */
  readonly resource: string;
  /** Issuers that the policy trusts. */
  readonly issuers: readonly string[];
  /** Undefined: nobody has answered with JSON. */
  readonly get: (url: ToolUrl) => Promise<JsonValue | undefined>;
}

/** Undefined: nobody says so, or not as the standards have it. */
export async function findTokenUrl(options: DiscoveryOptions): Promise<ToolUrl | undefined> {
  const issuer = await findIssuer(options);
  return issuer === undefined ? undefined : tokenUrlOf(issuer, options);
}

/** The first that the server names and the policy trusts. */
async function findIssuer({ resource, issuers, get }: DiscoveryOptions): Promise<string | undefined> {
  const { origin, pathname } = new URL(resource);
  const path = pathname === "/" ? "" : pathname;
  const known = "/.well-known/oauth-protected-resource";
  for (const [place, named] of [
    [known + path, resource],
    [known, origin],
  ] as const) {
    const said = await get({ origin, path: place });
    if (!isObject(said) || ![resource, named].includes(bare(said.resource))) continue;
    const offered = Array.isArray(said.authorization_servers) ? said.authorization_servers.map(bare) : [];
    const found = issuers.find((issuer) => offered.includes(bare(issuer)));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function tokenUrlOf(issuer: string, { issuers, get }: DiscoveryOptions): Promise<ToolUrl | undefined> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname === "/" ? "" : bare(pathname);
  const places = [
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
    `${path}/.well-known/openid-configuration`,
  ];
  for (const place of new Set(places)) {
    const said = await get({ origin, path: place });
    // Metadata of another issuer would send the secret to whoever wrote it (RFC 8414 section 3.3).
    if (isObject(said) && bare(said.issuer) === bare(issuer)) return endpointIn(said, issuers);
  }
  return undefined;
}

function endpointIn({ token_endpoint: endpoint }: JsonObject, issuers: readonly string[]) {
  const url = typeof endpoint === "string" ? URL.parse(endpoint) : null;
  if (url === null || url.username !== "" || url.password !== "") return undefined;
  const isSafe = url.protocol === "https:" || isLoopbackHost(url.hostname);
  const isNamed = issuers.some((issuer) => new URL(issuer).origin === url.origin);
  return isSafe && isNamed ? { origin: url.origin, path: url.pathname + url.search } : undefined;
}

/** With and without a slash at the end they are one. */
function bare(text: JsonValue | undefined): string {
  return typeof text === "string" ? text.replace(/\/$/, "") : "";
}

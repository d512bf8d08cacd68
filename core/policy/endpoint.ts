// Owns reading the URLs and paths an operator declares. Knows nothing of where they stand.

import type { Endpoint } from "../contracts/policy.ts";
import { isMetadataHost } from "../text/host.ts";

/** What is wrong with a URL, in words that do not repeat it: it may hold a password. */
export function urlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "is not a URL";
  if (url.protocol !== "http:" && url.protocol !== "https:") return "is neither http nor https";
  if (url.username !== "" || url.password !== "") return "holds credentials";
  if (isMetadataHost(url.hostname)) return "is a cloud metadata address, which nothing may reach";
  return url.hash === "" ? undefined : "holds a fragment";
}

/** Of a URL without a problem. */
export function toEndpoint(text: string): Endpoint {
  const url = new URL(text);
  const isTls = url.protocol === "https:";
  return {
    origin: url.origin,
    hostname: url.hostname,
    port: url.port === "" ? (isTls ? 443 : 80) : Number(url.port),
    isTls,
    basePath: url.pathname.replace(/\/+$/, ""),
  };
}

/** `/search/` and `/search` are one prefix. */
export function trimPath(path: string): string {
  return path === "/" ? path : path.replace(/\/$/, "");
}

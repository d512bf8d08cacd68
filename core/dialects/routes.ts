// Owns finding a provider's route in its table. Must not know any provider.

import type { Coverage, CoveredRoute } from "../contracts/dialect.ts";

/** The routes of lines such as `GET,POST /v1/files`, `*` standing for one segment. */
export function listRoutes(coverage: Coverage, lines: string): CoveredRoute[] {
  return lines
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [methods = "", path = ""] = line.trim().split(" ");
      return methods.split(",").map((method) => ({ method, path, coverage }));
    });
}

/** `undefined`: not listed, which is refused as well. `path` is without its query, as the client wrote it. */
export function findRoute(
  routes: readonly CoveredRoute[],
  method: string,
  path: string,
): CoveredRoute | undefined {
  return routes.find((route) => route.method === method && (route.path === path || isLike(route.path, path)));
}

function isLike(pattern: string, path: string): boolean {
  if (!pattern.includes("*")) return false;
  const names = pattern.split("/");
  const segments = path.split("/");
  if (names.length !== segments.length) return false;
  return names.every((name, at) => (name === "*" ? isName(segments[at]) : name === segments[at]));
}

/** Nothing that another reader could take for a way up or for two segments (HARDENING: routed segments). */
function isName(segment: string | undefined): boolean {
  if (segment === undefined || segment === "" || segment === "." || segment === "..") return false;
  return !/%2e|%2f|%5c|\\/i.test(segment);
}

// Owns finding a provider's route in its table. Must not know any provider.

import type { Coverage, CoveredRoute, Dialect, MeteredFamily } from "../contracts/dialect.ts";
import { metered } from "./metered.ts";

/** The routes of lines such as `GET,POST /v1/files`, with the patterns of `CoveredRoute`. */
export function listRoutes(coverage: Coverage, lines: string, dialect?: Dialect): CoveredRoute[] {
  return lines
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [methods = "", path = ""] = line.trim().split(" ");
      return methods.split(",").map((method) => ({ method, path, coverage, dialect }));
    });
}

/** Routes that pass unread, as one family that a policy may list. */
export function listMetered(family: MeteredFamily, lines: string, dialect = metered): CoveredRoute[] {
  return listRoutes("metered", lines, dialect).map((route) => ({ ...route, family }));
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
  if (!/[*+]/.test(pattern)) return false;
  const names = pattern.split("/");
  const segments = path.split("/");
  if (names.length !== segments.length) return false;
  return names.every((name, at) => fits(name, segments[at] ?? ""));
}

function fits(name: string, segment: string): boolean {
  if (name === "+") return segment !== "" && segment !== "." && segment !== "..";
  if (!name.startsWith("*")) return name === segment;
  const suffix = name.slice(1);
  return segment.endsWith(suffix) && isName(segment.slice(0, segment.length - suffix.length));
}

/** Nothing that another reader could take for a way up or for two segments (HARDENING: routed segments). */
function isName(segment: string): boolean {
  if (segment === "" || segment === "." || segment === "..") return false;
  return !/%2e|%2f|%5c|\\/i.test(segment);
}

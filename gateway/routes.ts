// Owns which agent a request at the edge is for: by name, host or path. Built whole at policy load; makes no
// filter.

import type { IncomingMessage } from "node:http";
import type { Dialect, RequestHead } from "../core/contracts/dialect.ts";
import type { Filter, Route } from "../core/contracts/exchange.ts";
import type { AgentSpec } from "../core/contracts/policy.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import { registryPath } from "../core/filters/registry.ts";
import { checkRoutedSegments } from "../core/motion/edge.ts";
import type { Picked } from "../core/motion/picked.ts";

const agentsPrefix = "/agents/";

export interface AgentRoute {
  readonly agent: AgentSpec;
  readonly route: Route;
}

export interface EdgeRoutesOptions {
  readonly agents: readonly AgentRoute[];
  /** Of tools that register themselves; undefined: nobody may. */
  readonly registry: Route | undefined;
  /** What a refused request still passes: trace and audit. */
  readonly refusedChain: readonly Filter[];
  readonly plain: Dialect;
}

interface PathRoute {
  readonly host: string | undefined;
  readonly path: string;
  readonly route: Route;
}

export class EdgeRoutes {
  readonly #options: EdgeRoutesOptions;
  readonly #byName: ReadonlyMap<string, Route>;
  /** Longest path first, those bound to a host before those that are not. */
  readonly #byPath: readonly PathRoute[];
  readonly #routedSegments: number;

  constructor(options: EdgeRoutesOptions) {
    this.#options = options;
    this.#byName = new Map(options.agents.map(({ agent, route }) => [agent.name, route]));
    this.#byPath = options.agents.flatMap(pathRoutes).sort(closerFirst);
    const depths = this.#byPath.map(({ path }) => path.split("/").length - 1);
    this.#routedSegments = Math.max(2, ...depths);
  }

  pick(request: IncomingMessage): Picked | Refusal {
    const url = request.url ?? "";
    if (!url.startsWith("/")) return refuse("method_refused");
    const queryAt = url.indexOf("?");
    const path = queryAt < 0 ? url : url.slice(0, queryAt);
    const refusal = checkRoutedSegments(path, this.#routedSegments);
    if (refusal !== undefined) return refusal;
    const query = queryAt < 0 ? "" : url.slice(queryAt);
    const found =
      this.#inRegistry(path) ??
      this.#byAgentName(path) ??
      this.#byHostOrPath(path, request.headers.host ?? "");
    if (found === undefined) return refuse("route_unknown");
    const head: RequestHead = {
      method: request.method ?? "",
      path: found.path,
      query,
      headers: request.headers,
    };
    return { kind: "picked", route: found.route, head };
  }

  refusedRoute(refusal: Refusal): Route {
    const { plain, refusedChain } = this.#options;
    return {
      name: "refused",
      agent: "none",
      dialect: plain,
      api: undefined,
      exchangeChain: refusedChain,
      attemptChain: [],
      bodyBytesMax: 0,
      targets: () => refusal,
    };
  }

  #inRegistry(path: string): { route: Route; path: string } | undefined {
    const { registry: route } = this.#options;
    return route !== undefined && isBelow(path, registryPath) ? { route, path } : undefined;
  }

  #byAgentName(path: string): { route: Route; path: string } | undefined {
    if (!path.startsWith(agentsPrefix)) return undefined;
    const end = path.indexOf("/", agentsPrefix.length);
    const name = path.slice(agentsPrefix.length, end < 0 ? undefined : end);
    const route = this.#byName.get(name);
    return route === undefined ? undefined : { route, path: end < 0 ? "/" : path.slice(end) };
  }

  /** The path goes on whole: an agent behind its own host or prefix sees what the client wrote. */
  #byHostOrPath(path: string, hostHeader: string): { route: Route; path: string } | undefined {
    const host = hostHeader.replace(/:\d+$/, "").toLowerCase();
    const found = this.#byPath.find((entry) => (entry.host ?? host) === host && isBelow(path, entry.path));
    return found === undefined ? undefined : { route: found.route, path };
  }
}

function pathRoutes({ agent, route }: AgentRoute): PathRoute[] {
  const { hosts, paths } = agent;
  if (hosts.length === 0) return paths.map((path) => ({ host: undefined, path, route }));
  const prefixes = paths.length === 0 ? ["/"] : paths;
  return hosts.flatMap((host) => prefixes.map((path) => ({ host, path, route })));
}

function closerFirst(a: PathRoute, b: PathRoute): number {
  return b.path.length - a.path.length || Number(a.host === undefined) - Number(b.host === undefined);
}

/** Prefixes end at a segment's border: `/search` takes `/search/x` and not `/searches`. */
function isBelow(path: string, prefix: string): boolean {
  if (prefix === "/" || path === prefix) return true;
  return path.startsWith(prefix) && path[prefix.length] === "/";
}

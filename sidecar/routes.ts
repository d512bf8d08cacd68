// Owns which route a request of the agent takes out of the pod. Built whole at policy load; makes no filter.

import type { IncomingMessage } from "node:http";
import type { Api, CoveredRoute, Dialect, MeteredFamily, RequestHead } from "../core/contracts/dialect.ts";
import type { AttemptFilter, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { Endpoint } from "../core/contracts/policy.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import { checkRoutedSegments } from "../core/motion/edge.ts";
import type { Picked } from "../core/motion/picked.ts";
import { findCovered } from "../core/policy/dialects.ts";
import type { AgentRoutes } from "./agents.ts";
import { type McpHosts, type NamedHost, originOf } from "./mcp-hosts.ts";
import type { ToolRoutes } from "./tool-routes.ts";

/** HARDENING §1: egress bodies up to 32 MiB, vendors take files. */
export const egressBodyBytesMax = 32 * 1024 * 1024;

export interface EgressOptions {
  readonly agent: string;
  readonly agents: Pick<AgentRoutes, "pick">;
  /** By the name that is the path's first segment. */
  readonly providers: ReadonlyMap<string, EgressProvider>;
  readonly exchangeChain: readonly Filter[];
  readonly attemptChain: readonly AttemptFilter[];
  readonly metered: MeteredOptions;
  /** Of MCP servers the agent may ask, by name: `/mcp/{server}`. */
  readonly mcp: ReadonlyMap<string, Route>;
  /** Their hosts, as agents name them. */
  readonly mcpHosts: McpHosts;
  /** Below `/tools`. */
  readonly tools: Pick<ToolRoutes, "pick">;
  /** What a refused request still passes: trace and audit. */
  readonly refusedChain: readonly Filter[];
  /** By the policy's Model name, in the order they are to be tried. */
  readonly targets: ReadonlyMap<string, readonly Target[]>;
  /** For what speaks no provider's dialect. */
  readonly plain: Dialect;
}

export interface EgressProvider {
  readonly api: Api;
  /** For what names no model. */
  readonly target: Target;
  readonly baseUrl: Endpoint;
}

/** What passes unread. */
export interface MeteredOptions {
  readonly families: ReadonlySet<MeteredFamily>;
  readonly exchangeChain: readonly Filter[];
  readonly attemptChain: readonly AttemptFilter[];
}

export class EgressRoutes {
  readonly #options: EgressOptions;
  /** By provider, and there by what its table says. */
  readonly #covered = new Map<string, Map<CoveredRoute, Route>>();

  constructor(options: EgressOptions) {
    this.#options = options;
  }

  pick(request: IncomingMessage): Picked | Refusal {
    const { name, path, query } = splitTarget(request.url ?? "");
    if (name === "mcp") return this.#pickMcp(request, path, query);
    if (name === "agents") return this.#pickAgent(request, path, query);
    const { method = "", headers } = request;
    if (name === "tools") {
      const below = path === "/" && !request.url?.startsWith("/tools/") ? "" : path;
      const odd = checkRoutedSegments(`/tools${below}`, 2);
      return odd ?? this.#options.tools.pick({ method, path: below, query, headers });
    }
    const provider = this.#options.providers.get(name);
    // A provider's own name holds nothing that could be read in two ways.
    if (provider === undefined) return checkRoutedSegments(`/${name}${path}`, 1) ?? refuse("route_unknown");
    const route = this.#route(name, provider, findCovered(provider.api, method, path));
    return { kind: "picked", head: { method, path, query, headers }, route };
  }

  /** Whatever a server's own path is, here it is one endpoint. */
  #pickMcp(request: IncomingMessage, path: string, query: string): Picked | Refusal {
    const server = /^\/([a-z0-9.-]+)\/?$/.exec(path)?.[1];
    const route = server === undefined ? undefined : this.#options.mcp.get(server);
    if (route === undefined || query !== "") return checkRoutedSegments(path, 2) ?? refuse("route_unknown");
    const { method = "", headers } = request;
    return { kind: "picked", head: { method, path: "/", query: "", headers }, route };
  }

  #pickAgent({ method = "", headers }: IncomingMessage, path: string, query: string): Picked | Refusal {
    const picked = this.#options.agents.pick(path);
    if ("kind" in picked) return picked;
    return { kind: "picked", head: { method, path: picked.path, query, headers }, route: picked.route };
  }

  /** A Provider's, or an MCP server's: its calls go by what the policy says of it. */
  isDeclared(host: NamedHost): boolean {
    return this.#options.mcpHosts.isOne(host) || this.#providersAt(host).length > 0;
  }

  /** Undefined: nobody's host. What is not its Provider's or its MCP server's to answer is refused. */
  pickDeclared(host: NamedHost, head: RequestHead): Picked | undefined {
    const { mcpHosts } = this.#options;
    const found = mcpHosts.pick(host, head) ?? this.#pickProvider(host, head);
    if (found !== undefined || !mcpHosts.isOne(host)) return found;
    return { kind: "picked", head, route: this.refusedRoute(refuse("route_unknown")) };
  }

  /** As `/{provider}` would. Of several at one host the one whose base path says most. */
  #pickProvider(host: NamedHost, head: RequestHead): Picked | undefined {
    const all = this.#providersAt(host);
    if (all.length === 0) return undefined;
    const found = all.flatMap(([name, provider]) =>
      below(provider, head.path).map((path) => ({ name, provider, path })),
    );
    const covered = found.find(({ provider: { api }, path }) => findCovered(api, head.method, path));
    const { name, provider, path } = covered ?? found[0] ?? {};
    if (name === undefined || provider === undefined || path === undefined) {
      return { kind: "picked", head, route: this.refusedRoute(refuse("route_unknown")) };
    }
    const route = this.#route(name, provider, findCovered(provider.api, head.method, path));
    return { kind: "picked", head: { ...head, path }, route };
  }

  #providersAt(host: NamedHost): readonly (readonly [string, EgressProvider])[] {
    const origin = originOf(host);
    const at = [...this.#options.providers].filter(([, { baseUrl }]) => baseUrl.origin === origin);
    return at.toSorted(([, a], [, b]) => b.baseUrl.basePath.length - a.baseUrl.basePath.length);
  }

  /** No route took it: it leaves its line all the same. */
  refusedRoute(refusal: Refusal): Route {
    return this.#refused("refused", refusal, this.#options.plain);
  }

  #refused(name: string, refusal: Refusal, dialect: Dialect): Route {
    const { agent, refusedChain } = this.#options;
    return {
      name,
      agent,
      dialect,
      api: undefined,
      exchangeChain: refusedChain,
      attemptChain: [],
      bodyBytesMax: 0,
      targets: () => refusal,
    };
  }

  #route(name: string, provider: EgressProvider, covered: CoveredRoute | undefined): Route {
    const { api } = provider;
    if (covered === undefined) return this.#refused("refused", refuse("route_unknown"), api.dialect);
    const known = this.#covered.get(name)?.get(covered);
    if (known !== undefined) return known;
    const route = this.#make(`${name}${covered.path}`, provider, covered);
    const routes = this.#covered.get(name) ?? new Map<CoveredRoute, Route>();
    this.#covered.set(name, routes.set(covered, route));
    return route;
  }

  #make(name: string, { api, target }: EgressProvider, covered: CoveredRoute): Route {
    const { coverage, dialect, family, saysUsage } = covered;
    const { agent, exchangeChain, attemptChain, targets, metered } = this.#options;
    if (dialect === undefined) return this.#refused(name, refuse("route_refused"), api.dialect);
    if (family !== undefined && !metered.families.has(family)) {
      return this.#refused(name, refuseUnread(family), api.dialect);
    }
    const isMetered = coverage === "metered";
    return {
      name,
      agent,
      dialect,
      api,
      coverage,
      saysUsage,
      exchangeChain: isMetered ? metered.exchangeChain : exchangeChain,
      attemptChain: isMetered ? metered.attemptChain : attemptChain,
      bodyBytesMax: egressBodyBytesMax,
      targets: ({ model, call }) => {
        if (model === undefined && (isMetered || call?.operation === "stored")) return [target];
        return targets.get(model ?? "") ?? refuse("model_denied");
      },
    };
  }
}

function refuseUnread(family: MeteredFamily): Refusal {
  return refuse("route_refused", {
    message: `This route passes unread. The policy may list \`${family}\` under this agent's \`metered\`.`,
  });
}

/** The paths below a provider that lead to this one at its host: as the SDK wrote it, or less the base. */
function below({ api, baseUrl: { basePath } }: EgressProvider, path: string): readonly string[] {
  const cut = path.startsWith(`${basePath}/`) ? [path.slice(basePath.length)] : [];
  return [...new Set([path, ...cut])].filter(
    (one) => basePath + (api.below?.(basePath, one) ?? one) === path,
  );
}

/** `/openai/v1/models?limit=2` → `openai`, `/v1/models`, `?limit=2`. */
function splitTarget(url: string): { readonly name: string; readonly path: string; readonly query: string } {
  const at = url.indexOf("?");
  const end = at === -1 ? url.length : at;
  const slash = url.indexOf("/", 1);
  const nameEnd = slash === -1 || slash > end ? end : slash;
  return { name: url.slice(1, nameEnd), path: url.slice(nameEnd, end) || "/", query: url.slice(end) };
}

// Owns which route a request of the agent takes out of the pod. Built whole at policy load; makes no filter.

import type { IncomingMessage } from "node:http";
import type { CoveredRoute, Dialect, RequestHead } from "../core/contracts/dialect.ts";
import type { AttemptFilter, Filter, Route, Target } from "../core/contracts/exchange.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import { checkRoutedSegments } from "../core/motion/edge.ts";
import type { Picked } from "../core/motion/server.ts";
import type { ProviderRoutes } from "../core/policy/dialects.ts";

/** HARDENING §1: egress bodies up to 32 MiB, vendors take files. */
const egressBodyBytesMax = 32 * 1024 * 1024;

export interface EgressOptions {
  readonly agent: string;
  /** By the name that is the path's first segment. */
  readonly providers: ReadonlyMap<string, ProviderRoutes>;
  readonly exchangeChain: readonly Filter[];
  readonly attemptChain: readonly AttemptFilter[];
  /** What a refused request still passes: trace and audit. */
  readonly refusedChain: readonly Filter[];
  /** By the policy's Model name, in the order they are to be tried. */
  readonly targets: ReadonlyMap<string, readonly Target[]>;
  /** For what speaks no provider's dialect. */
  readonly plain: Dialect;
}

export class EgressRoutes {
  readonly #options: EgressOptions;
  readonly #covered = new Map<string, Route>();

  constructor(options: EgressOptions) {
    this.#options = options;
  }

  pick(request: IncomingMessage): Picked | Refusal {
    const url = request.url ?? "";
    // CONNECT and absolute form are a forward proxy's: no host is on the list yet.
    if (!url.startsWith("/")) return refuse("egress_denied");
    const refusal = checkRoutedSegments(url.split("?", 1)[0] ?? "", 1);
    if (refusal !== undefined) return refusal;
    const [, name, path, query] = /^\/([^/?]*)([^?]*)(.*)$/s.exec(url) ?? [];
    const provider = name === undefined ? undefined : this.#options.providers.get(name);
    if (name === undefined || provider === undefined) return refuse("route_unknown");
    const method = request.method ?? "";
    const head: RequestHead = { method, path: path || "/", query: query ?? "", headers: request.headers };
    return { kind: "picked", head, route: this.#route(name, provider, provider.find(method, head.path)) };
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
      exchangeChain: refusedChain,
      attemptChain: [],
      bodyBytesMax: 0,
      targets: () => refusal,
    };
  }

  #route(name: string, { dialect }: ProviderRoutes, covered: CoveredRoute | undefined): Route {
    if (covered === undefined) return this.#refused("refused", refuse("route_unknown"), dialect);
    const key = `${name}${covered.path}`;
    if (covered.coverage === "refused") return this.#refused(key, refuse("route_refused"), dialect);
    const known = this.#covered.get(key);
    if (known !== undefined) return known;
    const { agent, exchangeChain, attemptChain, targets } = this.#options;
    const route: Route = {
      name: key,
      agent,
      dialect,
      exchangeChain,
      attemptChain,
      bodyBytesMax: egressBodyBytesMax,
      targets: ({ model }) => targets.get(model ?? "") ?? refuse("model_denied"),
    };
    this.#covered.set(key, route);
    return route;
  }
}

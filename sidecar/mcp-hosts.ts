// Owns which host that the agent names is an MCP server's of the policy, and the route it takes then. Makes
// no route.

import type { RequestHead } from "../core/contracts/dialect.ts";
import type { Route } from "../core/contracts/exchange.ts";
import type { Endpoint } from "../core/contracts/policy.ts";
import type { Picked } from "../core/motion/picked.ts";
import { bracket } from "../core/text/authority.ts";

/** A host as an agent names it that thinks it talks to whoever is there itself. */
export interface NamedHost {
  readonly host: string;
  readonly port: number;
  readonly scheme: "http" | "https";
}

export interface McpHost {
  readonly endpoint: Endpoint;
  /** Undefined: this agent may not use the server. */
  readonly route: Route | undefined;
}

export class McpHosts {
  readonly #all: readonly McpHost[];

  constructor(all: readonly McpHost[]) {
    this.#all = all;
  }

  isOne(host: NamedHost): boolean {
    return this.#at(host).length > 0;
  }

  /** As `/mcp/{server}` would. A server's own path and no other: there are many ways to write one. */
  pick(host: NamedHost, { path, ...head }: RequestHead): Picked | undefined {
    const asked = path.replace(/\/$/, "");
    const found = this.#at(host).find(({ endpoint, route }) => {
      return route !== undefined && head.query === "" && endpoint.basePath === asked;
    });
    return found?.route && { kind: "picked", head: { ...head, path: "/" }, route: found.route };
  }

  #at(host: NamedHost): readonly McpHost[] {
    const origin = originOf(host);
    return this.#all.filter(({ endpoint }) => endpoint.origin === origin);
  }
}

export function originOf({ host, port, scheme }: NamedHost): string {
  return new URL(`${scheme}://${bracket(host)}:${port}`).origin;
}

// Owns which route a request takes whose host the agent names: absolute form, CONNECT, and what is inside a
// tunnel. Makes no filter.

import type { IncomingMessage } from "node:http";
import type { RequestHead } from "../core/contracts/dialect.ts";
import type { EgressRuleSpec } from "../core/contracts/egress-spec.ts";
import type { Filter, Route, Target } from "../core/contracts/exchange.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import type { Picked } from "../core/motion/picked.ts";
import type { Tunnels } from "../core/motion/tunnels.ts";
import { plainDialect, webDialect } from "../core/policy/dialects.ts";
import { siteTarget } from "../core/policy/site-target.ts";
import { type Authority, printAuthority, readAuthority } from "../core/text/authority.ts";
import { isMetadataHost } from "../core/text/host.ts";
import { EgressList } from "./egress-list.ts";
import { type EgressRoutes, egressBodyBytesMax } from "./routes.ts";

export interface ForwardProxyOptions {
  readonly agent: string;
  readonly rules: readonly EgressRuleSpec[];
  readonly routes: EgressRoutes;
  readonly tunnels: Tunnels;
  /** Of requests that are read here. */
  readonly siteChain: readonly Filter[];
  /** Of tunnels whose bytes pass unread. */
  readonly tunnelChain: readonly Filter[];
  /** Of tunnels that are taken apart, whose requests walk by themselves; and of what is refused. */
  readonly outerChain: readonly Filter[];
}

type Scheme = "http" | "https";
const defaultPorts: Readonly<Record<Scheme, number>> = { http: 80, https: 443 };

/** A request's target, split. */
interface Aim {
  readonly authority: Authority;
  readonly scheme: Scheme;
  readonly head: RequestHead;
}

export class ForwardProxy {
  readonly #options: ForwardProxyOptions;
  readonly #list: EgressList;
  /** Of hosts that have entries of their own. */
  readonly #targets: ReadonlyMap<EgressRuleSpec, Target>;

  constructor(options: ForwardProxyOptions) {
    this.#options = options;
    this.#list = new EgressList(options.rules);
    const own = options.rules.filter(({ isWildcard }) => !isWildcard);
    this.#targets = new Map(
      own.map((rule) => {
        const scheme = rule.inspect ? "https" : "http";
        return [rule, siteTarget({ host: rule.host, scheme, rule })];
      }),
    );
  }

  get targets(): readonly Target[] {
    return [...this.#targets.values()];
  }

  /** Undefined: the agent means this sidecar itself. */
  pick(request: IncomingMessage): Picked | Refusal | undefined {
    const { method = "", url = "" } = request;
    const around = this.#options.tunnels.around(request.socket);
    if (around !== undefined) return this.#pickInside(request, { ...around, isAddress: false });
    if (method === "CONNECT") return this.#pickTunnel(request);
    return url.startsWith("/") ? undefined : this.#pickSite(request);
  }

  #pickTunnel(request: IncomingMessage): Picked | Refusal {
    const { url = "", headers } = request;
    const authority = readAuthority(url);
    if (authority === undefined) return misspelt;
    const mismatch = checkHost(headers.host, authority, authority.port);
    const head = { method: "CONNECT", path: "/", query: "", headers };
    const refused = (refusal: Refusal): Picked => this.#refused(refusal, { authority, head });
    if (mismatch !== undefined) return refused(mismatch);
    const rule = this.#allow(authority);
    if (rule.kind === "refusal") return refused(rule);
    const { host, port, isAddress } = authority;
    if (isAddress) return refused(refuse("tunnel_denied", { message: "TLS cannot name an address." }));
    if (!rule.inspect && this.#options.routes.isDeclared({ host, port, scheme: "https" })) {
      return refused(refuse("egress_denied", { message: unread }));
    }
    const { siteChain: _, outerChain, tunnelChain } = this.#options;
    const chain = rule.inspect ? outerChain : tunnelChain;
    const route = { ...this.#route(`connect ${rule.name}`, authority, chain), entry: rule.name };
    return { kind: "picked", route, head, tunnel: { host, port, rule } };
  }

  #pickSite(request: IncomingMessage): Picked | Refusal {
    const aim = readAim(request);
    if ("kind" in aim) return aim;
    const { authority, scheme } = aim;
    const mismatch = checkHost(request.headers.host, authority, defaultPorts[scheme]);
    if (mismatch !== undefined) return this.#refused(mismatch, aim);
    if (scheme === "https") {
      return this.#refused(
        refuse("egress_denied", { message: "https goes through a tunnel (CONNECT)." }),
        aim,
      );
    }
    return this.#pickAllowed(aim);
  }

  /** The policy in force counts, not the one under which the tunnel was opened. */
  #pickInside(request: IncomingMessage, authority: Authority): Picked | Refusal {
    const { method = "", url = "", headers } = request;
    const aim = url.startsWith("/")
      ? { authority, scheme: "https" as const, head: splitHead(request, url) }
      : readAim(request);
    if (method === "CONNECT" || "kind" in aim) return refuse("egress_denied");
    const isElsewhere = aim.scheme !== "https" || !isSame(aim.authority, authority);
    const mismatch = isElsewhere ? otherHost : checkHost(headers.host, authority, defaultPorts.https);
    return mismatch === undefined ? this.#pickAllowed(aim) : this.#refused(mismatch, aim);
  }

  #pickAllowed(aim: Aim): Picked {
    const { authority, head, scheme } = aim;
    const rule = this.#allow(authority);
    if (rule.kind === "refusal") return this.#refused(rule, aim);
    if (scheme === "https" && !rule.inspect) return this.#refused(refuse("egress_denied"), aim);
    const { host, port } = authority;
    const declared = this.#options.routes.pickDeclared({ host, port, scheme }, head);
    if (declared !== undefined) return declared;
    const known = rule.inspect === (scheme === "https") ? this.#targets.get(rule) : undefined;
    const target = known ?? siteTarget({ host, scheme, rule });
    const route = this.#route(`egress ${rule.name}`, authority, this.#options.siteChain);
    const bodyBytesMax = egressBodyBytesMax;
    const { name: entry } = rule;
    const site: Route = { ...route, entry, dialect: webDialect, bodyBytesMax, targets: () => [target] };
    return { kind: "picked", route: site, head };
  }

  #allow(authority: Authority): (EgressRuleSpec & { kind?: never }) | Refusal {
    if (isMetadataHost(authority.host)) return refuse("address_denied");
    return this.#list.find(authority) ?? refuse("egress_denied");
  }

  #refused(refusal: Refusal, { authority, head }: Pick<Aim, "authority" | "head">): Picked {
    const route = this.#route("refused", authority, this.#options.outerChain);
    return { kind: "picked", route: { ...route, targets: () => refusal }, head };
  }

  #route(name: string, authority: Authority, exchangeChain: readonly Filter[]): Route {
    return {
      name,
      agent: this.#options.agent,
      host: printAuthority(authority),
      dialect: plainDialect,
      api: undefined,
      exchangeChain,
      attemptChain: [],
      bodyBytesMax: 0,
      targets: () => [],
    };
  }
}

const misspelt = refuse("egress_denied", {
  message: "The host is not spelled in the one way that everybody reads alike: host:port, in ASCII.",
});
const otherHost = refuse("request_malformed", {
  message: "The Host header names another host than the request's target.",
});
const unread = "This host is a provider's or an MCP server's: its calls do not pass unread.";

/** RFC 9112 §3.2.2: the target counts; where the header says something else somebody is to be misled. */
function checkHost(host: string | undefined, authority: Authority, portMeant: number): Refusal | undefined {
  if (host === undefined) return undefined;
  const named = readAuthority(host, portMeant);
  return named !== undefined && isSame(named, authority) ? undefined : otherHost;
}

function isSame(a: Authority, b: Authority): boolean {
  return a.host === b.host && a.port === b.port;
}

/** RFC 9112 §3.2.2. */
function readAim(request: IncomingMessage): Aim | Refusal {
  const { url = "" } = request;
  const [, scheme, authorityText = "", rest = ""] = /^(https?):\/\/([^/?]*)(.*)$/i.exec(url) ?? [];
  if (scheme === undefined) return refuse("egress_denied");
  const known = scheme.toLowerCase() as Scheme;
  const authority = readAuthority(authorityText, defaultPorts[known]);
  if (authority === undefined) return misspelt;
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return { authority, scheme: known, head: splitHead(request, path) };
}

function splitHead({ method = "", headers }: IncomingMessage, url: string): RequestHead {
  const at = url.indexOf("?");
  const end = at === -1 ? url.length : at;
  return { method, path: url.slice(0, end), query: url.slice(end), headers };
}

// Owns the making of `/mcp/{server}`: one route a server that the agent may ask. Parts are made here,
// chain.ts puts them in order; knows no message.

import type { Exchange, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, McpServerSpec, McpUseSpec, Policy } from "../core/contracts/policy.ts";
import { mcpDialect } from "../core/dialects/mcp.ts";
import { limitsFilter } from "../core/filters/limits.ts";
import { askTools } from "../core/filters/mcp/ask-tools.ts";
import type { McpRules } from "../core/filters/mcp/rules.ts";
import { mcpAccessFilter } from "../core/filters/mcp-access.ts";
import { mcpAnswersFilter } from "../core/filters/mcp-answers.ts";
import { mcpApprovalFilter } from "../core/filters/mcp-approval.ts";
import { mcpFrontFilter } from "../core/filters/mcp-front.ts";
import { mcpHeadersFilter, mcpParamsFilter } from "../core/filters/mcp-headers.ts";
import { mcpLimitsFilter } from "../core/filters/mcp-limits.ts";
import { mcpListsFilter } from "../core/filters/mcp-lists.ts";
import { mcpSessionsFilter } from "../core/filters/mcp-sessions.ts";
import { redirectsFilter } from "../core/filters/redirects.ts";
import { carryBy } from "../core/motion/pools.ts";
import { mcpApprovals } from "../core/policy/approvals.ts";
import { mcpLimits } from "../core/policy/limits.ts";
import { mcpTarget } from "../core/policy/mcp-target.ts";
import { waitingBy } from "../core/program/approvals.ts";
import { shadowEvents } from "../core/program/budget-events.ts";
import { guardsOf } from "../core/program/guards.ts";
import type { Equipment } from "../core/program/host.ts";
import { mcpWatch, processLine } from "../core/program/mcp-events.ts";
import { type McpParts, mcpAttemptChain, mcpChain } from "./chain.ts";
import type { McpHost } from "./mcp-hosts.ts";
import { type McpLine, type McpLines, streamTimeouts } from "./mcp-lines.ts";

export interface McpMeans {
  readonly policy: Policy;
  readonly equipment: Equipment;
  readonly lines: McpLines;
  readonly outer: { readonly trace: Filter; readonly audit: Filter };
  readonly attribute: Filter;
}

export interface McpRoutes {
  /** By the server's name. */
  readonly byName: ReadonlyMap<string, Route>;
  /** Of all servers of the policy: no agent talks to one past it. */
  readonly hosts: readonly McpHost[];
}

export function mcpRoutes(agent: AgentSpec, means: McpMeans): McpRoutes {
  const { mcpServers } = means.policy;
  const made = new Map<string, MadeRoute>();
  for (const use of agent.mcpServers.values()) {
    const server = mcpServers.get(use.name);
    if (server !== undefined) made.set(use.name, mcpRoute(agent, { server, use }, means));
  }
  means.lines.keep([...agent.mcpServers.keys()].flatMap((name) => mcpServers.get(name) ?? []));
  const hosts = [...mcpServers.values()].flatMap(({ name, upstream }): readonly McpHost[] => {
    return upstream.kind === "http" ? [{ endpoint: upstream.endpoint, route: made.get(name)?.atHost }] : [];
  });
  return { byName: new Map([...made].map(([name, { route }]) => [name, route])), hosts };
}

interface MadeRoute {
  readonly route: Route;
  /** The same, where the agent has named the server's own host: Host says that one. */
  readonly atHost: Route;
}

interface Used {
  readonly server: McpServerSpec;
  readonly use: McpUseSpec;
}

function mcpRoute(agent: AgentSpec, { server, use }: Used, means: McpMeans): MadeRoute {
  const { equipment, lines } = means;
  const { environment, resolve } = equipment.settings;
  const dialect = mcpDialect(server);
  const line = lines.open(server, {
    ...{ environment, resolve },
    onProcessEnd: (name, end) => equipment.log.mcpProcessEnded(processLine(name, end)),
  });
  const timeouts = { calls: server.timeouts, streams: streamTimeouts(server.timeouts) };
  const of = (kind: "calls" | "streams"): Target => {
    const target = mcpTarget({ server, dialect, timeouts: timeouts[kind] });
    carryBy(target, line[kind]);
    return target;
  };
  const [calls, streams] = [of("calls"), of("streams")];
  const rules: McpRules = {
    server,
    access: [server.access, use.access],
    catalogue: line.catalogue,
    ask: askTools({ ...askMeans(line, server), target: calls, dialect }),
    prompts: {
      catalogue: line.prompts,
      ask: askTools({ ...askMeans(line, server), catalogue: line.prompts, target: calls, dialect }),
    },
    watch: mcpWatch(equipment, server.name),
  };
  const parts = mcpParts(agent, { rules, use }, means);
  const route: Route = {
    name: `mcp/${server.name}`,
    agent: agent.name,
    dialect,
    api: undefined,
    coverage: "inspected",
    exchangeChain: mcpChain({ ...parts, front: mcpFrontFilter(server) }),
    attemptChain: mcpAttemptChain({ redirects: redirectsFilter() }),
    bodyBytesMax: server.messageBytesMax,
    isOnce: true,
    isStanding,
    targets: (exchange) => [isStanding(exchange) ? streams : calls],
  };
  return { route, atHost: atHost(route, server, parts) };
}

function isStanding({ head, call }: Exchange): boolean {
  if (head.method === "GET") return true;
  return call?.messages?.some(({ method }) => method === "subscriptions/listen") === true;
}

function atHost(route: Route, { upstream, ...server }: McpServerSpec, parts: Parts): Route {
  if (upstream.kind !== "http") return route;
  const { hostname, origin, port } = upstream.endpoint;
  const front = { hosts: [...server.hosts, hostname], origins: [...server.origins, origin] };
  const exchangeChain = mcpChain({ ...parts, front: mcpFrontFilter(front) });
  return { ...route, host: `${hostname}:${port}`, exchangeChain };
}

function askMeans({ calls, catalogue }: McpLine, { messageBytesMax }: McpServerSpec) {
  const bounds = { frameBytesMax: messageBytesMax, bodyBytesMax: messageBytesMax };
  return { carrier: calls, catalogue, bounds };
}

type Parts = Omit<McpParts, "front">;

function mcpParts(
  agent: AgentSpec,
  { rules, use }: { readonly rules: McpRules; readonly use: McpUseSpec },
  { policy, equipment, outer, attribute }: McpMeans,
): Parts {
  const { store } = equipment;
  const { server, catalogue } = rules;
  const limits = mcpLimits(policy, agent, server);
  const counted = limitsFilter(limits, store, { countedAt: "open", onShadow: shadowEvents(equipment) });
  return {
    ...outer,
    attribute,
    headers: mcpHeadersFilter(),
    params: mcpParamsFilter({ catalogue, pinned: server.lock?.tools }),
    sessions: mcpSessionsFilter({ records: store.kept, server: `mcp/${server.name}` }),
    access: mcpAccessFilter(rules),
    limits: limits.length === 0 ? undefined : mcpLimitsFilter(counted, rules),
    guards: guardsOf(agent, { policy, equipment, place: "tool" }),
    approval: isAsked(server, use)
      ? mcpApprovalFilter({
          rules,
          specFor: mcpApprovals(server, use),
          waitFor: waitingBy(equipment),
        })
      : undefined,
    lists: mcpListsFilter(rules),
    answers: mcpAnswersFilter(),
  };
}

function isAsked(...all: readonly Pick<McpUseSpec, "approval">[]): boolean {
  return all.some(({ approval }) => approval.size > 0);
}

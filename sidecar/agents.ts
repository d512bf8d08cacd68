// Owns the way from this agent to others: through the gateway, as itself, for a task it was given. Knows no
// key.

import type { Exchange, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { TaskContext } from "../core/contracts/identity.ts";
import type { AgentSpec, Endpoint, Policy } from "../core/contracts/policy.ts";
import { type Refusal, refuse } from "../core/contracts/refusal.ts";
import { checkRoutedSegments } from "../core/motion/edge.ts";
import { headersForAgent } from "../core/motion/outgoing.ts";
import { plainDialect } from "../core/policy/dialects.ts";
import { agentTimeouts } from "../core/policy/targets.ts";
import { readBaggage } from "../core/telemetry/baggage.ts";
import type { AgentSigner } from "../core/tokens/agent-signer.ts";

/** HARDENING §1: the gateway holds bodies to the same, or to what the other agent's policy says. */
const bodyBytesMax = 10 * 1024 * 1024;
const connectionsMax = 256;

export interface Peers {
  readonly gateway: Endpoint;
  readonly signer: AgentSigner;
}

export interface AgentRoutesOptions {
  readonly agent: AgentSpec;
  readonly policy: Policy;
  /** Undefined: this sidecar knows no gateway, or has no key to be known by. */
  readonly peers: Peers | undefined;
  /** Nobody but this sidecar knows what its agent has used of a task. */
  readonly countsAlone: boolean;
  readonly exchangeChain: readonly Filter[];
  readonly refusedChain: readonly Filter[];
}

/** Below `/agents`. The gateway decides; what it would refuse by the policy is refused here as well. */
export class AgentRoutes {
  readonly #options: AgentRoutesOptions;
  readonly #byName: ReadonlyMap<string, Route>;
  readonly targets: readonly Target[];

  constructor(options: AgentRoutesOptions) {
    const { agent, policy, peers } = options;
    this.#options = options;
    const callees = [...policy.agents.values()].filter((callee) => mayCall(agent, callee));
    const made = peers === undefined ? [] : callees.map((callee) => this.#make(callee.name, peers));
    this.#byName = new Map(made.map(({ name, route }) => [name, route]));
    this.targets = made.map(({ target }) => target);
  }

  /** `path`: behind `/agents`, such as `/search/run`. */
  pick(path: string): { readonly route: Route; readonly path: string } | Refusal {
    const unfit = checkRoutedSegments(path, 1);
    if (unfit !== undefined) return unfit;
    const end = path.indexOf("/", 1);
    const name = path.slice(1, end < 0 ? undefined : end);
    if (name === "") return refuse("route_unknown");
    const route = this.#byName.get(name) ?? this.#refused();
    return { route, path: end < 0 ? "/" : path.slice(end) };
  }

  #refused(): Route {
    const { agent, peers, refusedChain } = this.#options;
    const message = "This sidecar was started without --gateway and --agent-key: agents cannot be called.";
    const refusal = peers === undefined ? refuse("route_refused", { message }) : refuse("agent_denied");
    return { ...plainRoute("agents", agent.name), exchangeChain: refusedChain, targets: () => refusal };
  }

  #make(name: string, peers: Peers): { name: string; route: Route; target: Target } {
    const { agent, exchangeChain, countsAlone } = this.#options;
    const target = peerTarget({ from: agent.name, to: name, peers, countsAlone });
    const targets = [target];
    const plain = plainRoute(`agents/${name}`, agent.name);
    return { name, target, route: { ...plain, exchangeChain, bodyBytesMax, targets: () => targets } };
  }
}

function mayCall({ name }: AgentSpec, { callers }: AgentSpec): boolean {
  return callers.some((ref) => ref.kind === "anonymous" || (ref.kind === "agent" && ref.name === name));
}

function plainRoute(name: string, agent: string): Omit<Route, "targets"> {
  return {
    name,
    agent,
    dialect: plainDialect,
    api: undefined,
    exchangeChain: [],
    attemptChain: [],
    bodyBytesMax: 0,
  };
}

interface Peering {
  readonly from: string;
  readonly to: string;
  readonly peers: Peers;
  readonly countsAlone: boolean;
}

function peerTarget({ from, to, peers: { gateway, signer }, countsAlone }: Peering): Target {
  return {
    name: `agents/${to}`,
    origin: gateway.origin,
    model: undefined,
    timeouts: agentTimeouts,
    connectionsMax,
    write: ({ call, head: { path, query }, route: { dialect } }) => ({
      kind: "outbound",
      dialect,
      path: `${gateway.basePath}/agents/${to}${path}${query}`,
      body: call?.body,
    }),
    headers: (exchange) => {
      const { head, inbound } = exchange;
      const { grant } = inbound ?? {};
      if (grant === undefined) return refuseTaskless();
      const call = { from, to, method: head.method, target: head.path + head.query, grant };
      const left = countsAlone ? leftOf(exchange) : undefined;
      // Where it came from is this pod, which the gateway sees; the rest of it is in what is signed.
      const { "x-forwarded-for": _, ...headers } = headersForAgent(
        exchange,
        readBaggage(head.headers.baggage),
      );
      return { kind: "headers", headers: { ...headers, "x-sluice-token": signer.sign({ ...call, left }) } };
    },
  };
}

function refuseTaskless(): Refusal {
  return refuse("unattributed_denied", {
    message: "Agents call others for a task they have open. Pass on x-task-id or traceparent of its request.",
  });
}

/** With a store of its own, whoever is called cannot see what was used: it is told how much is left. */
function leftOf({ inbound }: Exchange): { steps: number | undefined; tokens: number | undefined } {
  const { context, tally } = inbound ?? {};
  return {
    steps: leastLeft(context, "stepsMax", tally?.steps ?? 0),
    tokens: leastLeft(context, "tokensMax", tally?.tokens ?? 0),
  };
}

function leastLeft(
  context: TaskContext | undefined,
  of: "stepsMax" | "tokensMax",
  used: number,
): number | undefined {
  const ceilings = [context, ...(context?.above ?? [])].flatMap((one) => one?.[of] ?? []);
  return ceilings.length === 0 ? undefined : Math.max(0, Math.min(...ceilings) - used);
}

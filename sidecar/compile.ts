// Owns the making of the sidecar's routes from a policy: parts are made here, chain.ts puts them in order.

import type { Attempt, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, Policy, Problem, ProviderSpec } from "../core/contracts/policy.ts";
import type { Price } from "../core/contracts/price.ts";
import { auditFilter } from "../core/filters/audit.ts";
import { hostedToolsFilter } from "../core/filters/hosted-tools.ts";
import { ledgerFilter } from "../core/filters/ledger.ts";
import { meterFilter } from "../core/filters/meter.ts";
import { modelsFilter } from "../core/filters/models.ts";
import { ownershipFilter } from "../core/filters/ownership.ts";
import { perCallFilter } from "../core/filters/per-call.ts";
import { redirectsFilter } from "../core/filters/redirects.ts";
import { streamUsageFilter } from "../core/filters/stream-usage.ts";
import { traceFilter } from "../core/filters/trace.ts";
import { apiOf, plainDialect } from "../core/policy/dialects.ts";
import { agentTarget, providerTarget } from "../core/policy/targets.ts";
import type { Compilation, Equipment } from "../core/program/host.ts";
import { monotonicClock } from "../core/telemetry/clock.ts";
import type { Verifier } from "../core/tokens/verifier.ts";
import { attributeFilter, type OpenTasks, openTaskFilter } from "./attribution.ts";
import { attemptChain, egressChain, inboundChain, meteredAttemptChain, meteredChain } from "./chain.ts";
import { inboundTokenFilter } from "./inbound-token.ts";
import { type EgressProvider, EgressRoutes } from "./routes.ts";
import type { InboundSettings, SidecarSettings } from "./settings.ts";

/** HARDENING §1: what comes in, where the policy says nothing else; the gateway holds to the same. */
const inboundBodyBytesMax = 10 * 1024 * 1024;

export interface CompiledSidecar {
  readonly targets: readonly Target[];
  readonly egress: EgressRoutes;
  /** Undefined where nothing stands in front of the agent. */
  readonly inbound: Route | undefined;
}

export interface CompileOptions {
  readonly settings: SidecarSettings;
  readonly tasks: OpenTasks;
  readonly verifier: Verifier | undefined;
}

export function compileSidecar(
  policy: Policy,
  equipment: Equipment,
  { settings, tasks, verifier }: CompileOptions,
): Compilation<CompiledSidecar> {
  const agent = policy.agents.get(settings.agent);
  if (agent === undefined) return { ok: false, problems: [unknownAgent(policy, settings)] };
  const { counter, store } = equipment;
  const ownership = ownershipFilter({ records: store.kept, rules: agent.stored });
  const { models, prices } = modelTargets(policy, agent, equipment);
  const outer = outerFilters(equipment, "egress");
  const shared = {
    ...outer,
    attribute: attributeFilter(tasks, agent.onUnattributed),
    ledger: ledgerFilter(equipment.ledger),
    models: modelsFilter(new Set(agent.models)),
  };
  const providers = egressProviders(policy, equipment);
  const redirects = redirectsFilter();
  const findPrice = ({ target }: Attempt, model?: string): Price | undefined =>
    target.model === undefined ? priceNamed(policy.providers.get(target.name), model) : prices.get(target);
  const egress = new EgressRoutes({
    agent: agent.name,
    providers,
    exchangeChain: egressChain({
      ...shared,
      hostedTools: hostedToolsFilter(agent.hostedTools === "any" ? "any" : new Set(agent.hostedTools)),
    }),
    attemptChain: attemptChain({
      redirects,
      streamUsage: streamUsageFilter(({ target }) => isAsked(policy, target)),
      ownership,
      meter: meterFilter({ findPrice, counter, records: store.kept }),
    }),
    metered: {
      families: new Set(agent.metered),
      exchangeChain: meteredChain(shared),
      attemptChain: meteredAttemptChain({ redirects, ownership, perCall: perCallFilter(findPrice) }),
    },
    refusedChain: [outer.trace, outer.audit],
    targets: models,
    plain: plainDialect,
  });
  const { inbound } = settings;
  const front =
    inbound === undefined || verifier === undefined
      ? undefined
      : inboundRoute(agent, { inbound, verifier, tasks, equipment });
  const own = [...providers.values()].map(({ target }) => target);
  const targets = [...own, ...[...models.values(), front?.targets ?? []].flat()];
  return { ok: true, compiled: { targets, egress, inbound: front?.route } };
}

function isAsked({ providers }: Policy, { name }: Target): boolean {
  return providers.get(name)?.streamUsage === "ask";
}

/** By their names. */
function egressProviders(policy: Policy, { settings }: Equipment): ReadonlyMap<string, EgressProvider> {
  const { environment } = settings;
  return new Map(
    [...policy.providers.values()].map((provider) => {
      const api = apiOf(provider.api);
      const target = providerTarget({ provider, model: undefined, api, environment });
      return [provider.name, { api, target }];
    }),
  );
}

interface ModelTargets {
  readonly models: ReadonlyMap<string, readonly Target[]>;
  readonly prices: ReadonlyMap<Target, Price>;
}

/** The loader has checked that every name leads somewhere. */
function modelTargets(policy: Policy, agent: AgentSpec, { settings }: Equipment): ModelTargets {
  const { environment } = settings;
  const models = new Map<string, readonly Target[]>();
  const prices = new Map<Target, Price>();
  for (const name of agent.models) {
    const targets: Target[] = [];
    for (const { provider: providerName, model } of policy.models.get(name)?.targets ?? []) {
      const provider = policy.providers.get(providerName);
      if (provider === undefined) continue;
      const target = providerTarget({ provider, model, api: apiOf(provider.api), environment });
      const price = provider.models.get(model)?.price;
      if (price !== undefined) prices.set(target, price);
      targets.push(target);
    }
    models.set(name, targets);
  }
  return { models, prices };
}

/** `model`: as an answer names it; a dated name is that of the model it dates. */
function priceNamed(provider: ProviderSpec | undefined, model: string | undefined): Price | undefined {
  if (model === undefined) return undefined;
  const undated = model.replace(/-\d{4}-?\d{2}-?\d{2}$/, "");
  const known = provider?.models.get(model) ?? provider?.models.get(undated);
  return known === undefined ? provider?.unknownPrice : known.price;
}

interface InboundParts {
  readonly inbound: InboundSettings;
  readonly verifier: Verifier;
  readonly tasks: OpenTasks;
  readonly equipment: Equipment;
}

function inboundRoute(
  agent: AgentSpec,
  { inbound, verifier, tasks, equipment }: InboundParts,
): { route: Route; targets: readonly Target[] } {
  const believesBaggage = (): boolean => true; // the gateway has dropped what nobody vouches for
  const app = { agent: agent.name, endpoint: inbound.app, believesBaggage };
  const targets = [agentTarget(app)];
  const route: Route = {
    name: "inbound",
    agent: agent.name,
    dialect: plainDialect,
    api: undefined,
    exchangeChain: inboundChain({
      ...outerFilters(equipment, "inbound"),
      token: inboundTokenFilter(verifier, agent.name),
      openTask: openTaskFilter(tasks),
    }),
    attemptChain: [],
    bodyBytesMax: agent.api.request.bodyBytesMax ?? inboundBodyBytesMax,
    targets: () => targets,
  };
  return { route, targets };
}

/** Egress continues the trace of the task it belongs to; inbound the gateway's, whose token it carries. */
function outerFilters(equipment: Equipment, kind: "egress" | "inbound"): { trace: Filter; audit: Filter } {
  const { tracing, log, metrics, hash: hashed } = equipment;
  const clock = monotonicClock;
  const isOut = kind === "egress";
  const trace = traceFilter({
    tracing,
    spanName: isOut ? "agent.llm_call" : "agent.run",
    kind: isOut ? "client" : "server",
    incoming: "trusted",
    hashed,
    clock,
  });
  return { trace, audit: auditFilter({ kind, log, metrics, hashed, clock }) };
}

function unknownAgent(policy: Policy, { agent, program }: SidecarSettings): Problem {
  const known = [...policy.agents.keys()].join(", ");
  return {
    file: policy.files[0]?.path ?? program.policyDirs[0] ?? "",
    line: 1,
    path: `Agent/${agent}`,
    problem: "the policy has no such Agent",
    hint: known === "" ? "no Agent is declared at all" : `--agent is one of: ${known}`,
  };
}

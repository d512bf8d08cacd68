// Owns the making of the routes of an agent's tools from a policy: parts are made here, chain.ts puts them in
// order. Picks no route.

import type { AttemptFilter, Exchange, Filter, Route, Target } from "../core/contracts/exchange.ts";
import type { AgentSpec, Policy, ToolService, ToolSpec } from "../core/contracts/policy.ts";
import type { Price } from "../core/contracts/price.ts";
import { budgetsFilter } from "../core/filters/budgets.ts";
import { idempotencyFilter } from "../core/filters/idempotency.ts";
import { limitsFilter } from "../core/filters/limits.ts";
import { perCallFilter } from "../core/filters/per-call.ts";
import { redirectsFilter } from "../core/filters/redirects.ts";
import { toolAnswerFilter } from "../core/filters/tool-answer.ts";
import { type ToolRequestFilters, toolRequestFilters } from "../core/filters/tool-request.ts";
import { toolRequestLimits, toolSpendLimits } from "../core/policy/limits.ts";
import { type ToolTarget, toolTarget } from "../core/policy/tool-targets.ts";
import { type CallableParts, type UsableTool, usableTools } from "../core/policy/tools.ts";
import { approvalOf } from "../core/program/approvals.ts";
import { budgetWatch, shadowEvents } from "../core/program/budget-events.ts";
import { guardsOf } from "../core/program/guards.ts";
import type { Equipment } from "../core/program/host.ts";
import type { WatchedTool } from "../core/program/tool-health.ts";
import { toolAttemptChain, toolChain } from "./chain.ts";

export interface ToolMeans {
  readonly policy: Policy;
  readonly equipment: Equipment;
  readonly outer: {
    readonly trace: Filter;
    readonly audit: Filter;
    readonly attribute: Filter;
    readonly ledger: Filter;
  };
}

/** One version of a tool that the agent may use. */
export interface OfferedTool {
  readonly spec: ToolSpec;
  /** Undefined: the agent runs it itself. */
  readonly route: Route | undefined;
}

/** A tool with the versions of it that may be asked for, the latest first. */
export interface ListedTool {
  readonly spec: ToolSpec;
  readonly versions: readonly string[];
}

export interface OfferedTools {
  /** By name, the latest version first. */
  readonly byName: ReadonlyMap<string, readonly OfferedTool[]>;
  readonly targets: readonly Target[];
}

export function offerTools(agent: AgentSpec, means: ToolMeans): OfferedTools {
  const { policy, equipment } = means;
  const { environment } = equipment.settings;
  const targets: Target[] = [];
  const offer = toolOffer(agent, means);
  const offerOwn = (tool: UsableTool): OfferedTool => {
    const { spec, callable } = tool;
    if (callable === undefined) return { spec, route: undefined };
    const target = toolTarget({ name: spec.name, service: callable.service, environment });
    targets.push(target);
    return offer(tool, callable, [target]);
  };
  const byName = [...usableTools(policy, agent)].map(
    ([name, versions]) => [name, versions.map(offerOwn)] as const,
  );
  return { byName: new Map(byName), targets };
}

/** How a tool of one agent is offered, at any of its servers. */
export type ToolOffer = (
  tool: UsableTool,
  callable: CallableParts,
  targets: readonly ToolTarget[],
) => OfferedTool;

export function toolOffer(agent: AgentSpec, means: ToolMeans): ToolOffer {
  const { policy, equipment } = means;
  const guards = guardsOf(agent, { policy, equipment, place: "tool" });
  return (tool, callable, targets) => {
    const { spec } = tool;
    const { name } = spec;
    const request = toolRequestFilters({
      ...{ name, version: spec.version, parameters: tool.parameters, when: tool.when },
      checkArguments: tool.checkArguments,
      operations: callable.service.operations,
      allowed: new Set(agent.operations),
    });
    const { idempotencyMs } = callable.service;
    const approved = { name, version: spec.version, approval: tool.approval, idempotencyMs };
    const approval = approvalOf(approved, equipment);
    const approvalMs = tool.approval?.withinMs ?? 0;
    const parts = { agent, spec, callable, targets, request, guards, approval, approvalMs };
    return { spec, route: toolRoute(parts, means) };
  };
}

/** Those that say where they can be asked how they are. */
export function watchedTools(byName: OfferedTools["byName"]): readonly WatchedTool[] {
  return [...byName.values()].flat().flatMap(({ spec: { name, version, service } }) => {
    return service?.health === undefined ? [] : [{ name: `${name}@${version}`, url: service.health }];
  });
}

interface ToolParts {
  readonly agent: AgentSpec;
  readonly spec: ToolSpec;
  readonly callable: CallableParts;
  readonly targets: readonly ToolTarget[];
  readonly request: ToolRequestFilters;
  readonly guards: Filter | undefined;
  readonly approval: Filter | undefined;
  /** As long a call may wait for it. */
  readonly approvalMs: number;
}

/** JSON may write a character in six bytes. */
const bytesPerCharMax = 6;

function toolRoute(parts: ToolParts, means: ToolMeans): Route {
  const { agent, spec, callable, targets, request, guards, approval, approvalMs } = parts;
  const { policy, equipment, outer } = means;
  const { service, dialect } = callable;
  const { name, version, argsCharsMax } = spec;
  const counted = toolRequestLimits(policy, agent, service);
  const onShadow = shadowEvents(equipment);
  const { store } = equipment;
  const { idempotencyMs: lifeMs, timeoutMs, effect } = service;
  return {
    name: `tools/${name}`,
    agent: agent.name,
    dialect,
    api: undefined,
    tool: { name, version },
    exchangeChain: toolChain({
      ...outer,
      operations: request.operations,
      limits:
        counted.length === 0 ? undefined : limitsFilter(counted, store, { countedAt: "open", onShadow }),
      request: request.outer,
      guards,
      edited: guards && request.inner,
      approval,
      idempotency:
        lifeMs === undefined
          ? undefined
          : idempotencyFilter({ answers: store.answers, lifeMs, callMsMax: timeoutMs + approvalMs }),
    }),
    attemptChain: toolAttempts(parts, means),
    bodyBytesMax: argsCharsMax * bytesPerCharMax,
    targets: inTurn(targets, effect),
  };
}

/** What never reached a tool that changes nothing is tried once more. */
function inTurn(targets: readonly ToolTarget[], effect: ToolService["effect"]): Route["targets"] {
  const chosen = targets.map((target, at) => {
    const next = targets[(at + 1) % targets.length] ?? target;
    return effect === "read" ? [target, next] : [target];
  });
  let turn = 0;
  return () => {
    turn = (turn + 1) % chosen.length;
    return chosen[turn] ?? [];
  };
}

function toolAttempts(
  { agent, spec, callable, targets }: ToolParts,
  { policy, equipment }: ToolMeans,
): readonly AttemptFilter[] {
  const { service, returns, formOf } = callable;
  const { costNanoUsd, credential, errors, effect, resultBytesMax } = service;
  const limits = toolSpendLimits(policy, agent, service);
  const price = pricePerCall(costNanoUsd);
  const { store, counter } = equipment;
  return toolAttemptChain({
    budgets:
      limits.length === 0
        ? undefined
        : budgetsFilter({
            ...{ limits, store, counter },
            findPrice: () => price,
            findModel: () => noModel,
            hasModel: () => false,
            watch: budgetWatch(equipment),
          }),
    redirects: redirectsFilter(),
    answer: toolAnswerFilter({
      ...{ name: spec.name, version: spec.version, returns, errors, effect, resultBytesMax, formOf },
      onCredentialRefused: credential && ((exchange) => refusedBy(targets, exchange)),
    }),
    perCall: perCallFilter(() => price),
  });
}

/** Only the one that was asked has shown anything. */
function refusedBy(targets: readonly ToolTarget[], exchange: Exchange): void {
  for (const target of targets) target.refused(exchange);
}

const noModel = { contextTokens: 0, outputTokensMax: undefined, unboundedInput: "context" } as const;

function pricePerCall(perCallNanoUsd: number): Price {
  return { ...free, perCallNanoUsd };
}

const free: Price = {
  inputNanoUsdPerMillion: 0,
  cachedInputNanoUsdPerMillion: 0,
  cacheWriteNanoUsdPerMillion: 0,
  cacheWrite1hNanoUsdPerMillion: 0,
  audioInputNanoUsdPerMillion: 0,
  cachedAudioInputNanoUsdPerMillion: 0,
  imageInputNanoUsdPerMillion: 0,
  cachedImageInputNanoUsdPerMillion: 0,
  videoInputNanoUsdPerMillion: 0,
  cachedVideoInputNanoUsdPerMillion: 0,
  outputNanoUsdPerMillion: 0,
  reasoningNanoUsdPerMillion: 0,
  audioOutputNanoUsdPerMillion: 0,
  imageOutputNanoUsdPerMillion: 0,
  videoOutputNanoUsdPerMillion: 0,
  tiers: [],
  perCallNanoUsd: 0,
  perWebSearchNanoUsd: 0,
  periods: [],
  origin: { kind: "policy" },
};

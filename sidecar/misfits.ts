// Owns what a policy asks of a sidecar that was not started for it. Knows no route.

import type { EgressRuleSpec } from "../core/contracts/egress-spec.ts";
import type { AgentSpec, Policy, Problem } from "../core/contracts/policy.ts";
import { usableTools } from "../core/policy/tools.ts";
import type { Equipment } from "../core/program/host.ts";
import type { SidecarSettings } from "./settings.ts";

interface Started {
  readonly policy: Policy;
  readonly equipment: Pick<Equipment, "store">;
  readonly settings: SidecarSettings;
}

export function findMisfits(agent: AgentSpec, { policy, equipment, settings }: Started): readonly Problem[] {
  return [
    ...(settings.authority === undefined ? agent.egress.filter(({ inspect }) => inspect) : []).map((rule) =>
      untrustedRule(agent, rule),
    ),
    ...(equipment.store.isShared ? [] : [...findUnheard(policy, agent), ...findUnknown(agent)]),
  ];
}

function untrustedRule({ name }: AgentSpec, rule: EgressRuleSpec): Problem {
  return {
    ...rule.origin,
    path: `Agent/${name} spec.egress["${rule.name}"].inspect`,
    problem: "nobody would trust what the sidecar shows in this host's place",
    hint: "start the sidecar with --ca-bundle FILE, and let the application trust that file",
  };
}

/** Who decides is at a gateway: with a store of this process alone, every call would wait in vain. */
function findUnheard(policy: Policy, agent: AgentSpec): readonly Problem[] {
  const tools = [...usableTools(policy, agent).values()].flat();
  const held = tools
    .filter(({ approval }) => approval !== undefined)
    .map(({ spec }) => ["Tool", spec] as const);
  const uses = [...agent.mcpServers.values()];
  const asking = uses.filter(
    ({ name, approval }) => approval.size > 0 || policy.mcpServers.get(name)?.approval.size,
  );
  const servers = asking.map((use) => ["McpServer", use] as const);
  return [...held, ...servers].map(([kind, { name, origin }]) => {
    const hint = "start gateways and sidecars with one --store redis://…";
    const problem = "waits for approval, and nobody could give it";
    return { ...origin, path: `${kind}/${name}`, problem, hint };
  });
}

/** Tools register themselves at a gateway. */
function findUnknown({ name: agent, registeredTools }: AgentSpec): readonly Problem[] {
  return [...registeredTools.values()].map(({ name, origin }) => ({
    ...origin,
    path: `Agent/${agent} spec.registeredTools.${name}`,
    problem: "registers itself where this sidecar never hears of it",
    hint: "start gateways and sidecars with one --store redis://…",
  }));
}

export function unknownAgent(policy: Policy, { agent, program }: SidecarSettings): Problem {
  const known = [...policy.agents.keys()].join(", ");
  return {
    file: policy.files[0]?.path ?? program.policyDirs[0] ?? "",
    line: 1,
    path: `Agent/${agent}`,
    problem: "the policy has no such Agent",
    hint: known === "" ? "no Agent is declared at all" : `--agent is one of: ${known}`,
  };
}

// Owns putting an agent's guards and its escalation into filters, with what they may use. Knows no detector.

import type { Filter } from "../contracts/exchange.ts";
import type { AgentSpec, Policy } from "../contracts/policy.ts";
import type { EscalationFilters } from "../filters/escalation.ts";
import { answerStages } from "../filters/guards/stages.ts";
import { type GuardPlace, guardsFilter, stagesAt } from "../filters/guards.ts";
import { agentGuards } from "../policy/guards.ts";
import { escalationOf } from "./escalation-events.ts";
import { guardWatch } from "./guard-events.ts";
import type { Equipment } from "./host.ts";

/** Undefined: the policy asks for none here, so it costs nothing. */
export function guardsOf(
  agent: AgentSpec,
  { policy, equipment, place }: { policy: Policy; equipment: Equipment; place: GuardPlace },
): Filter | undefined {
  const { settings, hashKey } = equipment;
  const { environment } = settings;
  const rules = agentGuards(policy, agent, { environment, stages: stagesAt(place) });
  if (rules.length === 0) return undefined;
  return guardsFilter({ place, rules, watch: guardWatch(equipment), key: hashKey });
}

/** Undefined: the agent hands nothing over. */
export function escalationAt(
  agent: AgentSpec,
  { policy, equipment, place }: { policy: Policy; equipment: Equipment; place: Exclude<GuardPlace, "tool"> },
): EscalationFilters | undefined {
  const { escalation: spec, api, guards } = agent;
  if (spec === undefined) return undefined;
  const escalating = [...guards.values()].filter(({ guard }) => policy.guards.get(guard)?.escalates === true);
  const areAnswersGuarded = escalating.some(({ on }) =>
    on.some((stage) => answerStages[place].includes(stage)),
  );
  const means = equipment.escalations;
  return escalationOf({ spec, answerPlaces: api.response.text, areAnswersGuarded }, { place, means });
}

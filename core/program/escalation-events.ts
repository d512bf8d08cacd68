// Owns putting an agent's escalation into filters, and what is logged and counted of it. Decides nothing.

import type { Escalation, EscalationDesk, EscalationSpec } from "../contracts/escalation.ts";
import type { Exchange } from "../contracts/exchange.ts";
import { type EscalationFilters, type EscalationPlace, escalationFilters } from "../filters/escalation.ts";
import { plainId, plainWord } from "../telemetry/plain.ts";
import { type EscalationLoss, Escalations } from "./escalations.ts";
import type { Equipment } from "./host.ts";

/** The audit line; no text of the exchange, no raw session or user. */
export interface EscalationLine {
  readonly escalation_id: string;
  readonly request_id: string;
  readonly agent_id: string;
  readonly task_id: string | undefined;
  readonly reason: string;
  readonly reasons: readonly string[];
  readonly priority: string;
  /** How many messages went along. */
  readonly messages: number;
  readonly session_id?: string | undefined;
  readonly user_id?: string | undefined;
}

/** How it left: `delivered` after so many tries, or why not. */
export interface EscalationEndLine extends Pick<EscalationLine, "escalation_id" | "agent_id" | "reason"> {
  readonly result: "delivered" | EscalationLoss;
  readonly tries?: number;
}

export interface ConfirmationLine {
  readonly request_id: string;
  readonly agent_id: string;
  readonly task_id: string | undefined;
  /** `message`, or the tool. */
  readonly what: string;
}

export interface EscalationSinks {
  escalated(line: EscalationLine): void;
  escalationEnded(line: EscalationEndLine): void;
  confirmed(line: ConfirmationLine): void;
  /** `result`: `raised`, `delivered` or why it was lost. */
  count(reason: string, result: string): void;
}

export interface EscalationMeans extends Pick<Equipment, "hash" | "hashKey"> {
  readonly sinks: EscalationSinks;
  readonly desk: EscalationDesk;
}

/** One a program: outlives reloads, closed with it. */
export function openEscalations(environment: NodeJS.ProcessEnv, sinks: EscalationSinks): Escalations {
  const ended = (
    { id: escalation_id, agent_id, reason }: Escalation,
    end: Pick<EscalationEndLine, "result" | "tries">,
  ): void => {
    sinks.count(reason, end.result);
    sinks.escalationEnded({ escalation_id, agent_id, reason, ...end });
  };
  return new Escalations({
    environment,
    onDelivered: (escalation, tries) => ended(escalation, { result: "delivered", tries }),
    onLost: (escalation, result) => ended(escalation, { result }),
  });
}

/** `answerPlaces`: of the agent's API, `response.text`. */
export function escalationOf(
  { spec, answerPlaces }: { spec: EscalationSpec; answerPlaces: readonly string[] | undefined },
  { place, means }: { place: EscalationPlace; means: EscalationMeans },
): EscalationFilters {
  const { hash, hashKey: key, sinks, desk } = means;
  return escalationFilters({
    ...{ place, spec, answerPlaces, key, hashed: hash },
    onHandover: (escalation, exchange) => {
      sinks.count(escalation.reason, "raised");
      sinks.escalated(lineOf(escalation, exchange, hash));
      desk.take(escalation, spec.webhook);
    },
    onConfirmed: (what, { id, route, context }) =>
      sinks.confirmed({
        request_id: plainId(id, hash),
        agent_id: route.agent,
        task_id: context === undefined ? undefined : plainId(context.task, hash),
        what: plainWord(what),
      }),
  });
}

function lineOf(
  { id, reason, reasons, priority, context: messages }: Escalation,
  { id: request, route, context }: Exchange,
  hash: Equipment["hash"],
): EscalationLine {
  return {
    escalation_id: id,
    request_id: plainId(request, hash),
    agent_id: route.agent,
    task_id: context === undefined ? undefined : plainId(context.task, hash),
    ...{ reason, reasons, priority },
    messages: messages.length,
    session_id: context?.session === undefined ? undefined : hash(context.session),
    user_id: context?.user === undefined ? undefined : hash(context.user),
  };
}

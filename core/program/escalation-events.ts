// Owns putting an agent's escalation into filters, and what is logged and counted of it. Decides nothing.

import type { Escalation, EscalationDesk, EscalationSpec } from "../contracts/escalation.ts";
import type { Exchange } from "../contracts/exchange.ts";
import { type EscalationFilters, type EscalationPlace, escalationFilters } from "../filters/escalation.ts";
import type { Hasher } from "../telemetry/hashing.ts";
import type { Log } from "../telemetry/log.ts";
import type { ConfirmationLine, EscalationEndLine, EscalationLine } from "../telemetry/log-lines.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { plainId, plainWord } from "../telemetry/plain.ts";
import { Escalations } from "./escalations.ts";

export type { ConfirmationLine, EscalationEndLine, EscalationLine } from "../telemetry/log-lines.ts";

export interface EscalationSinks {
  escalated(line: EscalationLine): void;
  escalationEnded(line: EscalationEndLine): void;
  confirmed(line: ConfirmationLine): void;
  /** `result`: `raised`, `delivered` or why it was lost. */
  count(reason: string, result: string): void;
}

interface Hashing {
  readonly hash: Hasher;
  /** What ids and findings are hashed with. */
  readonly hashKey: Buffer;
}

export interface EscalationMeans extends Hashing {
  readonly sinks: EscalationSinks;
  readonly desk: EscalationDesk;
}

/** One a program, with where its escalations are told. */
export function escalationMeans({
  environment,
  log,
  metrics,
  ...hashing
}: Hashing & {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly environment: NodeJS.ProcessEnv;
}): EscalationMeans & { readonly desk: Escalations } {
  const sinks: EscalationSinks = {
    escalated: (line) => log.escalated(line),
    escalationEnded: (line) => log.escalationEnded(line),
    confirmed: (line) => log.confirmed(line),
    count: (reason, result) => metrics.escalated(reason, result),
  };
  return { ...hashing, sinks, desk: openEscalations(environment, sinks) };
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

export interface Escalating {
  readonly spec: EscalationSpec;
  /** Of the agent's API, `response.text`. */
  readonly answerPlaces: readonly string[] | undefined;
  readonly areAnswersGuarded?: boolean;
}

export function escalationOf(
  { spec, answerPlaces, areAnswersGuarded = false }: Escalating,
  { place, means }: { place: EscalationPlace; means: EscalationMeans },
): EscalationFilters {
  const { hash, hashKey: key, sinks, desk } = means;
  return escalationFilters({
    ...{ place, spec, answerPlaces, areAnswersGuarded, key, hashed: hash },
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
  hash: Hasher,
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

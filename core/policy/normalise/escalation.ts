// Owns a checked agent's escalation. Knows no signal's making.

import type { EscalationSpec } from "../../contracts/escalation.ts";
import type { Draft } from "../draft.ts";
import type { EscalationDocument } from "../schema/escalation.ts";
import { parseDurationMs } from "../units.ts";
import { proven, toSecretSource } from "./checked.ts";

export function toEscalationSpec(draft: Draft, document: EscalationDocument): EscalationSpec {
  const { webhook, signals, answer, phrases, confidence, highStakes } = document;
  const { context, message, confidenceBelow, sentimentBelow, failures } = document;
  const url = new URL(webhook.url);
  return {
    ...{ context, message, confidenceBelow, sentimentBelow, failures, confidence },
    webhook: {
      origin: url.origin,
      path: url.pathname + url.search,
      credential: toSecretSource(draft, ["spec", "escalation", "webhook", "credential"], webhook.credential),
      signing: toSecretSource(draft, ["spec", "escalation", "webhook", "signing"], webhook.signing),
      timeoutMs: proven(parseDurationMs(webhook.timeout)),
    },
    signals: new Set(signals),
    answered: new Set(answer.filter((reason) => signals.includes(reason))),
    phrases: phrases ?? [],
    highStakes: highStakes && {
      tools: new Set(highStakes.tools),
      phrases: highStakes.phrases ?? [],
      message: highStakes.message,
      confirmWithinMs: proven(parseDurationMs(highStakes.confirmWithin)),
    },
  };
}

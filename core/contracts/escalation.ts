// Owns what it means that an exchange is handed over to a person: why, how urgently, with what. Knows no
// signal's making and no network.

import type { SecretSource } from "./secret-source.ts";

/** COMPATIBILITY's six, the most telling first. A guard is any rule that the policy makes of one. */
export const escalationReasons = [
  "user_request",
  "high_stakes",
  "guardrail",
  "negative_sentiment",
  "repeated_failures",
  "low_confidence",
] as const;
export type EscalationReason = (typeof escalationReasons)[number];

export type EscalationPriority = "normal" | "high";

/** What of the conversation goes along: as the guards left it. */
export const escalationContexts = ["none", "last_message", "conversation"] as const;
export type EscalationContext = (typeof escalationContexts)[number];

/** An agent's policy on it. */
export interface EscalationSpec {
  readonly webhook: EscalationWebhook;
  readonly context: EscalationContext;
  /** Looked for. */
  readonly signals: ReadonlySet<EscalationReason>;
  /** Of these the agent is not asked any more: the caller gets `message`. */
  readonly answered: ReadonlySet<EscalationReason>;
  readonly message: string;
  /** Beside the built-in ones; see `filters/escalation/phrases.ts`. */
  readonly phrases: readonly string[];
  /** RFC 6901, into the agent's answer; undefined: it carries no confidence. */
  readonly confidence: string | undefined;
  readonly confidenceBelow: number;
  readonly sentimentBelow: number;
  /** In a row, of one session. */
  readonly failures: number;
  readonly highStakes: HighStakesSpec | undefined;
}

export interface EscalationWebhook {
  /** `https://host[:port]` */
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  /** Undefined: the receiver asks for none. */
  readonly credential: SecretSource | undefined;
  /** The key it is signed with; left out: it is not signed. */
  readonly signing?: SecretSource | undefined;
  readonly timeoutMs: number;
}

/** What nobody does without being asked whether it is meant. */
export interface HighStakesSpec {
  readonly tools: ReadonlySet<string>;
  /** In the last message of a request. */
  readonly phrases: readonly string[];
  readonly message: string;
  /** How long a confirmation may take. */
  readonly confirmWithinMs: number;
}

/** Something that hands an exchange over; words of ours and figures, never text of the exchange. */
export interface EscalationSignal {
  readonly reason: EscalationReason;
  readonly priority: EscalationPriority;
  readonly summary: string;
}

/** One message of the context. */
export interface EscalationMessage {
  readonly role: string;
  readonly text: string;
}

/** What the webhook carries, by the names it has there. */
export interface Escalation {
  /** Also sent as `idempotency-key`: a try that was not answered is made again. */
  readonly id: string;
  readonly reason: EscalationReason;
  readonly priority: EscalationPriority;
  readonly summary: string;
  /** All signals of the exchange, `reason` among them. */
  readonly reasons: readonly EscalationReason[];
  /** RFC 3339. */
  readonly created_at: string;
  readonly agent_id: string;
  readonly request_id: string;
  readonly trace_id: string | undefined;
  readonly task_id: string | undefined;
  /** As they are where the policy lets context go along, else hashed. */
  readonly session_id: string | undefined;
  readonly user_id: string | undefined;
  readonly caller: string | undefined;
  readonly context: readonly EscalationMessage[];
  /** A guard has stopped the request: its texts go nowhere. */
  readonly context_withheld: boolean;
}

/** Takes what is handed over; never waits, never throws. */
export interface EscalationDesk {
  take(escalation: Escalation, webhook: EscalationWebhook): void;
}

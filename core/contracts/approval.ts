// Owns what it means that a call waits for a person: what is asked, what may be said, where both are kept.
// Knows no tool's making and no network.

import type { EscalationWebhook } from "./escalation.ts";
import type { Exchange } from "./exchange.ts";
import type { Async } from "./frame.ts";
import type { Refusal } from "./refusal.ts";

/** What a policy says of a tool's calls. */
export interface ApprovalSpec {
  /** Nobody has said yes by then: no. */
  readonly withinMs: number;
  /** Undefined: whoever decides looks for it. */
  readonly webhook: EscalationWebhook | undefined;
}

/** No call is held for longer, whatever a policy says. */
export const approvalMsMax = 600_000;

/** What is asked, by the names it has for those who decide. */
export interface ApprovalRequest {
  readonly id: string;
  readonly agent_id: string;
  readonly tool: string;
  readonly version: string;
  /** As they will be sent: JSON. */
  readonly arguments: string;
  /** What logs have of them. */
  readonly arguments_hash: string;
  readonly request_id: string;
  readonly task_id: string | undefined;
  readonly session_id: string | undefined;
  readonly user_id: string | undefined;
  readonly caller: string | undefined;
  /** RFC 3339. */
  readonly created_at: string;
  readonly expires_at: string;
}

/** A call that a person is to look at. */
export interface Asked {
  readonly tool: string;
  readonly version: string;
  /** As they will be sent: JSON. */
  readonly args: string;
  /** What it is known by; one of its own where absent. */
  readonly id?: string;
  /** Nobody waits for it any more. */
  readonly isGone: () => boolean;
}

/** Undefined: somebody has approved it. */
export type WaitForPerson = (exchange: Exchange, asked: Asked) => Promise<Refusal | undefined>;

/** `withdrawn`: whoever waited has gone. */
export const approvalEnds = ["approve", "deny", "expired", "withdrawn"] as const;
export type ApprovalEnd = (typeof approvalEnds)[number];

export interface ApprovalDecision {
  readonly decision: ApprovalEnd;
  readonly by: string;
  readonly reason: string | undefined;
  /** RFC 3339. */
  readonly at: string;
}

/** What became of saying so: the first one to say anything is heard, and nobody after. */
export type ApprovalSettling =
  | { readonly kind: "settled"; readonly request: ApprovalRequest | undefined }
  | { readonly kind: "earlier"; readonly decision: ApprovalDecision }
  | { readonly kind: "unknown" };

/** Calls that are held, for all replicas. No operation rejects. */
export interface Approvals {
  /** `full`: too many wait already. */
  hold(request: ApprovalRequest): Async<"held" | "full" | "lost">;
  find(id: string): Async<ApprovalRequest | undefined | "lost">;
  decisionOf(id: string): Async<ApprovalDecision | undefined | "lost">;
  settle(id: string, decision: ApprovalDecision): Async<ApprovalSettling | "lost">;
  /** Those nobody has decided, the oldest first, `max` at most. */
  list(max: number): Async<readonly ApprovalRequest[] | "lost">;
}

/** Over all tools and agents; in Redis over all programs. */
export const approvalsHeldMax = 1_000;
/** How long a decision is remembered: who comes second hears of it. */
export const decisionLifeMs = 3_600_000;

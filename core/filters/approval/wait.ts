// Owns one wait for a person: a call is held until somebody has decided, or nobody has in time. Knows no
// store by name, no webhook, no tool's making and no protocol.

import { randomUUID } from "node:crypto";
import {
  type ApprovalDecision,
  type ApprovalEnd,
  type ApprovalRequest,
  type ApprovalSpec,
  type Approvals,
  type Asked,
  approvalMsMax,
} from "../../contracts/approval.ts";
import type { Exchange } from "../../contracts/exchange.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";

/** What all waits of one tool share. */
export interface WaitMeans {
  readonly spec: Pick<ApprovalSpec, "withinMs">;
  readonly approvals: Approvals;
  readonly hashed: (text: string) => string;
  /** Somebody has to be told. */
  readonly onHeld: (request: ApprovalRequest) => void;
  readonly onEnded: (request: ApprovalRequest, end: ApprovalEnd, waitedMs: number) => void;
  /** Between two looks; 500 ms where absent. */
  readonly pollMs?: number;
}

/** Of one program: each keeps a connection of its agent waiting. */
const waitingMax = 200;
let waiting = 0;

/** Undefined: somebody has approved it. */
export async function waitForPerson(
  means: WaitMeans,
  exchange: Exchange,
  asked: Asked,
): Promise<Refusal | undefined> {
  if (waiting >= waitingMax) return refuse("overloaded", { retryAfterS: 30 });
  waiting += 1;
  try {
    return await hold(means, requestOf(means, exchange, asked), asked);
  } finally {
    waiting -= 1;
  }
}

async function hold(means: WaitMeans, request: ApprovalRequest, asked: Asked): Promise<Refusal | undefined> {
  const { approvals, onHeld, onEnded } = means;
  const held = await approvals.hold(request);
  if (held === "full") return refuse("overloaded", { retryAfterS: 30 });
  if (held === "lost") return refuseLost();
  onHeld(request);
  const sinceMs = performance.now();
  const end = await settled(means, request, asked);
  if (end === "lost") return refuseLost();
  onEnded(request, end.decision, performance.now() - sinceMs);
  return end.decision === "approve" ? undefined : refuseEnded(asked.tool, end);
}

/** What a person says in the last moment is heard: whoever writes first has decided. */
async function settled(
  { approvals, spec, pollMs = 500 }: WaitMeans,
  { id }: ApprovalRequest,
  { isGone }: Asked,
): Promise<ApprovalDecision | "lost"> {
  const deadlineMs = performance.now() + Math.min(spec.withinMs, approvalMsMax);
  while (!isGone() && performance.now() < deadlineMs) {
    const decision = await approvals.decisionOf(id);
    if (decision !== undefined && decision !== "lost") return decision;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const own: ApprovalDecision = {
    decision: isGone() ? "withdrawn" : "expired",
    by: "sluice",
    reason: undefined,
    at: new Date().toISOString(),
  };
  const said = await approvals.settle(id, own);
  if (said === "lost") return "lost";
  return said.kind === "earlier" ? said.decision : own;
}

function requestOf({ hashed, spec }: WaitMeans, exchange: Exchange, asked: Asked): ApprovalRequest {
  const { tool, version, args, id = randomUUID() } = asked;
  const { context, route } = exchange;
  const now = Date.now();
  return {
    ...{ id, agent_id: route.agent, tool, version, arguments: args },
    arguments_hash: hashed(args),
    request_id: exchange.id,
    task_id: context?.task,
    session_id: context?.session,
    user_id: context?.user,
    caller: context?.caller,
    created_at: new Date(now).toISOString(),
    expires_at: new Date(now + Math.min(spec.withinMs, approvalMsMax)).toISOString(),
  };
}

export function refuseEnded(tool: string, { decision, reason }: ApprovalDecision): Refusal {
  if (decision === "deny") {
    const because = reason === undefined ? "" : ` (${reason})`;
    const message = `A person has denied this call of \`${tool}\`${because}. Do not repeat it.`;
    return refuse("approval_denied", { message });
  }
  const message = `Nobody has approved this call of \`${tool}\` in time. Tell your user, and do without it.`;
  return refuse("approval_expired", { message });
}

export function refuseLost(): Refusal {
  return refuse("store_unavailable", { message: "Nobody can be asked to approve this right now." });
}

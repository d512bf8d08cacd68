// Owns the wait for a person: a call is held until somebody has decided, or nobody has in time. Knows no
// store by name, no webhook and no tool's making.

import { randomUUID } from "node:crypto";
import {
  type ApprovalDecision,
  type ApprovalEnd,
  type ApprovalRequest,
  type ApprovalSpec,
  type Approvals,
  approvalMsMax,
} from "../contracts/approval.ts";
import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import { type Refusal, refuse } from "../contracts/refusal.ts";

export interface ApprovalOptions {
  readonly tool: string;
  readonly version: string;
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

/** Stands where the arguments are what will be sent. The call is held whoever asks, however often. */
export function approvalFilter(options: ApprovalOptions): Filter {
  return {
    name: "approval",
    wantsCall: true,
    open: (exchange) => ({ kind: "visit", call: (call) => ask(options, exchange, call) }),
  };
}

async function ask(options: ApprovalOptions, exchange: Exchange, call: Call): Promise<Refusal | undefined> {
  if (waiting >= waitingMax) return refuse("overloaded", { retryAfterS: 30 });
  waiting += 1;
  try {
    return await hold(options, exchange, requestOf(options, exchange, call));
  } finally {
    waiting -= 1;
  }
}

async function hold(
  options: ApprovalOptions,
  exchange: Exchange,
  request: ApprovalRequest,
): Promise<Refusal | undefined> {
  const { approvals, onHeld, onEnded } = options;
  const held = await approvals.hold(request);
  if (held === "full") return refuse("overloaded", { retryAfterS: 30 });
  if (held === "lost") return refuseLost();
  onHeld(request);
  const sinceMs = performance.now();
  const end = await settled(options, exchange, request);
  if (end === "lost") return refuseLost();
  onEnded(request, end.decision, performance.now() - sinceMs);
  return end.decision === "approve" ? undefined : refuseEnded(options.tool, end);
}

/** What a person says in the last moment is heard: whoever writes first has decided. */
async function settled(
  { approvals, spec, pollMs = 500 }: ApprovalOptions,
  exchange: Exchange,
  { id }: ApprovalRequest,
): Promise<ApprovalDecision | "lost"> {
  const deadlineMs = performance.now() + Math.min(spec.withinMs, approvalMsMax);
  while (exchange.cutBy === undefined && performance.now() < deadlineMs) {
    const decision = await approvals.decisionOf(id);
    if (decision !== undefined && decision !== "lost") return decision;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const own: ApprovalDecision = {
    decision: exchange.cutBy === undefined ? "expired" : "withdrawn",
    by: "sluice",
    reason: undefined,
    at: new Date().toISOString(),
  };
  const said = await approvals.settle(id, own);
  if (said === "lost") return "lost";
  return said.kind === "earlier" ? said.decision : own;
}

function requestOf(options: ApprovalOptions, exchange: Exchange, { value, edits }: Call): ApprovalRequest {
  const { tool, version, hashed, spec } = options;
  const { id, context, route } = exchange;
  const args = String(edits.get("") ?? JSON.stringify(value));
  const now = Date.now();
  return {
    ...{ id: randomUUID(), agent_id: route.agent, tool, version, arguments: args },
    arguments_hash: hashed(args),
    request_id: id,
    task_id: context?.task,
    session_id: context?.session,
    user_id: context?.user,
    caller: context?.caller,
    created_at: new Date(now).toISOString(),
    expires_at: new Date(now + Math.min(spec.withinMs, approvalMsMax)).toISOString(),
  };
}

function refuseEnded(tool: string, { decision, reason }: ApprovalDecision): Refusal {
  if (decision === "deny") {
    const because = reason === undefined ? "" : ` (${reason})`;
    const message = `A person has denied this call of \`${tool}\`${because}. Do not repeat it.`;
    return refuse("approval_denied", { message });
  }
  const message = `Nobody has approved this call of \`${tool}\` in time. Tell your user, and do without it.`;
  return refuse("approval_expired", { message });
}

function refuseLost(): Refusal {
  return refuse("store_unavailable", { message: "Nobody can be asked to approve this right now." });
}

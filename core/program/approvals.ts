// Owns putting a tool's approval into a filter: who is told, what is logged. Decides nothing.

import type { ApprovalRequest, ApprovalSpec } from "../contracts/approval.ts";
import type { Filter } from "../contracts/exchange.ts";
import type { Store } from "../contracts/store.ts";
import { approvalFilter } from "../filters/approval.ts";
import type { Hasher } from "../telemetry/hashing.ts";
import type { Log } from "../telemetry/log.ts";
import type { ApprovalLine } from "../telemetry/log-lines.ts";
import { plainId } from "../telemetry/plain.ts";
import { Escalations } from "./escalations.ts";

export type ApprovalNotices = Escalations<ApprovalRequest>;

/** One a program. A webhook that nobody took leaves its line: the call still waits. */
export function openApprovalNotices(environment: NodeJS.ProcessEnv, log: Log): ApprovalNotices {
  return new Escalations<ApprovalRequest>({
    environment,
    onDelivered: (request) => log.approval(lineOf(request, { what: "delivered" })),
    onLost: (request, because) => log.approval(lineOf(request, { what: `webhook_${because}` })),
  });
}

export interface ApprovalMeans {
  readonly store: Pick<Store, "approvals">;
  readonly hash: Hasher;
  readonly log: Log;
  readonly approvalNotices: ApprovalNotices;
}

export interface ApprovedTool {
  readonly name: string;
  readonly version: string;
  readonly approval: ApprovalSpec | undefined;
}

/** Undefined: nobody is asked. */
export function approvalOf(
  { name: tool, version, approval: spec }: ApprovedTool,
  { store, hash: hashed, log, approvalNotices }: ApprovalMeans,
): Filter | undefined {
  if (spec === undefined) return undefined;
  const { webhook } = spec;
  return approvalFilter({
    ...{ tool, version, spec, hashed, approvals: store.approvals },
    onHeld: (request) => {
      log.approval(lineOf(request, { what: "held" }));
      if (webhook !== undefined) approvalNotices.take(request, webhook);
    },
    onEnded: (request, what, waitedMs) =>
      log.approval(lineOf(request, { what, waited_ms: Math.round(waitedMs) })),
  });
}

/** Never the arguments: their hash, which whoever decided has, too. */
export function lineOf(
  { id, agent_id, tool, task_id, arguments_hash }: ApprovalRequest,
  said: Pick<ApprovalLine, "what"> & Partial<ApprovalLine>,
): ApprovalLine {
  const task = task_id === undefined ? undefined : plainId(task_id, () => "hashed");
  return { approval_id: id, agent_id, tool_name: tool, task_id: task, arguments_hash, ...said };
}

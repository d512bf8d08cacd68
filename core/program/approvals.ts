// Owns putting a tool's approval into a filter: who is told, what is logged. Decides nothing.

import type { ApprovalRequest, ApprovalSpec, WaitForPerson } from "../contracts/approval.ts";
import type { Filter } from "../contracts/exchange.ts";
import type { Store } from "../contracts/store.ts";
import { type WaitMeans, waitForPerson } from "../filters/approval/wait.ts";
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
  /** How long a call with the same key is the same call; undefined: keys mean nothing here. */
  readonly idempotencyMs: number | undefined;
}

/** Undefined: nobody is asked. */
export function approvalOf(
  { name: tool, version, approval: spec, idempotencyMs: sameForMs = 0 }: ApprovedTool,
  means: ApprovalMeans,
): Filter | undefined {
  return spec && approvalFilter({ ...waitMeans(spec, means), tool, version, sameForMs });
}

/** For calls that are told from one another by whoever holds them. */
export function waitingBy(means: ApprovalMeans): (spec: ApprovalSpec) => WaitForPerson {
  return (spec) => {
    const made = waitMeans(spec, means);
    return (exchange, asked) => waitForPerson(made, exchange, asked);
  };
}

function waitMeans(
  spec: ApprovalSpec,
  { store, hash: hashed, log, approvalNotices }: ApprovalMeans,
): WaitMeans {
  const { webhook } = spec;
  return {
    ...{ spec, hashed, approvals: store.approvals },
    onHeld: (request) => {
      log.approval(lineOf(request, { what: "held" }));
      if (webhook !== undefined) approvalNotices.take(request, webhook);
    },
    onEnded: (request, what, waitedMs) =>
      log.approval(lineOf(request, { what, waited_ms: Math.round(waitedMs) })),
  };
}

/** Never the arguments: their hash, which whoever decided has, too. */
export function lineOf(
  { id, agent_id, tool, task_id, arguments_hash }: ApprovalRequest,
  said: Pick<ApprovalLine, "what"> & Partial<ApprovalLine>,
): ApprovalLine {
  const task = task_id === undefined ? undefined : plainId(task_id, () => "hashed");
  return { approval_id: id, agent_id, tool_name: tool, task_id: task, arguments_hash, ...said };
}

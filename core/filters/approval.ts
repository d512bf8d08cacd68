// Owns which calls of a tool wait for a person, and which were decided on before: those that come again with
// their `Idempotency-Key`. Knows no store by name, no webhook and no tool's making.

import { createHash } from "node:crypto";
import type { ApprovalDecision } from "../contracts/approval.ts";
import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Refusal } from "../contracts/refusal.ts";
import { refuseEnded, refuseLost, type WaitMeans, waitForPerson } from "./approval/wait.ts";

export interface ApprovalOptions extends WaitMeans {
  readonly tool: string;
  readonly version: string;
  /**
   * As long a call with the same key and the same arguments is the same call, made once: what was decided on
   * it holds. 0: every call is asked about.
   */
  readonly sameForMs: number;
}

/** Stands where the arguments are what will be sent. */
export function approvalFilter(options: ApprovalOptions): Filter {
  return {
    name: "approval",
    wantsCall: true,
    open: (exchange) => ({ kind: "visit", call: (call) => ask(options, exchange, call) }),
  };
}

/** Nobody has decided so often that it was too late, and asks on. */
const roundsMax = 20;

async function ask(options: ApprovalOptions, exchange: Exchange, call: Call): Promise<Refusal | undefined> {
  const { tool, version } = options;
  const args = String(call.edits.get("") ?? JSON.stringify(call.value));
  const asked = { tool, version, args, isGone: () => exchange.cutBy !== undefined };
  const key = exchange.head.headers["idempotency-key"];
  if (typeof key !== "string" || options.sameForMs === 0) return waitForPerson(options, exchange, asked);
  for (let round = 0; round < roundsMax; round += 1) {
    const id = sameId(options, exchange, [key, args, String(round)]);
    const decision = await options.approvals.decisionOf(id);
    if (decision === "lost") return refuseLost();
    if (decision === undefined) return waitForPerson(options, exchange, { ...asked, id });
    if (decision.decision === "deny") return refuseEnded(tool, decision);
    if (decision.decision === "approve" && isSame(options, decision)) return undefined;
  }
  return waitForPerson(options, exchange, asked);
}

function isSame({ sameForMs }: ApprovalOptions, { at }: ApprovalDecision): boolean {
  return Date.now() - Date.parse(at) < sameForMs;
}

/** The same for the same call of the same user, and for no other; it tells nobody what is in it. */
function sameId({ tool, version, hashed }: ApprovalOptions, exchange: Exchange, parts: string[]): string {
  const { context, route } = exchange;
  const whose = [route.agent, tool, version, context?.caller ?? "", context?.user ?? ""];
  const text = JSON.stringify([...whose, ...parts]);
  const digest = createHash("sha256")
    .update(`${hashed(`1${text}`)}${hashed(`2${text}`)}`)
    .digest("hex");
  return [8, 4, 4, 4, 12].map((length, at) => digest.slice(at * 12, at * 12 + length)).join("-");
}

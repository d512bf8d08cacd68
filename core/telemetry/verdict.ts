// Owns how an exchange's end reads in log, metrics and spans: success, error or refused. Knows no sink.

import { refusalTable } from "../contracts/refusal.ts";
import type { Outcome } from "../contracts/visit.ts";

export type Status = "success" | "error" | "refused";
/** Where Sluice stands: a 404 is no fault of the agent that answers it; a call that got one has failed. */
export type Side = "server" | "client";

export interface Verdict {
  readonly status: Status;
  /** A refusal's code or one of our own words; undefined on success. */
  readonly errorType: string | undefined;
}

const errorFrom = { server: 500, client: 400 } as const satisfies Record<Side, number>;
const success: Verdict = { status: "success", errorType: undefined };

/**
 * Refused: the client or the policy is why. Error: the upstream or Sluice is. A client that leaves amid its
 * answer has stopped reading, which is no error; one that leaves before the first byte has waited too long.
 */
export function judge({ ended, status, refusal, isCommitted }: Outcome, side: Side): Verdict {
  if (refusal !== undefined) {
    const { fault } = refusalTable[refusal.code];
    const isRefused = ended !== "bug" && (fault === "client" || fault === "policy");
    return { status: isRefused ? "refused" : "error", errorType: refusal.code };
  }
  if (ended === "client-gone" && !isCommitted) return { status: "error", errorType: "client_gone" };
  return status >= errorFrom[side] ? { status: "error", errorType: `http_${status}` } : success;
}

// Owns how an exchange's end reads in log, metrics and spans: success, error or refused. Knows no sink.

import type { Outcome } from "../contracts/visit.ts";
import { refusalTable } from "../contracts/refusal.ts";

export type Status = "success" | "error" | "refused";

export interface Verdict {
  readonly status: Status;
  /** A refusal's code or one of our own words; undefined on success. */
  readonly errorType: string | undefined;
}

/**
 * Refused: the client or the policy is why. Error: the upstream or Sluice is. A client that leaves in the middle
 * of its answer has stopped reading, which is no error; one that leaves before the first byte has waited too long.
 */
export function judge({ ended, status, refusal, isCommitted }: Outcome): Verdict {
  if (refusal !== undefined) {
    const { fault } = refusalTable[refusal.code];
    const isOurs = fault === "upstream" || fault === "sluice" || ended === "bug";
    return { status: isOurs ? "error" : "refused", errorType: refusal.code };
  }
  if (ended === "client-gone" && !isCommitted) return { status: "error", errorType: "client_gone" };
  if (status >= 500) return { status: "error", errorType: "upstream_status" };
  return { status: "success", errorType: undefined };
}

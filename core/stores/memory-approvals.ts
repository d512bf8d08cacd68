// Owns what one process knows of calls that are held: an answer at once. Shares nothing with others.

import { LRUCache } from "lru-cache";
import {
  type ApprovalDecision,
  type ApprovalRequest,
  type ApprovalSettling,
  type Approvals,
  approvalsHeldMax,
  decisionLifeMs,
} from "../contracts/approval.ts";

const decisionsMax = 10_000;

export class MemoryApprovals implements Approvals {
  readonly #held = new Map<string, ApprovalRequest>();
  readonly #decisions = new LRUCache<string, ApprovalDecision>({ max: decisionsMax, ttl: decisionLifeMs });

  hold(request: ApprovalRequest): "held" | "full" {
    this.#expire();
    if (this.#held.size >= approvalsHeldMax) return "full";
    this.#held.set(request.id, request);
    return "held";
  }

  find(id: string): ApprovalRequest | undefined {
    this.#expire();
    return this.#held.get(id);
  }

  decisionOf(id: string): ApprovalDecision | undefined {
    return this.#decisions.get(id);
  }

  settle(id: string, decision: ApprovalDecision): ApprovalSettling {
    const earlier = this.#decisions.get(id);
    if (earlier !== undefined) return { kind: "earlier", decision: earlier };
    const request = this.#held.get(id);
    if (request === undefined) return { kind: "unknown" };
    this.#held.delete(id);
    this.#decisions.set(id, decision);
    return { kind: "settled", request };
  }

  list(max: number): readonly ApprovalRequest[] {
    this.#expire();
    return [...this.#held.values()].slice(0, max);
  }

  #expire(): void {
    const now = Date.now();
    for (const [id, { expires_at }] of this.#held) if (Date.parse(expires_at) < now) this.#held.delete(id);
  }
}

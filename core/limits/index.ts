// Owns the list of limits: one line a meter. Knows nothing of how each one counts.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec, Meter } from "../contracts/policy.ts";
import { concurrencyLimit } from "./concurrency.ts";
import { requestsLimit } from "./requests.ts";

type CreateLimit = (spec: LimitSpec, owner: string | undefined) => Limit;

const limitsByMeter: Partial<Record<Meter, CreateLimit>> = {
  requests: requestsLimit,
  concurrency: concurrencyLimit,
};

/**
 * `owner`: the agent whose own limit it is; undefined for a document of kind Limit, which all share.
 * Throws on a meter, scope or window that is not built yet: the policy refuses those before.
 */
export function createLimit(spec: LimitSpec, owner: string | undefined): Limit {
  const create = limitsByMeter[spec.meter];
  if (create === undefined) throw new Error(`no limit counts ${spec.meter}`);
  return create(spec, owner);
}

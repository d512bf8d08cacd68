// Owns the limit on what is in flight at the same time. Knows no store: it says what to hold.

import type { Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { isShared, scopedKey } from "./scope.ts";

/** `owner`: the agent whose limit it is; undefined where it stands alone. */
export function concurrencyLimit(spec: LimitSpec, owner: string | undefined): Limit {
  const keyOf = scopedKey(spec, owner);
  const { name, status, amount: limit } = spec;
  const onStoreLoss = spec.onStoreLoss === "open" ? "open" : "closed";
  const window = { kind: "concurrency" } as const;
  return {
    name,
    status,
    isShared: isShared(spec),
    plan: (exchange) => ({ key: keyOf(exchange), limit, amount: 1, window, onStoreLoss }),
  };
}

// Owns the limit on requests in a window. Knows no store: it says what to count.

import type { CounterWindow, Limit } from "../contracts/limit.ts";
import type { LimitSpec } from "../contracts/policy.ts";
import { isShared, scopedKey } from "./scope.ts";

/** About 24 days: rate-limiter-flexible forgets a window in memory by a timer, and no timer is longer. */
export const fixedWindowMsMax = 2 ** 31 - 1;

/** `owner`: the agent whose limit it is; undefined where it stands alone. Throws on other windows. */
export function requestsLimit(spec: LimitSpec, owner: string | undefined): Limit {
  const window = windowOf(spec);
  const keyOf = scopedKey(spec, owner);
  const { name, status, amount: limit } = spec;
  const onStoreLoss = spec.onStoreLoss === "open" ? "open" : "closed";
  return {
    name,
    status,
    isShared: isShared(spec),
    plan: (exchange) => ({ key: keyOf(exchange), limit, amount: 1, window, onStoreLoss }),
  };
}

function windowOf({ name, window, burst }: LimitSpec): CounterWindow {
  if (window?.kind === "sliding") return burst === undefined ? window : { ...window, burst };
  if (window?.kind === "fixed" && window.windowMs <= fixedWindowMsMax) return window;
  throw new Error(
    `limit ${name}: requests are counted in a sliding window or a fixed one of at most 24 days`,
  );
}

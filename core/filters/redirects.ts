// Owns the rule that a provider's redirect is not followed, here or by the agent: it would lead past every
// check.

import type { AttemptFilter } from "../contracts/exchange.ts";
import { refuse } from "../contracts/refusal.ts";

const notModified = 304;

export function redirectsFilter(): AttemptFilter {
  return {
    name: "redirects",
    open: () => ({
      kind: "visit",
      head: ({ status }) =>
        status >= 300 && status < 400 && status !== notModified ? refuse("upstream_redirected") : undefined,
    }),
  };
}

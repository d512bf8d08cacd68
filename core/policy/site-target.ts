// Owns the making of Targets of hosts that an agent names. Makes no request itself.

import type { EgressRuleSpec } from "../contracts/egress-spec.ts";
import type { Target } from "../contracts/exchange.ts";
import { headersForSite } from "../motion/outgoing.ts";
import { bracket } from "../text/authority.ts";

export interface SiteTargetOptions {
  readonly host: string;
  readonly scheme: "http" | "https";
  readonly rule: EgressRuleSpec;
}

/** Whatever the agent wrote but for what is Sluice's own; the credential is the agent's. */
export function siteTarget({ host, scheme, rule }: SiteTargetOptions): Target {
  const { connectionsMax, isWildcard, name, port, reach, timeouts } = rule;
  return {
    name,
    origin: new URL(`${scheme}://${bracket(host)}:${port}`).origin,
    model: undefined,
    timeouts,
    connectionsMax,
    reach,
    isPassing: isWildcard,
    write: ({ call, head, route: { dialect } }) => {
      const { path, body } =
        call === undefined
          ? { path: head.path + head.query, body: undefined }
          : dialect.writeCall(call, head, undefined);
      return { kind: "outbound", dialect, path, body };
    },
    headers: ({ head }) => ({ kind: "headers", headers: headersForSite(head.headers) }),
  };
}

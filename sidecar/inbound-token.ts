// Owns the sidecar's door: who comes in bears the gateway's token for this agent. Knows no keys or claims.

import type { Filter } from "../core/contracts/exchange.ts";
import { refuse } from "../core/contracts/refusal.ts";
import type { Verifier } from "../core/tokens/verifier.ts";

/** RFC 9110 §15.5.2: a 401 names a scheme. The token is ours and has no registered one. */
const challenge = { headers: { "www-authenticate": "Sluice-Token" } };

/** Takes over what the token says: the context, and the request's id, so that both programs' lines meet. */
export function inboundTokenFilter(verifier: Verifier, agent: string): Filter {
  return {
    name: "inbound-token",
    wantsCall: false,
    open: (exchange) => {
      const token = exchange.head.headers["x-sluice-token"];
      if (token === undefined) return refuse("token_missing", challenge);
      if (typeof token !== "string") return refuse("token_invalid", challenge);
      const subject = verifier.verify(token, agent);
      if (subject === undefined) return refuse("token_invalid", challenge);
      exchange.id = subject.requestId;
      exchange.context = subject.context;
      exchange.grant = token;
      return undefined;
    },
  };
}

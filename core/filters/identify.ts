// Owns who is calling: the credential's owner, an agent, or nobody where anonymous callers may come. Knows no
// rights.

import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Refusal } from "../contracts/refusal.ts";
import type { AgentCallers } from "./identify/agent-callers.ts";
import { presentedCredential, refuseMissing } from "./identify/credential.ts";
import type { Identities } from "./identify/identities.ts";
import type { Identity } from "./identify/jwt-callers.ts";

export interface IdentifyOptions {
  readonly identities: Identities;
  readonly agents: AgentCallers;
  /** No credential is then no refusal; a bad one still is, or a mistyped key would pass unseen. */
  readonly allowsAnonymous: boolean;
}

export function identifyFilter({ identities, agents, allowsAnonymous }: IdentifyOptions): Filter {
  return {
    name: "identify",
    wantsCall: false,
    open: (exchange) => {
      const credential = presentedCredential(exchange.head.headers);
      if (credential === undefined) {
        const token = exchange.head.headers["x-sluice-token"];
        if (typeof token === "string") return agents.admit(exchange, token);
        return allowsAnonymous ? undefined : refuseMissing();
      }
      if (typeof credential !== "string") return credential;
      const found = identities.find(credential);
      return found instanceof Promise ? found.then((late) => admit(exchange, late)) : admit(exchange, found);
    },
  };
}

function admit(exchange: Exchange, found: Identity | Refusal): Refusal | undefined {
  if (found.kind === "refusal") return found;
  exchange.caller = found.caller;
  exchange.claims = found.claims;
  return undefined;
}

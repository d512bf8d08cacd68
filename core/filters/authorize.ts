// Owns which callers and agents may call an agent. Knows nothing of how a caller was recognised.

import type { Filter } from "../contracts/exchange.ts";
import { refuse } from "../contracts/refusal.ts";

export interface AuthorizeOptions {
  /** Names of Callers; empty: nobody by name. */
  readonly callers: ReadonlySet<string>;
  /** Names of Agents; empty: none. */
  readonly agents: ReadonlySet<string>;
  readonly allowsAnonymous: boolean;
}

/** An agent that anybody may call without a credential is open to every known caller as well. */
export function authorizeFilter({ callers, agents, allowsAnonymous }: AuthorizeOptions): Filter {
  return {
    name: "authorize",
    wantsCall: false,
    open: ({ caller, delegation }) => {
      if (delegation !== undefined && !allowsAnonymous) {
        return agents.has(delegation.agent) ? undefined : refuse("agent_denied");
      }
      const isAllowed = allowsAnonymous || (caller !== undefined && callers.has(caller.name));
      return isAllowed ? undefined : refuse("caller_denied");
    },
  };
}

// Owns what a client sees of an agent that fails: its status, never its own words. Knows nothing of any
// agent.

import type { Filter } from "../contracts/exchange.ts";
import { refuse } from "../contracts/refusal.ts";

/** A 5xx body may hold stacks, host names and other people's data: it is replaced, the status kept. */
export function agentErrorsFilter(): Filter {
  return {
    name: "agent-errors",
    wantsCall: false,
    open: () => ({
      kind: "visit",
      head: ({ status, headers }) => {
        const isOurs = headers["x-sluice-refusal"] !== undefined;
        return status >= 500 && !isOurs ? refuse("agent_failed", { status }) : undefined;
      },
    }),
  };
}

// Owns the moment of writing down: when an exchange closes, each of its attempts is charged to whom it
// belongs.

import type { Exchange, Filter } from "../contracts/exchange.ts";
import { costTypeOf, type Ledger } from "../contracts/ledger.ts";

/** Attempts are charged however they ended: a client that hangs up still pays for what was streamed. */
export function ledgerFilter(ledger: Ledger): Filter {
  return {
    name: "ledger",
    wantsCall: false,
    open: (exchange) => ({
      kind: "visit",
      head: ({ headers }) => {
        const tally = exchange.inbound?.tally;
        const own = exchange.route.tool === undefined ? 1 : 0;
        if (tally !== undefined) headers["x-sluice-steps-used"] = String(tally.steps + own);
        return undefined;
      },
      close: () => charge(exchange, ledger),
    }),
  };
}

function charge(exchange: Exchange, ledger: Ledger): void {
  const { attempts, call, context, model, route } = exchange;
  for (const { usage, costNanoUsd, isCostAssumed, isMetered } of attempts) {
    if (usage.inputTokens + usage.outputTokens === 0 && !isMetered) continue;
    ledger.record({
      agent: route.agent,
      model,
      caller: context?.caller,
      team: context?.team,
      user: context?.user,
      session: context?.session,
      task: context?.task ?? "unattributed",
      tool: route.tool?.name,
      type: costTypeOf(call?.operation),
      usage,
      costNanoUsd,
      isCostAssumed,
    });
  }
}

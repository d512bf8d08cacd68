// Owns the moment the gateway's token is signed: once the exchange's context is known. Knows no keys.

import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Signer } from "../tokens/signer.ts";

export interface TokenOptions {
  readonly signer: Signer;
  /** Whether the context is known only with the call: the same as the context filter's own. */
  readonly wantsCall: boolean;
  /** What the agent may do: no other permission of a user is of use to it. */
  readonly operations?: readonly string[];
}

/** Stands behind the context filter in the chain. One token an exchange: retries send it again. */
export function tokenFilter({ signer, wantsCall, operations = [] }: TokenOptions): Filter {
  const useful = new Set(operations);
  const sign = (exchange: Exchange): undefined => {
    const { context, id, route } = exchange;
    if (context === undefined) throw new Error("the token is to be signed before the context is known");
    const permissions = context.permissions?.filter((each) => useful.has(each));
    const said = permissions === undefined ? context : { ...context, permissions };
    exchange.token = signer.sign({ agent: route.agent, requestId: id, context: said });
  };
  return {
    name: "token",
    wantsCall,
    open: (exchange) => (wantsCall ? { kind: "visit", call: () => sign(exchange) } : sign(exchange)),
  };
}

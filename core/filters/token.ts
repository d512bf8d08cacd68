// Owns the moment the gateway's token is signed: once the exchange's context is known. Knows no keys.

import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Signer } from "../tokens/signer.ts";

export interface TokenOptions {
  readonly signer: Signer;
  /** Whether the context is known only with the call: the same as the context filter's own. */
  readonly wantsCall: boolean;
}

/** Stands behind the context filter in the chain. One token an exchange: retries send it again. */
export function tokenFilter({ signer, wantsCall }: TokenOptions): Filter {
  const sign = (exchange: Exchange): undefined => {
    const { context, id, route } = exchange;
    if (context === undefined) throw new Error("the token is to be signed before the context is known");
    exchange.token = signer.sign({ agent: route.agent, requestId: id, context });
  };
  return {
    name: "token",
    wantsCall,
    open: (exchange) => (wantsCall ? { kind: "visit", call: () => sign(exchange) } : sign(exchange)),
  };
}

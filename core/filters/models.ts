// Owns which models an agent may ask for, and the list it sees. Knows no targets and no provider by name.

import type { Call, Dialect } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import { refuse } from "../contracts/refusal.ts";
import type { Halt } from "../contracts/visit.ts";

/**
 * `names`: the agent's Models. A request for the list is answered here: nobody learns of a model it may not
 * use.
 */
export function modelsFilter(names: ReadonlySet<string>): Filter {
  return {
    name: "models",
    wantsCall: true,
    open: (exchange) => ({ kind: "visit", call: (call) => checkModel(exchange, call, names) }),
  };
}

function checkModel(exchange: Exchange, call: Call, names: ReadonlySet<string>): Halt | undefined {
  if (call.operation === "models") return showModels(exchange.route.dialect, call.model, names);
  if (call.model === undefined && (call.operation === "metered" || call.operation === "stored")) {
    return undefined;
  }
  if (call.model === undefined || !names.has(call.model)) {
    const allowed = names.size === 0 ? "No model is" : `Use one of: ${[...names].join(", ")}. No other is`;
    return refuse("model_denied", { message: `${allowed} on this agent's list.` });
  }
  exchange.model = call.model;
  return undefined;
}

function showModels(dialect: Dialect, one: string | undefined, names: ReadonlySet<string>): Halt {
  if (one !== undefined && !names.has(one)) return refuse("model_denied");
  const shown = dialect.writeModels?.([...names], one);
  if (shown === undefined) return refuse("route_refused");
  const body = Buffer.from(JSON.stringify(shown));
  return { kind: "answer", head: { status: 200, headers: { "content-type": "application/json" } }, body };
}

// Owns which models an agent may ask for, and the list it sees. Knows no targets and no provider by name.

import type { Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import { refuse } from "../contracts/refusal.ts";
import type { Answer, Halt } from "../contracts/visit.ts";

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
  if (call.operation === "models")
    return call.model === undefined ? listModels(names) : showModel(call.model, names);
  if (call.model === undefined || !names.has(call.model)) {
    const allowed = names.size === 0 ? "No model is" : `Use one of: ${[...names].join(", ")}. No other is`;
    return refuse("model_denied", { message: `${allowed} on this agent's list.` });
  }
  exchange.model = call.model;
  return undefined;
}

function listModels(names: ReadonlySet<string>): Answer {
  return jsonAnswer({ object: "list", data: [...names].map(modelObject) });
}

function showModel(name: string, names: ReadonlySet<string>): Halt {
  return names.has(name) ? jsonAnswer(modelObject(name)) : refuse("model_denied");
}

function modelObject(id: string): { id: string; object: string; created: number; owned_by: string } {
  return { id, object: "model", created: 0, owned_by: "sluice" };
}

function jsonAnswer(value: unknown): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return { kind: "answer", head: { status: 200, headers: { "content-type": "application/json" } }, body };
}

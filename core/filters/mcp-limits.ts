// Owns limits on calls of an MCP server's tools: each call of a batch draws on them. Counts nothing itself.

import type { AnswerHead, Call } from "../contracts/dialect.ts";
import type { Exchange, Filter } from "../contracts/exchange.ts";
import type { Refusal } from "../contracts/refusal.ts";
import type { Halt, Outcome, Visit } from "../contracts/visit.ts";
import { toolIn } from "../dialects/mcp/methods.ts";
import { isNamedTool, type McpRules } from "./mcp/rules.ts";

/** `limits`: draws once, on open, for the tool that the exchange names. */
export function mcpLimitsFilter(limits: Pick<Filter, "open">, rules: McpRules): Filter {
  return { name: "mcp-limits", wantsCall: true, open: (exchange) => new Drawn(exchange, limits, rules) };
}

class Drawn implements Visit {
  readonly kind = "visit";
  readonly #exchange: Exchange;
  readonly #limits: Pick<Filter, "open">;
  readonly #rules: McpRules;
  readonly #visits: Visit[] = [];

  constructor(exchange: Exchange, limits: Pick<Filter, "open">, rules: McpRules) {
    this.#exchange = exchange;
    this.#limits = limits;
    this.#rules = rules;
  }

  async call({ messages = [] }: Call): Promise<Refusal | undefined> {
    const exchange = this.#exchange;
    const last = exchange.tool;
    for (const message of messages) {
      if (message.method !== "tools/call") continue;
      const name = toolIn(message);
      exchange.tool = name !== undefined && isNamedTool(this.#rules, name) ? name : undefined;
      const opened: Visit | Halt | undefined = await this.#limits.open(exchange);
      if (opened?.kind === "refusal") return opened;
      if (opened?.kind === "visit") this.#visits.push(opened);
    }
    exchange.tool = last;
    return undefined;
  }

  /** Fields of one call are enough: those of the last are the least. */
  head(head: AnswerHead): undefined {
    this.#visits.at(-1)?.head?.(head);
  }

  close(outcome: Outcome): void {
    for (const visit of this.#visits) visit.close?.(outcome);
  }
}

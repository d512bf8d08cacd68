// Owns what an MCP server's tool is when it is called: as it was approved, or as the server says. Forwards
// nothing and judges no arguments.

import type { Exchange } from "../../contracts/exchange.ts";
import type { Pin } from "../../contracts/mcp-spec.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { type McpRules, tell } from "./rules.ts";

export type FoundTool = Pick<Pin, "definition" | "hash">;

/** Undefined: nobody knows it. */
export async function findTool(
  rules: McpRules,
  exchange: Exchange,
  name: string,
): Promise<FoundTool | Refusal | undefined> {
  const { server, catalogue, ask } = rules;
  const hold = (why: string): Refusal => refuseChanged(rules, exchange, { name, why });
  const pin = server.lock?.tools.get(name);
  if (server.lock === undefined) {
    if (catalogue.find(name) === undefined) await ask(exchange);
    return catalogue.find(name);
  }
  if (pin === undefined) return hold("was never approved");
  let known = catalogue.find(name);
  if (known === undefined || !catalogue.isFresh(known, server.recheckMs, performance.now())) {
    const askedAtMs = performance.now();
    const refusal = await ask(exchange);
    if (refusal !== undefined) return refusal;
    known = catalogue.find(name);
    if (known === undefined || known.seenAtMs < askedAtMs) {
      return hold("is not among the tools of its server now");
    }
  }
  const isSame = known.hash === pin.hash && !known.isDoubtful;
  return isSame ? pin : hold("has changed since it was approved");
}

/** Undefined: it is as it was approved, or nothing is pinned. Its messages are words for a model, too. */
export async function checkPrompt(
  { server, prompts: { catalogue, ask } }: McpRules,
  exchange: Exchange,
  name: string,
): Promise<Refusal | undefined> {
  const pin = server.lock?.prompts.get(name);
  if (pin === undefined) return undefined;
  let known = catalogue.find(name);
  if (known === undefined || !catalogue.isFresh(known, server.recheckMs, performance.now())) {
    const askedAtMs = performance.now();
    const refusal = await ask(exchange);
    if (refusal !== undefined) return refusal;
    known = catalogue.find(name);
    if (known === undefined || known.seenAtMs < askedAtMs) return refusePrompt(name, "is not there now");
  }
  const isSame = known.hash === pin.hash && !known.isDoubtful;
  return isSame ? undefined : refusePrompt(name, "has changed since it was approved");
}

function refusePrompt(name: string, why: string): Refusal {
  const message = `The prompt ${shown(name)} ${why}. Do without it; an operator has to approve it.`;
  return refuse("prompt_denied", { message });
}

interface Changed {
  readonly name: string;
  readonly why: string;
}

function refuseChanged(rules: McpRules, exchange: Exchange, { name, why }: Changed): Refusal {
  tell(rules, exchange, { verdict: "held", name });
  return refuse("tool_not_approved", {
    message: `The tool ${shown(name)} ${why}. Use another one; an operator has to approve it.`,
  });
}

/** Long enough for any name, and no text of anybody's. */
export const shownName = /^[A-Za-z0-9_.:/-]{1,128}$/;

export function shown(name: string): string {
  return shownName.test(name) ? `\`${name}\`` : "that was called";
}

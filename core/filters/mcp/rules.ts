// Owns what the filters of one MCP server go by, and who is told. Knows no message.

import type { Exchange } from "../../contracts/exchange.ts";
import type { AccessList, AccessLists, McpServerSpec, Offer } from "../../contracts/mcp-spec.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import type { Catalogue } from "./catalogue.ts";

/** `held`: it is not what was approved. */
export type McpVerdict = "pass" | "denied" | "held" | "misfit" | "flag";

export interface McpWatch {
  /** `tool`: undefined where its name may be anybody's. */
  decided(verdict: McpVerdict, tool: string | undefined, exchange: Exchange): void;
}

export interface McpRules {
  readonly server: McpServerSpec;
  /** Of the server, and of the agent: both have to let a name pass. */
  readonly access: readonly AccessLists[];
  readonly catalogue: Catalogue;
  /** Asks the server for its tools, as the exchange's own client; what it says is in the catalogue then. */
  readonly ask: (exchange: Exchange) => Promise<Refusal | undefined>;
  /** The same, of its prompts. */
  readonly prompts: {
    readonly catalogue: Catalogue;
    readonly ask: (exchange: Exchange) => Promise<Refusal | undefined>;
  };
  readonly watch: McpWatch;
}

export function mayUse({ access }: Pick<McpRules, "access">, offer: Offer, name: string): boolean {
  return access.every((lists) => isOn(lists[offer], name));
}

function isOn({ allow, deny }: AccessList, name: string): boolean {
  if (deny.some((pattern) => fits(pattern, name))) return false;
  return allow === undefined || allow.some((pattern) => fits(pattern, name));
}

/** `*` at the end stands for any rest. */
export function fits(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Whether the policy itself knows this name: others are anybody's to make up. */
export function isNamedTool({ access, server, catalogue }: McpRules, name: string): boolean {
  if (server.lock?.tools.has(name) === true || catalogue.find(name) !== undefined) return true;
  return access.some(({ tools }) => tools.allow?.includes(name) === true);
}

/** Whoever is told hears no name that anybody could have made up. */
export function tell(
  rules: McpRules,
  exchange: Exchange,
  { verdict, name }: { readonly verdict: McpVerdict; readonly name: string | undefined },
): void {
  const tool = name !== undefined && isNamedTool(rules, name) ? name : undefined;
  rules.watch.decided(verdict, tool, exchange);
}

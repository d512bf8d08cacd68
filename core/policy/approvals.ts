// Owns which of several approvals holds, and which calls of an MCP server's tools need one. Asks nobody.

import type { ApprovalSpec } from "../contracts/approval.ts";
import type { McpServerSpec, McpUseSpec } from "../contracts/mcp-spec.ts";
import { fits } from "../filters/mcp/rules.ts";

/** An agent can shorten what the operator says and have another told, never take it away. */
export function stricter(
  own: ApprovalSpec | undefined,
  use: ApprovalSpec | undefined,
): ApprovalSpec | undefined {
  if (own === undefined || use === undefined) return own ?? use;
  return { withinMs: Math.min(own.withinMs, use.withinMs), webhook: use.webhook ?? own.webhook };
}

/** Of all patterns that fit a tool's name; undefined: nobody is asked. */
export function mcpApprovals(
  server: Pick<McpServerSpec, "approval">,
  use: Pick<McpUseSpec, "approval">,
): (tool: string) => ApprovalSpec | undefined {
  const all = [...server.approval, ...use.approval];
  return (tool) => {
    const fitting = all.filter(([pattern]) => fits(pattern, tool)).map(([, spec]) => spec);
    return fitting.reduce<ApprovalSpec | undefined>(stricter, undefined);
  };
}

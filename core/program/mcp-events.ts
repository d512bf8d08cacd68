// Owns what is logged and counted of calls of MCP servers' tools. Decides nothing.

import type { McpWatch } from "../filters/mcp/rules.ts";
import type { ChildEnd } from "../motion/peers/child-process-adapter.ts";
import type { McpProcessLine } from "../telemetry/log-lines.ts";
import { plainId } from "../telemetry/plain.ts";
import type { Equipment } from "./host.ts";

export function mcpWatch(
  { log, metrics, hash }: Pick<Equipment, "log" | "metrics" | "hash">,
  server: string,
): McpWatch {
  return {
    decided(verdict, tool, { id, route }) {
      metrics.toolCallChecked(tool, verdict);
      if (verdict === "pass") return;
      const request_id = plainId(id, hash);
      log.toolCallChecked({ request_id, agent_id: route.agent, server, tool_name: tool, verdict });
    },
  };
}

export function processLine(server: string, end: ChildEnd): McpProcessLine {
  return {
    server,
    exit_code: end.code,
    signal: end.signal,
    expected: end.isAsked,
    lived_ms: Math.round(end.livedMs),
    stderr_lines: end.stderrLines,
    stderr_bytes: end.stderrBytes,
  };
}

// Owns what stands outermost in each of the sidecar's chains: the span and the audit line. Knows no route.

import type { Filter } from "../core/contracts/exchange.ts";
import { type AuditKind, auditFilter } from "../core/filters/audit.ts";
import { traceFilter } from "../core/filters/trace.ts";
import type { SpanName } from "../core/filters/trace-attributes.ts";
import type { Equipment } from "../core/program/host.ts";
import { monotonicClock } from "../core/telemetry/clock.ts";

export interface OuterFilters {
  readonly trace: Filter;
  readonly audit: Filter;
}

interface Shown {
  readonly span: SpanName;
  readonly audit: AuditKind;
}

/**
 * `agents`: others, through the gateway. `tool`: of the policy's. `mcp`: a server of tools. `site`: a host
 * that the agent names.
 */
const kinds = {
  agents: { span: "agent.run", audit: "egress" },
  egress: { span: "agent.llm_call", audit: "egress" },
  inbound: { span: "agent.run", audit: "inbound" },
  mcp: { span: "tool_call", audit: "egress" },
  site: { span: "tool_call", audit: "site" },
  tool: { span: "tool_call", audit: "egress" },
} as const satisfies Readonly<Record<string, Shown>>;

/** Egress continues the trace of the task it belongs to; inbound the gateway's, whose token it carries. */
export function outerFilters(equipment: Equipment, kind: keyof typeof kinds): OuterFilters {
  const { tracing, log, metrics, hash: hashed } = equipment;
  const clock = monotonicClock;
  const { span, audit } = kinds[kind];
  const trace = traceFilter({
    tracing,
    spanName: span,
    kind: kind === "inbound" ? "server" : "client",
    incoming: "trusted",
    hashed,
    clock,
  });
  return { trace, audit: auditFilter({ kind: audit, log, metrics, hashed, clock }) };
}

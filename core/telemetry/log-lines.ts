// Owns what is said on each of the log's lines. No prompt, answer, argument, credential or raw session id has
// a field here.

import type { Status } from "./verdict.ts";

export type ExchangeEvent =
  | "agent_request"
  | "llm_call"
  | "tool_call"
  | "mcp_request"
  | "egress"
  | "agent.task.completed";

/** What is said of an exchange at its end; what is undefined is left out. */
export interface ExchangeLine {
  readonly request_id: string;
  readonly trace_id?: string | undefined;
  readonly agent_id: string;
  readonly route: string;
  /** Where nobody has read what passed. */
  readonly coverage?: "metered" | undefined;
  readonly status: Status | "completed" | "failed" | "cancelled";
  /** Makes the event `agent_error`. */
  readonly error_type?: string | undefined;
  /** 0 where nothing was sent. */
  readonly http_status: number;
  readonly duration_ms: number;
  readonly first_byte_ms?: number | undefined;
  readonly attempts: number;
  readonly target?: string | undefined;
  /** `host:port` that the agent named to the forward proxy, in its one spelling. */
  readonly host?: string | undefined;
  /** Through a tunnel, in bytes: the agent's, and what came back. */
  readonly sent_bytes?: number | undefined;
  readonly received_bytes?: number | undefined;
  readonly caller?: string | undefined;
  /** The agent that called this one, where one did. */
  readonly caller_agent?: string | undefined;
  /** Agents between the edge and here; undefined at the edge. */
  readonly depth?: number | undefined;
  readonly team?: string | undefined;
  readonly task_id?: string | undefined;
  /** Hashed. */
  readonly session_id?: string | undefined;
  /** Hashed. */
  readonly user_id?: string | undefined;
  /** Bytes of the request's body. */
  readonly message_length?: number | undefined;
  readonly model?: string | undefined;
  readonly finish_reason?: string | undefined;
  readonly input_tokens?: number | undefined;
  readonly output_tokens?: number | undefined;
  readonly latency_ms?: number | undefined;
  readonly tool?: string | undefined;
  readonly tool_version?: string | undefined;
  /** Bytes of what the tool gave back. */
  readonly result_length?: number | undefined;
  readonly cost_usd?: number | undefined;
  readonly steps?: number | undefined;
  readonly tokens?: number | undefined;
  readonly tool_calls?: number | undefined;
  /** Of messages for a server of tools: from a bounded set. */
  readonly "mcp.method.name"?: string | undefined;
  /** A name of the policy's, or of a tool the server has. */
  readonly "gen_ai.tool.name"?: string | undefined;
  /** `pii-out@llm.answer=redact`: what each guard did at each stage. */
  readonly guards?: readonly string[] | undefined;
}

export interface Fallback {
  readonly request_id: string;
  readonly from_model: string;
  /** A refusal's code, or a status. */
  readonly reason: string;
}

export interface BudgetLine {
  readonly request_id: string;
  readonly agent_id: string;
  readonly limit: string;
  /** `threshold_80`, `shadow`, `downgraded`. */
  readonly what: string;
  /** Whose counter it is, hashed; left out where there is none. */
  readonly counter?: string;
  readonly task_id: string | undefined;
  readonly to_model?: string;
}

export interface BudgetChangeLine {
  /** `granted`, `reset`. */
  readonly what: string;
  /** Whose admin key, by the first digits of its hash. */
  readonly by: string;
  readonly limit: string;
  readonly agent_id: string | undefined;
  /** Whose counter it is, hashed as in `BudgetLine`. */
  readonly counter: string;
  /** In its unit; dollars where it is `usd`. */
  readonly meter: string;
  readonly used_before: number;
  readonly used_after: number;
}

export interface LoopLine {
  readonly request_id: string;
  readonly agent_id: string;
  readonly task_id: string | undefined;
  readonly what: string;
  readonly repeats: number;
  /** As the agent's own definitions name it. */
  readonly tool_name: string | undefined;
}

/** Never what was found: its place, its length and a keyed hash of it. */
export interface FindingLine {
  readonly request_id: string;
  readonly agent_id: string;
  readonly guard: string;
  readonly stage: string;
  readonly role: string;
  readonly kind: string;
  readonly type: string;
  readonly method: string;
  readonly score: number;
  /** UTF-16 units into its text. */
  readonly start: number;
  readonly length: number;
  readonly hash: string | undefined;
  readonly action: string;
  readonly mode: "enforce" | "shadow";
}

/** Of a call of a tool that a model made. Holds no argument and no text. */
export interface ToolCallLine {
  readonly request_id: string;
  readonly agent_id: string;
  /** A name of the policy's; undefined: any other. */
  readonly tool_name: string | undefined;
  /** The MCP server that offers it; undefined: no model's call goes there by itself. */
  readonly server?: string;
  readonly verdict: string;
}

/** Never what it printed: how much of it. */
export interface McpProcessLine {
  readonly server: string;
  readonly exit_code: number | undefined;
  readonly signal: string | undefined;
  /** It was told to. */
  readonly expected: boolean;
  readonly lived_ms: number;
  readonly stderr_lines: number;
  readonly stderr_bytes: number;
}

export interface CostAnomalyLine {
  /** `agent`, `user`. */
  readonly by: string;
  /** An agent's name; a user is hashed. */
  readonly name: string;
  /** `2026-11-21`, UTC. */
  readonly day: string;
  readonly cost_usd: number;
  /** Of the days before on which it spent anything. */
  readonly mean_usd: number;
}

/** The audit line; no text of the exchange, no raw session or user. */
export interface EscalationLine {
  readonly escalation_id: string;
  readonly request_id: string;
  readonly agent_id: string;
  readonly task_id: string | undefined;
  readonly reason: string;
  readonly reasons: readonly string[];
  readonly priority: string;
  /** How many messages went along. */
  readonly messages: number;
  readonly session_id?: string | undefined;
  readonly user_id?: string | undefined;
}

/** How it left: `delivered` after so many tries, or why not. */
export interface EscalationEndLine extends Pick<EscalationLine, "escalation_id" | "agent_id" | "reason"> {
  readonly result: "delivered" | "full" | "refused" | "lost" | "no_credential";
  readonly tries?: number;
}

/** A call that waits, or has waited, for a person. */
export interface ApprovalLine {
  readonly approval_id: string;
  readonly agent_id: string;
  readonly tool_name: string;
  readonly task_id: string | undefined;
  /** Keyed: equal where the arguments are. */
  readonly arguments_hash: string;
  /** `held`, `delivered`, why a webhook was lost, or how it ended. */
  readonly what: string;
  /** Who says to have decided, and with whose admin key. */
  readonly by?: string;
  readonly admin_key?: string;
  readonly waited_ms?: number;
}

export interface RegistrationLine {
  readonly registration_id: string;
  readonly tool_name: string;
  readonly tool_version: string;
  readonly caller: string;
  /** Where it is: origin alone. */
  readonly endpoint: string;
  readonly what: "registered" | "removed" | "conflict";
}

export interface ConfirmationLine {
  readonly request_id: string;
  readonly agent_id: string;
  readonly task_id: string | undefined;
  /** `message`, or the tool. */
  readonly what: string;
}

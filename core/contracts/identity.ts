// Owns who asks and what for, as it was verified. Knows no exchange and no way to prove it.

/** Who calls, as the policy knows it. */
export interface Caller {
  readonly name: string;
  readonly team: string | undefined;
  /** Header names this caller may set about its own users; all else is stripped. */
  readonly trust: ReadonlySet<string>;
}

/** What a verified token says besides who calls; only claims that the policy names. */
export interface VerifiedClaims {
  readonly user: string | undefined;
  readonly session: string | undefined;
  /** What the user may do; left out where the policy names no claim that says it. */
  readonly permissions?: readonly string[] | undefined;
}

/** What an exchange works on, from the task's own body, a trusted caller, or the gateway's token. */
export interface TaskContext {
  readonly task: string;
  readonly session: string | undefined;
  readonly user: string | undefined;
  /** Who came in at the edge, however many agents are between: whose task it is, and who pays. */
  readonly caller: string;
  readonly team: string | undefined;
  /** Agent-to-agent calls between the edge and here. */
  readonly depth: number;
  /** The agents between the edge and here, the first one first; absent: none. */
  readonly via?: readonly string[];
  /** The task's own ceilings; undefined where it set none. */
  readonly stepsMax: number | undefined;
  readonly tokensMax: number | undefined;
  /** What agents further up were given for the same task: it holds for all below. Each agent once. */
  readonly above?: readonly TaskCeilings[];
  /** What the user may do, as a verified token says; left out where none said it. */
  readonly permissions?: readonly string[] | undefined;
}

/** The ceilings of the part of a task that one agent, and all below it, work on. */
export interface TaskCeilings {
  readonly agent: string;
  readonly stepsMax: number | undefined;
  readonly tokensMax: number | undefined;
}

/** One agent calls another, and may: what its sidecar's token and the gateway's own in it say. */
export interface Delegation {
  /** Who calls. */
  readonly agent: string;
  /** Of the agent that is called: one call deeper than what the caller works on. */
  readonly context: TaskContext;
}

/** W3C trace context: `traceId` 32 hex digits, `spanId` 16. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
  /** `tracestate` of the trace that is continued, to be passed on as it came. */
  readonly traceState: string | undefined;
}

/** What a task has used so far; counted up by each egress exchange that closes. */
export interface TaskTally {
  /** LLM calls. */
  steps: number;
  /** Input and output. */
  tokens: number;
  toolCalls: number;
  costNanoUsd: number;
}

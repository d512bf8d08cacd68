// Owns what work is done for: a task, its ceilings, the agents it has passed. Knows no exchange.

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

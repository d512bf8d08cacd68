// Owns what is logged of a call of a tool that a model made. Holds no argument and no text.

export interface ToolCallLine {
  readonly request_id: string;
  readonly agent_id: string;
  /** A name of the policy's; undefined: any other. */
  readonly tool_name: string | undefined;
  readonly verdict: string;
}

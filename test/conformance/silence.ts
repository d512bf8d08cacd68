// Owns the kinds of events that say nothing, each with its reason. All others have to be heard.

interface Silence {
  readonly dialects: RegExp;
  readonly type: RegExp;
  /** `always`: none of them may be heard of; `sometimes`: those of its events that hold something are. */
  readonly when: "always" | "sometimes";
  readonly reason: string;
}

export const silences: readonly Silence[] = [
  { dialects: /./, type: /\(empty\)$/, when: "sometimes", reason: "it holds no text yet" },
  {
    dialects: /^(openai|gemini)/,
    type: /^\(no data\)$/,
    when: "always",
    reason: "a comment, `[DONE]`, or what stands between the elements of a list",
  },
  {
    dialects: /count-tokens$|input-tokens$|models$|embeddings$|^vertex-predict$|^bedrock-invoke$|^metered$/,
    type: /^\(answer\)$/,
    when: "sometimes",
    reason: "figures, vectors or a list: nothing a model or a tool wrote; use is said where it is counted",
  },
  {
    dialects: /^openai-chat$/,
    type: /^\(answer\)$/,
    when: "sometimes",
    reason: "an echo of a demo server, which is no completion",
  },
  { dialects: /./, type: /^ping$/, when: "always", reason: "keeps the connection alive" },
  {
    dialects: /./,
    type: /^(content_block_stop|contentBlockStop|message_stop)$/,
    when: "always",
    reason: "ends what was said before it; why it ended is said by another event",
  },
  {
    dialects: /^(anthropic|bedrock)/,
    type: /code_execution_tool_result$/,
    when: "sometimes",
    reason: "a run that printed nothing, or a file that was written",
  },
  {
    dialects: /^bedrock-converse$/,
    type: /^contentBlockStart(\/toolResult)?$/,
    when: "always",
    reason: "names a block whose texts follow",
  },
  {
    dialects: /^bedrock-converse$/,
    type: /^trace$/,
    when: "sometimes",
    reason: "figures of a guardrail that took nothing out",
  },
  {
    dialects: /^gemini$/,
    type: /^candidate\.safetyRatings$/,
    when: "always",
    reason: "grades of a filter, in words of a fixed list",
  },
  {
    dialects: /^gemini$/,
    type: /^part\.toolResponse$/,
    when: "sometimes",
    reason: "names a tool that has answered, and not what",
  },
  {
    dialects: /^gemini$/,
    type: /^usageMetadata$/,
    when: "sometimes",
    reason: "a total without its parts, before the figures are known",
  },
  {
    dialects: /^openai-chat$/,
    type: /^delta\.channel$/,
    when: "always",
    reason: "names where the text beside it is said",
  },
  {
    dialects: /^openai-chat$/,
    type: /\.(reasoning_details|extra_content|thought_signature)$/,
    when: "sometimes",
    reason: "an opaque proof of what was thought, readable by its maker alone",
  },
  {
    dialects: /^openai-c/,
    type: /^prompt_filter_results$/,
    when: "sometimes",
    reason: "grades of a filter, in words of a fixed list",
  },
  {
    dialects: /^openai-responses$/,
    type: /^item\.(compaction|reasoning)$/,
    when: "sometimes",
    reason: "an opaque proof of what was thought, readable by its maker alone",
  },
  {
    dialects: /^openai-(stored-)?responses$/,
    type: /^response\.(in_progress|queued)$/,
    when: "sometimes",
    reason: "repeats the response as it was announced",
  },
  {
    dialects: /^openai-(stored-)?responses$/,
    type: /^response\.\w+_(call|list_tools)\.(in_progress|searching|interpreting|generating|completed)$/,
    when: "always",
    reason: "how far a tool is that an item before it has announced",
  },
  {
    dialects: /^openai-(stored-)?responses$/,
    type: /^response\.output_item\.added\/(message|reasoning|mcp_list_tools|\w+_output)$/,
    when: "sometimes",
    reason: "names an item whose texts follow",
  },
  {
    dialects: /^openai-responses$/,
    type: /^response\.shell_call_command\.added$/,
    when: "always",
    reason: "names a command whose text follows",
  },
];

/** Undefined: it has to be heard. */
export function silenceOf(dialect: string, type: string): Silence | undefined {
  return silences.find(({ dialects, type: pattern }) => dialects.test(dialect) && pattern.test(type));
}

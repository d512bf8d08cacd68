// Owns which of Anthropic's betas are known here, and so what they can switch on. Reads no body.

import type { HeaderMap } from "../../contracts/dialect.ts";

/**
 * By the name without its date. A beta changes how an answer looks, or admits a field; fields that make the
 * vendor run something (typed tools, `mcp_servers`, skills, file ids, threads) are read and named as such
 * wherever they stand. What another beta may do nobody here knows.
 */
const known = new Set([
  ...[
    "advanced-tool-use",
    "advisor-tool",
    "agent-memory",
    "cache-diagnosis",
    "claude-code",
    "code-execution",
  ],
  ...["compact", "computer-use", "context-1m", "context-management", "dev-full-thinking", "effort"],
  ...["extended-cache-ttl", "fallback-credit", "fast-mode", "files-api", "fine-grained-tool-streaming"],
  ...["inline-tools", "interleaved-thinking", "max-tokens-3-5-sonnet", "mcp-client", "message-threads"],
  ...["mid-conversation-output-config", "mid-conversation-system-clear-at", "mid-conversation-tool-changes"],
  ...[
    "model-context-window-exceeded",
    "output-128k",
    "output-300k",
    "pdfs",
    "prompt-caching",
    "redact-thinking",
  ],
  ...["search-results", "server-side-fallback", "skills", "structured-outputs", "task-budgets"],
  ...["thinking-binding-controls", "thinking-display-updates", "thinking-token-count", "token-counting"],
  ...["token-efficient-tools", "tool-examples", "tool-search-tool", "web-fetch"],
]);

/** Those of `anthropic-beta`, a list with commas, of which nobody knows what they switch on. */
export function unknownBetas({ "anthropic-beta": value }: HeaderMap): readonly string[] {
  if (value === undefined) return [];
  const names = String(value).split(",");
  return names.map((name) => name.trim()).filter((name) => name !== "" && !known.has(withoutDate(name)));
}

function withoutDate(name: string): string {
  return name.replace(/-\d{4}-\d{2}-\d{2}$/, "").replace(/-\d{8}$/, "");
}

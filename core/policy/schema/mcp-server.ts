// Owns the shape of an McpServer. Knows nothing of MCP itself.

import type { Schema } from "./shared.ts";
import { listOf, object, secretSource, toolName, url } from "./shared.ts";

export const mcpServer: Schema = object({
  properties: {
    url,
    command: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1, maxItems: 100 },
    tools: object({ properties: { allow: listOf(toolName) } }),
    credential: secretSource,
    lock: { type: "string", minLength: 1, maxLength: 1_024 },
  },
});

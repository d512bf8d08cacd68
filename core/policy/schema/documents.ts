// Owns the one table of kinds and their schemas. Knows nothing of validating.

import type { Kind } from "../draft.ts";
import { apiVersion } from "../draft.ts";
import { agent } from "./agent.ts";
import { caller } from "./caller.ts";
import { defaults, labels } from "./defaults.ts";
import { guard } from "./guard.ts";
import { limit } from "./limit.ts";
import { mcpServer } from "./mcp-server.ts";
import { model } from "./model.ts";
import { provider } from "./provider.ts";
import type { Schema } from "./shared.ts";
import { modelName, name, object, toolName } from "./shared.ts";
import { tool } from "./tool.ts";

interface KindSchema {
  readonly spec: Schema;
  readonly name?: Schema;
  readonly metadata?: Readonly<Record<string, Schema>>;
}

const byKind: Readonly<Record<Kind, KindSchema>> = {
  Defaults: { spec: defaults },
  Provider: { spec: provider },
  Model: { spec: model, name: modelName },
  Caller: { spec: caller },
  Agent: { spec: agent, metadata: { labels } },
  Limit: { spec: limit },
  Guard: { spec: guard },
  Tool: { spec: tool, name: toolName },
  McpServer: { spec: mcpServer },
};

/** JSON Schema 2020-12 of one whole document. */
export function documentSchema(kind: Kind): Schema {
  const { spec, name: naming, metadata } = byKind[kind];
  return object({
    properties: {
      apiVersion: { const: apiVersion },
      kind: { const: kind },
      metadata: object({ properties: { name: naming ?? name, ...metadata }, required: ["name"] }),
      spec,
    },
    required: ["apiVersion", "kind", "metadata", "spec"],
  });
}

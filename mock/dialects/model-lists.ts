// Owns the lists of models that vendors give, each in its shape; knows nothing of calls.

import type { AskProblem, MockDialect, RequestHead } from "../dialect.ts";
import { jsonBody } from "../framing.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { gemini } from "./gemini.ts";
import { ollamaChat } from "./ollama-chat.ts";
import { openaiChat } from "./openai-chat.ts";

/** A list, or one model of it. */
export interface ModelList {
  /** Whose framing and words for errors it has. */
  readonly dialect: MockDialect;
  write(names: readonly string[]): Buffer | AskProblem;
}

interface VendorList {
  readonly dialect: MockDialect;
  /** Its first group is the name of the one model that is asked for. */
  readonly path: RegExp;
  readonly isMeant: (head: RequestHead) => boolean;
  readonly model: (name: string) => object;
  readonly list: (models: readonly object[], names: readonly string[]) => object;
}

// The order tells whose list it is where two vendors have one path.
const vendorLists: readonly VendorList[] = [
  {
    dialect: gemini,
    path: /^\/v1(?:beta1?)?\/(?:publishers\/google\/)?models(?:\/([^/]+))?$/,
    isMeant: ({ path, query, headers }) =>
      path.startsWith("/v1beta") ||
      headers["x-goog-api-key"] !== undefined ||
      new URLSearchParams(query).has("key"),
    model: (name) => ({
      name: `models/${name}`,
      version: "001",
      displayName: name,
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ["generateContent", "countTokens"],
    }),
    list: (models) => ({ models }),
  },
  {
    dialect: anthropicMessages,
    path: /^\/v1\/models(?:\/([^/]+))?$/,
    isMeant: ({ headers }) => headers["anthropic-version"] !== undefined,
    model: (id) => ({ type: "model", id, display_name: id, created_at: "2026-01-15T00:00:00Z" }),
    list: (data, ids) => ({ data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }),
  },
  {
    dialect: openaiChat,
    path: /^(?:\/openai)?(?:\/v1)?\/models(?:\/([^/]+))?$/,
    isMeant: () => true,
    model: (id) => ({ id, object: "model", created: 1_715_367_049, owned_by: "system" }),
    list: (data) => ({ object: "list", data }),
  },
  {
    dialect: ollamaChat,
    path: /^\/api\/tags$/,
    isMeant: () => true,
    model: (name) => ({ name, model: name, modified_at: "2026-01-15T00:00:00Z", size: 4_661_224_676 }),
    list: (models) => ({ models }),
  },
];

export function findList(head: RequestHead): ModelList | undefined {
  if (head.method !== "GET") return undefined;
  const found = vendorLists.find(({ path, isMeant }) => path.test(head.path) && isMeant(head));
  if (found === undefined) return undefined;
  const { dialect, path, model, list } = found;
  const wanted = path.exec(head.path)?.[1];
  return {
    dialect,
    write: (names) => {
      if (wanted === undefined) return jsonBody(list(names.map(model), names));
      return names.includes(wanted) ? jsonBody(model(wanted)) : dialect.unknownModel(wanted);
    },
  };
}

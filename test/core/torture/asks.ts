// Owns one good request of every dialect, at the place where it is asked. Knows no answer and no test.

import type { Dialect } from "../../../core/contracts/dialect.ts";
import type { ProviderApi } from "../../../core/contracts/policy.ts";
import { apis, findRoute } from "../../../core/dialects/index.ts";

export interface GoodAsk {
  /** Of the dialect; more than one ask may have it. */
  readonly name: string;
  readonly api: ProviderApi;
  readonly path: string;
  readonly query?: string;
  readonly body: object;
  /** Where the answer comes in pieces. */
  readonly isStream?: boolean;
}

const user = [{ role: "user", content: "hello" }];
const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
const contents = [{ role: "user", parts: [{ text: "hello" }] }];
const blocks = [{ role: "user", content: [{ text: "hello" }] }];
const inputSchema = { json: { type: "object" } };
const toolConfig = { tools: [{ toolSpec: { name: "f", inputSchema } }] };
const claude = "/model/us.anthropic.claude-opus-5-v1:0";
const nova = "/model/amazon.nova-lite-v1:0";
const google = "/v1beta/models/gemini-3-flash";
const vertex = "/v1/projects/p/locations/l/publishers/google/models/gemini-embedding-001";

const message = {
  max_tokens: 99,
  messages: user,
  tools: [{ name: "f", input_schema: { type: "object" } }],
};
const invoked = { anthropic_version: "bedrock-2023-05-31", ...message };
const generation = { contents, tools: [{ functionDeclarations: [{ name: "f" }] }] };
const completion = { model: "gpt-3.5-turbo-instruct", prompt: "hello" };
const chat = { model: "gpt-5.4", messages: user, tools };
const responses = { model: "gpt-5.4", input: "hello", tools: [{ type: "function", name: "f" }] };
const content = contents[0] as object;

export const goodAsks: readonly GoodAsk[] = [
  { name: "openai-chat", api: "openai", path: "/v1/chat/completions", body: chat },
  { name: "openai-chat", api: "openai", path: "/v1/chat/completions", body: chat, isStream: true },
  { name: "openai-completions", api: "openai", path: "/v1/completions", body: completion },
  { name: "openai-completions", api: "openai", path: "/v1/completions", body: completion, isStream: true },
  { name: "openai-embeddings", api: "openai", path: "/v1/embeddings", body: embedding("input") },
  { name: "openai-responses", api: "openai", path: "/v1/responses", body: responses },
  { name: "openai-responses", api: "openai", path: "/v1/responses", body: responses, isStream: true },
  { name: "openai-input-tokens", api: "openai", path: "/v1/responses/input_tokens", body: responses },
  { name: "openai-compactions", api: "openai", path: "/v1/responses/compact", body: responses },
  { name: "metered", api: "openai", path: "/v1/moderations", body: embedding("input") },
  {
    name: "openai-chat",
    api: "azure-openai",
    path: "/openai/deployments/my-gpt/chat/completions",
    query: "?api-version=2024-10-21",
    body: { messages: user },
  },
  {
    name: "anthropic-messages",
    api: "anthropic",
    path: "/v1/messages",
    body: { model: "claude-opus-5", ...message },
  },
  {
    name: "anthropic-messages",
    api: "anthropic",
    path: "/v1/messages",
    body: { model: "claude-opus-5", ...message },
    isStream: true,
  },
  {
    name: "anthropic-count-tokens",
    api: "anthropic",
    path: "/v1/messages/count_tokens",
    body: { model: "claude-opus-5", messages: user },
  },
  { name: "gemini", api: "gemini", path: `${google}:generateContent`, body: generation },
  {
    name: "gemini",
    api: "gemini",
    path: `${google}:streamGenerateContent`,
    query: "?alt=sse",
    body: generation,
    isStream: true,
  },
  {
    name: "gemini",
    api: "gemini",
    path: `${google}:streamGenerateContent`,
    body: generation,
    isStream: true,
  },
  { name: "gemini-count-tokens", api: "gemini", path: `${google}:countTokens`, body: { contents } },
  {
    name: "gemini-embeddings",
    api: "gemini",
    path: "/v1beta/models/gemini-embedding-001:embedContent",
    body: { content },
  },
  {
    name: "gemini-embeddings",
    api: "gemini",
    path: "/v1beta/models/gemini-embedding-001:batchEmbedContents",
    body: { requests: [{ model: "models/gemini-embedding-001", content }] },
  },
  {
    name: "vertex-predict",
    api: "gemini",
    path: `${vertex}:predict`,
    body: { instances: [{ content: "hello", task_type: "RETRIEVAL_QUERY" }] },
  },
  {
    name: "bedrock-converse",
    api: "bedrock",
    path: `${claude}/converse`,
    body: { messages: blocks, toolConfig },
  },
  {
    name: "bedrock-converse",
    api: "bedrock",
    path: `${claude}/converse-stream`,
    body: { messages: blocks, toolConfig },
    isStream: true,
  },
  { name: "bedrock-invoke", api: "bedrock", path: `${claude}/invoke`, body: invoked },
  {
    name: "bedrock-invoke",
    api: "bedrock",
    path: `${claude}/invoke-with-response-stream`,
    body: invoked,
    isStream: true,
  },
  {
    name: "bedrock-invoke",
    api: "bedrock",
    path: `${nova}/invoke-with-response-stream`,
    body: { messages: blocks },
    isStream: true,
  },
  {
    name: "bedrock-count-tokens",
    api: "bedrock",
    path: `${claude}/count-tokens`,
    body: { input: { converse: { messages: blocks } } },
  },
  { name: "ollama-chat", api: "ollama", path: "/api/chat", body: lines({ messages: user, tools }, "whole") },
  {
    name: "ollama-chat",
    api: "ollama",
    path: "/api/chat",
    body: lines({ messages: user, tools }, "stream"),
    isStream: true,
  },
  { name: "ollama-generate", api: "ollama", path: "/api/generate", body: lines({ prompt: "hi" }, "whole") },
  {
    name: "ollama-embed",
    api: "ollama",
    path: "/api/embed",
    body: { model: "llama3.1", input: "hello" },
  },
];

function embedding(name: string): object {
  return { model: "text-embedding-3-small", [name]: ["hello", "world"] };
}

/** Ollama streams unless it is told not to. */
function lines(body: object, form: "whole" | "stream"): object {
  return { model: "llama3.1", ...body, stream: form === "stream" };
}

/** What is spoken there; `undefined`: nothing that is covered. */
export function dialectOf({ api, path }: Pick<GoodAsk, "api" | "path">): Dialect | undefined {
  return findRoute(apis[api]?.routes ?? [], "POST", path)?.dialect;
}

const saysStream = new Set(["openai-chat", "openai-completions", "openai-responses", "anthropic-messages"]);

/** As an SDK would write it, or indented, so that spaces are tried as well. */
export function bodyOf({ name, body, isStream }: GoodAsk): Buffer {
  const asked = isStream === true && saysStream.has(name) ? { ...body, stream: true } : body;
  return Buffer.from(JSON.stringify(asked));
}

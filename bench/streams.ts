// Owns the streams whose metering is measured: one of each vendor's format. Knows no proxy, no process.

import type { ProviderApi } from "../core/contracts/policy.ts";

export interface BenchStream {
  readonly name: string;
  readonly api: ProviderApi;
  readonly path: string;
  readonly query?: string;
  readonly body: object;
}

/** Words of an answer; each is an event of its own. */
export const wordsPerStream = 200;

const user = [{ role: "user", content: "hello" }];
const contents = [{ role: "user", parts: [{ text: "hello" }] }];
const blocks = [{ role: "user", content: [{ text: "hello" }] }];
const claude = "anthropic.claude-opus-5-v1:0";
const options = { stream: true, stream_options: { include_usage: true } };

export const benchStreams: readonly BenchStream[] = [
  {
    name: "openai-chat",
    api: "openai",
    path: "/v1/chat/completions",
    body: { model: "gpt-5.4", messages: user, ...options },
  },
  {
    name: "openai-completions",
    api: "openai",
    path: "/v1/completions",
    body: { model: "gpt-3.5-turbo-instruct", prompt: "hello", ...options },
  },
  {
    name: "openai-responses",
    api: "openai",
    path: "/v1/responses",
    body: { model: "gpt-5.4", input: "hello", stream: true },
  },
  {
    name: "anthropic-messages",
    api: "anthropic",
    path: "/v1/messages",
    body: { model: "claude-opus-5", max_tokens: 4096, messages: user, stream: true },
  },
  {
    name: "gemini",
    api: "gemini",
    path: "/v1beta/models/gemini-3-flash:streamGenerateContent",
    query: "?alt=sse",
    body: { contents },
  },
  {
    name: "bedrock-converse",
    api: "bedrock",
    path: `/model/${claude}/converse-stream`,
    body: { messages: blocks },
  },
  {
    name: "bedrock-invoke",
    api: "bedrock",
    path: `/model/${claude}/invoke-with-response-stream`,
    body: { anthropic_version: "bedrock-2023-05-31", max_tokens: 4096, messages: user },
  },
  {
    name: "ollama-chat",
    api: "ollama",
    path: "/api/chat",
    body: { model: "llama3.1", messages: user, stream: true },
  },
];

export function findStream(name: string): BenchStream {
  const found = benchStreams.find((stream) => stream.name === name);
  if (found === undefined) throw new Error(`no such stream: ${name}`);
  return found;
}

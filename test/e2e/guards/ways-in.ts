// Owns every way a text comes to a model through the sidecar: each vendor's route with the places in its
// body, and its error object. Knows no guard.

import { conversePlaces, geminiPlaces, messagesPlaces } from "./block-places.ts";
import { chatPlaces, responsesPlaces } from "./openai-places.ts";
import { inRequest, inResult, type Places, type Wrap } from "./place.ts";

export interface WayIn {
  readonly name: string;
  /** Below the sidecar's egress. */
  readonly path: string;
  /** How the same is asked for as a stream; undefined: there is none. */
  readonly stream?: "member" | `/${string}`;
  /** What a refusal with status 400 says in this format, beside its words. */
  readonly error: Readonly<Record<string, unknown>>;
  readonly places: Places;
}

const openaiError = {
  error: { type: "invalid_request_error", param: null, code: "prompt_injection_detected" },
};
const anthropicError = { type: "error", error: { type: "invalid_request_error" } };
const geminiError = {
  error: { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "PROMPT_INJECTION_DETECTED" }] },
};
const cohereError = { error_type: "prompt_injection_detected" };
/** Bedrock's kind of error is a header, Ollama has none. */
const wordsOnly = {};

const invoked = (body: object): object => ({ anthropic_version: "bedrock-2023-05-31", ...body });
const claude = "us.anthropic.claude-opus-5-v1:0";
const withModel =
  (model: string): Wrap =>
  (body) => ({ model, ...body });

const chatting: readonly WayIn[] = [
  {
    name: "OpenAI chat",
    path: "/openai-all/v1/chat/completions",
    stream: "member",
    error: openaiError,
    places: chatPlaces("gpt-5.4"),
  },
  {
    name: "OpenAI chat to another vendor's model",
    path: "/openai-all/v1/chat/completions",
    stream: "member",
    error: openaiError,
    places: chatPlaces("claude-opus-5"),
  },
  {
    name: "Azure chat",
    path: "/azure-openai/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
    stream: "member",
    error: openaiError,
    places: chatPlaces("my-gpt"),
  },
  {
    name: "Cohere's compatible chat",
    path: "/cohere/compatibility/v1/chat/completions",
    stream: "member",
    error: openaiError,
    places: chatPlaces("command-a"),
  },
  {
    name: "OpenAI responses",
    path: "/openai-all/v1/responses",
    stream: "member",
    error: openaiError,
    places: responsesPlaces("gpt-5.4"),
  },
  {
    name: "Anthropic messages",
    path: "/anthropic/v1/messages",
    stream: "member",
    error: anthropicError,
    places: messagesPlaces(withModel("claude-opus-5")),
  },
  {
    name: "Gemini",
    path: "/gemini/v1beta/models/gemini-3-flash:generateContent",
    stream: "/gemini/v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse",
    error: geminiError,
    places: geminiPlaces(),
  },
  {
    name: "Bedrock Converse",
    path: `/bedrock/model/${encodeURIComponent(claude)}/converse`,
    stream: `/bedrock/model/${encodeURIComponent(claude)}/converse-stream`,
    error: wordsOnly,
    places: conversePlaces(),
  },
  {
    name: "Bedrock InvokeModel, Anthropic",
    path: `/bedrock/model/${encodeURIComponent(claude)}/invoke`,
    stream: `/bedrock/model/${encodeURIComponent(claude)}/invoke-with-response-stream`,
    error: wordsOnly,
    places: messagesPlaces(invoked),
  },
  {
    name: "Bedrock InvokeModel, Nova",
    path: "/bedrock/model/amazon.nova-lite-v1%3A0/invoke",
    stream: "/bedrock/model/amazon.nova-lite-v1%3A0/invoke-with-response-stream",
    error: wordsOnly,
    places: conversePlaces(),
  },
  {
    name: "Ollama chat",
    path: "/ollama/api/chat",
    stream: "member",
    error: wordsOnly,
    places: {
      user: inRequest((content) => ({ model: "llama3.1", messages: [{ role: "user", content }] })),
      system: inRequest((content) => ({
        model: "llama3.1",
        messages: [
          { role: "system", content },
          { role: "user", content: "hello" },
        ],
      })),
      "a tool's result": inResult((content) => ({
        model: "llama3.1",
        messages: [
          { role: "user", content: "hello" },
          { role: "tool", tool_name: "look_up", content },
        ],
      })),
    },
  },
];

const completed = (model: string): Places => ({
  prompt: inRequest((prompt) => ({ model, prompt, max_tokens: 5 })),
  "one of several prompts": inRequest((prompt) => ({ model, prompt: ["hello", prompt], max_tokens: 5 })),
  suffix: inRequest((suffix) => ({ model, prompt: "hello", suffix, max_tokens: 5 })),
});

const embedded = (model: string): Places => ({
  input: inRequest((input) => ({ model, input })),
  "one of several": inRequest((input) => ({ model, input: ["hello", input] })),
});

/** One text and no answer in words: completions, embeddings, counting. */
const others: readonly WayIn[] = [
  {
    name: "OpenAI completions",
    path: "/openai-all/v1/completions",
    stream: "member",
    error: openaiError,
    places: completed("gpt-3.5-turbo-instruct"),
  },
  {
    name: "Ollama generate",
    path: "/ollama/api/generate",
    stream: "member",
    error: wordsOnly,
    places: {
      prompt: inRequest((prompt) => ({ model: "llama3.1", prompt })),
      system: inRequest((system) => ({ model: "llama3.1", prompt: "hello", system })),
    },
  },
  {
    name: "OpenAI embeddings",
    path: "/openai-all/v1/embeddings",
    error: openaiError,
    places: embedded("text-embedding-3-small"),
  },
  { name: "Ollama embed", path: "/ollama/api/embed", error: wordsOnly, places: embedded("llama3.1") },
  {
    name: "Cohere embed",
    path: "/cohere/v2/embed",
    error: cohereError,
    places: {
      texts: inRequest((text) => ({
        ...{ model: "command-a", input_type: "search_document", embedding_types: ["float"] },
        texts: ["hello", text],
      })),
    },
  },
  {
    name: "Gemini embeddings",
    path: "/gemini/v1beta/models/gemini-embedding-001:batchEmbedContents",
    error: geminiError,
    places: {
      content: inRequest((text) => ({
        requests: [{ model: "models/gemini-embedding-001", content: { parts: [{ text }] } }],
      })),
    },
  },
  {
    name: "Anthropic's counting",
    path: "/anthropic/v1/messages/count_tokens",
    error: anthropicError,
    places: messagesPlaces(withModel("claude-opus-5")),
  },
  {
    name: "Gemini's counting",
    path: "/gemini/v1beta/models/gemini-3-flash:countTokens",
    error: geminiError,
    places: geminiPlaces(),
  },
  {
    name: "Bedrock's counting",
    path: `/bedrock/model/${encodeURIComponent(claude)}/count-tokens`,
    error: wordsOnly,
    places: conversePlaces((body) => ({ input: { converse: body } })),
  },
];

export const waysIn: readonly WayIn[] = [...chatting, ...others];

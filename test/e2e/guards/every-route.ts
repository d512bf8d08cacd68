// Owns one way in for every route that a vendor's table says is read: taken from the tables, so that a new
// route or dialect is asked without a word here, or missed aloud. Knows no guard.

import type { ProviderApi } from "../../../core/contracts/policy.ts";
import { apiOf, spokenApis } from "../../../core/policy/dialects.ts";
import { providerOf } from "../sdks/vendors.ts";
import { conversePlaces, geminiPlaces, messagesPlaces } from "./block-places.ts";
import { chatPlaces, responsesPlaces } from "./openai-places.ts";
import { inRequest, type Places } from "./place.ts";

export interface RoutedWay {
  readonly name: string;
  readonly api: ProviderApi;
  readonly dialect: string;
  /** Below the sidecar's egress. */
  readonly path: string;
  readonly places: Places;
  /** A member of the body asks for a stream; others have a route for it, or none. */
  readonly isStreamable: boolean;
}

interface Spoken {
  readonly model: string;
  /** The route as its table has it: some dialects write another body on another route. */
  readonly path: string;
}

/** By the dialect's name: the places of its bodies. */
const placesOf: Readonly<Record<string, (spoken: Spoken) => Places>> = {
  "openai-chat": ({ model }) => chatPlaces(model),
  "openai-completions": ({ model }) => ({
    prompt: inRequest((prompt) => ({ model, prompt, max_tokens: 5 })),
  }),
  "openai-embeddings": ({ model }) => ({ input: inRequest((input) => ({ model, input })) }),
  "openai-responses": ({ model }) => responsesPlaces(model),
  "openai-compactions": ({ model }) => ({ input: inRequest((input) => ({ model, input })) }),
  "openai-input-tokens": ({ model }) => ({ input: inRequest((input) => ({ model, input })) }),
  "anthropic-messages": ({ model }) => messagesPlaces((body) => ({ model, ...body })),
  "anthropic-count-tokens": ({ model }) => messagesPlaces((body) => ({ model, ...body })),
  gemini: () => geminiPlaces(),
  "gemini-count-tokens": () => geminiPlaces(),
  "gemini-embeddings": ({ model, path }) =>
    path.endsWith(":batchEmbedContents")
      ? { content: inRequest((text) => ({ requests: [{ model: `models/${model}`, ...embedded(text) }] })) }
      : { content: inRequest(embedded) },
  "vertex-predict": () => ({ content: inRequest((content) => ({ instances: [{ content }] })) }),
  "bedrock-converse": () => conversePlaces(),
  "bedrock-invoke": () => messagesPlaces((body) => ({ anthropic_version: "bedrock-2023-05-31", ...body })),
  "bedrock-count-tokens": () => conversePlaces((body) => ({ input: { converse: body } })),
  "ollama-chat": ({ model }) => ({
    user: inRequest((content) => ({ model, messages: [{ role: "user", content }] })),
  }),
  "ollama-generate": ({ model }) => ({ prompt: inRequest((prompt) => ({ model, prompt })) }),
  "ollama-embed": ({ model }) => ({ input: inRequest((input) => ({ model, input })) }),
  "cohere-embeddings": ({ model }) => ({
    texts: inRequest((text) => ({
      ...{ model, input_type: "search_document", embedding_types: ["float"], texts: [text] },
    })),
  }),
};

const embedded = (text: string) => ({ content: { parts: [{ text }] } });

const streamable: ReadonlySet<string> = new Set([
  ...["openai-chat", "openai-completions", "openai-responses", "anthropic-messages"],
  ...["ollama-chat", "ollama-generate"],
]);

/** Names something that is kept; its body says nothing. */
const withoutText: ReadonlySet<string> = new Set(["openai-stored-responses"]);

/** A model of each vendor's, and the one that it takes for embeddings and for completions. */
const models: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  openai: {
    "": "gpt-5.4",
    "openai-embeddings": "text-embedding-3-small",
    "openai-completions": "gpt-3.5-turbo-instruct",
  },
  anthropic: { "": "claude-opus-5" },
  "azure-openai": { "": "my-gpt", "openai-embeddings": "my-ada" },
  gemini: {
    "": "gemini-3-flash",
    "gemini-embeddings": "gemini-embedding-001",
    "vertex-predict": "gemini-embedding-001",
  },
  bedrock: { "": encodeURIComponent("us.anthropic.claude-opus-5-v1:0") },
  ollama: { "": "llama3.1" },
  cohere: { "": "command-a" },
};

/** `*` before a method or in a deployment's place is the model; in others' places anything. */
function pathWith(pattern: string, model: string): string {
  const segments = pattern.split("/");
  const last = segments.findLastIndex((segment) => segment.startsWith("*") || segment === "+");
  return segments
    .map((segment, at) => {
      if (segment === "+") return at === last ? model : "x";
      return segment.startsWith("*") ? (at === last ? model : "x") + segment.slice(1) : segment;
    })
    .join("/");
}

/** A tuned model is its own provider's here. */
function pathAt(api: ProviderApi, path: string, model: string): string {
  if (path.includes("/tunedModels/")) return `/tuned${pathWith(path, "mine")}`;
  return `/${providerOf(api) || api}${pathWith(path, model)}`;
}

/** Every route that is asked something and read. */
export const routedWays: readonly RoutedWay[] = spokenApis.flatMap((api) =>
  apiOf(api)
    .routes.filter(({ coverage, method }) => coverage === "inspected" && method === "POST")
    .filter(({ dialect }) => dialect !== undefined && !withoutText.has(dialect.name))
    .map(({ path, dialect = apiOf(api).dialect }) => {
      const model = models[api]?.[dialect.name] ?? models[api]?.[""] ?? "";
      const places = placesOf[dialect.name]?.({ model, path }) ?? {};
      const query = path.startsWith("/openai/deployments") ? "?api-version=2024-10-21" : "";
      return {
        name: `${api} ${path}`,
        ...{ api, dialect: dialect.name, places, isStreamable: streamable.has(dialect.name) },
        path: `${pathAt(api, path, model)}${query}`,
      };
    }),
);

/** The others that take a body: what is sent there is not read, and so not let through. */
export const unreadPaths: readonly string[] = spokenApis.flatMap((api) =>
  apiOf(api)
    .routes.filter(({ coverage, method }) => coverage !== "inspected" && method === "POST")
    .map(({ path }) => pathAt(api, path, models[api]?.[""] ?? "x")),
);

// Owns which API a recorded URL is of, and its path there, below what a policy's `baseUrl` would hold.
// Knows no dialect.

export interface Address {
  readonly api: string | undefined;
  readonly path: string;
  readonly query: string;
}

/** The first that fits. */
const places: readonly (readonly [RegExp, string | undefined])[] = [
  [/\/v1beta\/openai\/|\/openai\/v1\/chat\/completions$/, "openai"],
  [/^api\.anthropic\.com\//, "anthropic"],
  [/^api\.cohere\.com\//, "cohere"],
  [/aiplatform\.googleapis\.com\/|^generativelanguage\./, "gemini"],
  [/\.azure\.com\//, "azure-openai"],
  [/\/model\/[^/]+\/[a-z-]+$/, "bedrock"],
  [/\/api\/(chat|generate|embed)$/, "ollama"],
  [/^mcp\./, undefined],
  [/./, "openai"],
];

export function addressOf(url: string): Address {
  const [, place = "", query = ""] = /^(?:https?:\/\/)?([^?#]*)(\?[^#]*)?/.exec(url) ?? [];
  const api = places.find(([pattern]) => pattern.test(place))?.[1];
  const path = place.replace(/^[^/]*\/*/, "/");
  return { api, path: below(api, path), query };
}

function below(api: string | undefined, path: string): string {
  if (api === "bedrock") return path.slice(path.indexOf("/model/"));
  return api === "openai" ? belowOpenAi(path) : path;
}

/** Imitators have it at any place, and not all of them write `/v1`. */
function belowOpenAi(path: string): string {
  const versioned = path.lastIndexOf("/v1/");
  if (versioned !== -1) return path.slice(versioned);
  const tail = /\/(chat\/completions|responses|embeddings|completions)$/.exec(path)?.[0];
  return tail === undefined ? path : `/v1${tail}`;
}

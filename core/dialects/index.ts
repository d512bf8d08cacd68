// Owns the registry of dialects and of vendors' APIs: a new one is a file and a line here. Read by
// core/policy alone.

import type { Api } from "../contracts/dialect.ts";
import type { ProviderApi } from "../contracts/policy.ts";
import { anthropicApi } from "./apis/anthropic.ts";
import { azureOpenAiApi } from "./apis/azure-openai.ts";
import { bedrockApi } from "./apis/bedrock.ts";
import { cohereApi } from "./apis/cohere.ts";
import { geminiApi } from "./apis/gemini.ts";
import { ollamaApi } from "./apis/ollama.ts";
import { openAiApi } from "./apis/openai.ts";

export { jsonDialect } from "./json.ts";
export { raw } from "./raw.ts";
export { findRoute } from "./routes.ts";
export { resultForm, type ToolForm, toolDialect, writtenArguments } from "./tool.ts";

/** What is not here is refused at load by name. */
export const apis: Readonly<Partial<Record<ProviderApi, Api>>> = {
  openai: openAiApi,
  anthropic: anthropicApi,
  "azure-openai": azureOpenAiApi,
  gemini: geminiApi,
  bedrock: bedrockApi,
  ollama: ollamaApi,
  cohere: cohereApi,
};

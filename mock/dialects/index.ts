// Owns the list of formats the provider speaks; a new one is one file and one line here.

import type { MockDialect } from "../dialect.ts";
import { anthropicCountTokens, anthropicMessages } from "./anthropic-messages.ts";
import { bedrockConverse, bedrockCountTokens } from "./bedrock-converse.ts";
import { bedrockInvoke } from "./bedrock-invoke.ts";
import { gemini, geminiCountTokens } from "./gemini.ts";
import { geminiEmbeddings } from "./gemini-embeddings.ts";
import { ollamaChat } from "./ollama-chat.ts";
import { azureChat, openaiChat } from "./openai-chat.ts";
import { azureCompletions, openaiCompletions } from "./openai-completions.ts";
import { azureEmbeddings, openaiEmbeddings } from "./openai-embeddings.ts";
import { openaiResponses } from "./openai-responses.ts";

export { findList, type ModelList } from "./model-lists.ts";

export const dialects: readonly MockDialect[] = [
  openaiChat,
  azureChat,
  openaiResponses,
  openaiEmbeddings,
  azureEmbeddings,
  openaiCompletions,
  azureCompletions,
  anthropicMessages,
  anthropicCountTokens,
  gemini,
  geminiCountTokens,
  geminiEmbeddings,
  bedrockConverse,
  bedrockCountTokens,
  bedrockInvoke,
  ollamaChat,
];

// Owns the command `sluice mock-provider`: its flags and help. How it answers is mock/'s business.

import { Command, Option } from "commander";
import { type MockProviderFlags, runMockProvider } from "../mock/main.ts";

const spoken = `
It speaks, whole and streamed, below its one address:
  OpenAI         /v1/chat/completions  /v1/responses (kept and in the background too)  /v1/embeddings
                 /v1/completions  /v1/models
  Azure OpenAI   /openai/v1/...  /openai/deployments/{deployment}/...?api-version=
  Anthropic      /v1/messages  /v1/messages/count_tokens  /v1/models
  Gemini         /v1beta/models/{model}:generateContent  :streamGenerateContent  :embedContent
                 :batchEmbedContents  :countTokens, and the same below Vertex AI's paths
  Bedrock        /model/{id}/converse  converse-stream  invoke  invoke-with-response-stream  count-tokens
                 (invoke for Anthropic's and Nova's bodies; every request signed or with a bearer key)
  Ollama         /api/chat  /api/tags

One script serves them all: a rule's conditions, answers and faults mean the same in every dialect.
Its words are in docs/mock-provider.md. GET /_mock/log tells every request and what was sent for it.`;

export function mockProviderCommand(): Command {
  return new Command("mock-provider")
    .addOption(
      new Option("--listen <address>", "where to listen")
        .env("SLUICE_MOCK_LISTEN")
        .default("127.0.0.1:14000"),
    )
    .addOption(new Option("--script <file>", "answers and faults, YAML or JSON").env("SLUICE_MOCK_SCRIPT"))
    .addHelpText("after", spoken)
    .action(async (flags: MockProviderFlags) => {
      process.exitCode = await runMockProvider(flags);
    });
}

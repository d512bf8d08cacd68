// Owns which recorded answers guards are tried on. Knows no guard.

import type { Dialect } from "../../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../../core/dialects/anthropic-messages.ts";
import { bedrockConverse } from "../../../../core/dialects/bedrock-converse.ts";
import { bedrockInvoke } from "../../../../core/dialects/bedrock-invoke.ts";
import { gemini } from "../../../../core/dialects/gemini.ts";
import { ollamaChat, ollamaGenerate } from "../../../../core/dialects/ollama.ts";
import { openAiChat } from "../../../../core/dialects/openai-chat.ts";
import { openAiCompletions } from "../../../../core/dialects/openai-completions.ts";
import { openAiResponses } from "../../../../core/dialects/openai-responses.ts";
import { readRows, sharedPath } from "../../../shared-data.ts";
import { answerHead, read } from "../../dialects/answers.ts";
import * as anthropic from "../../dialects/anthropic-messages/exchanges.ts";
import { recordedOf } from "../../dialects/bedrock/exchanges.ts";
import * as google from "../../dialects/gemini/exchanges.ts";
import * as chat from "../../dialects/openai-chat/exchanges.ts";
import * as responses from "../../dialects/openai-responses/exchanges.ts";
import type { Exchanged } from "../../dialects/recorded-checks.ts";

interface Row {
  readonly id: string;
  readonly request: { readonly url: string };
  readonly response: { readonly status: number; readonly body: string };
}

function rowsOf(name: string, from: (path: string) => readonly Exchanged[]): readonly Exchanged[] {
  const path = sharedPath(`recorded/${name}.jsonl.gz`);
  return path === undefined ? [] : from(path);
}

function ollamaRows(pathname: string): readonly Exchanged[] {
  return rowsOf("ollama", (path) =>
    readRows<Row>(path)
      .filter(({ request }) => request.url.endsWith(pathname))
      .map(({ id, response: { status, body } }) => {
        const type = body.trim().includes("\n{") ? "application/x-ndjson" : "application/json";
        return { name: id, head: answerHead(type, status), body: Buffer.from(body) };
      }),
  );
}

function completionRows(): readonly Exchanged[] {
  return rowsOf("openai-completions", chat.recordedRows);
}

const all: readonly (readonly [Dialect, () => readonly Exchanged[]])[] = [
  [openAiChat, () => [...chat.goldens, ...rowsOf("openai-chat", chat.recordedRows)]],
  [openAiResponses, () => [...responses.goldens, ...rowsOf("openai-responses", responses.recordedRows)]],
  [
    anthropicMessages,
    () => [
      ...anthropic.goldens,
      ...rowsOf("anthropic-messages", (path) => anthropic.recordedRows(path, "/v1/messages")),
    ],
  ],
  [gemini, () => [...google.goldens, ...rowsOf("gemini", google.recordedRows)]],
  [bedrockConverse, () => [...recordedOf("converse"), ...recordedOf("converse-stream")]],
  [bedrockInvoke, () => recordedOf("invoke-stream")],
  [ollamaChat, () => ollamaRows("/api/chat")],
  [ollamaGenerate, () => ollamaRows("/api/generate")],
  [openAiCompletions, completionRows],
];

/** Those that read as whole: others are refused before a guard can say anything of them. */
export const recordings = all.map(([dialect, rows]) => {
  const whole = (): readonly Exchanged[] =>
    rows().filter(({ head, body }) => !("kind" in read(dialect, head, [body])));
  return { name: dialect.name, dialect, rows: whole };
});

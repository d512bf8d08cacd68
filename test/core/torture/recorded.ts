// Owns recorded exchanges of every dialect where they are at hand, and the specimens beside them. Knows no
// test.

import type { JsonValue } from "../../../core/contracts/json.ts";
import type { ProviderApi } from "../../../core/contracts/policy.ts";
import { readRows, sharedPath } from "../../shared-data.ts";
import { answerHead } from "../dialects/answers.ts";
import { dialectOf } from "./asks.ts";
import { collectSpecimens, type Specimen } from "./specimens.ts";

interface Row {
  readonly request: { readonly url: string; readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body?: string; readonly bodyBase64?: string };
}

interface Source {
  readonly file: string;
  readonly api: ProviderApi;
  /** Where the vendor is asked; in place of the path that many imitators have. */
  readonly path: (path: string) => string;
}

const at = (path: string) => (): string => path;
const asIs = (path: string): string => path;
const aws = (path: string): string => path.slice(path.indexOf("/model/"));

const sources: readonly Source[] = [
  { file: "openai-chat", api: "openai", path: at("/v1/chat/completions") },
  { file: "openai-completions", api: "openai", path: at("/v1/completions") },
  { file: "openai-responses", api: "openai", path: at("/v1/responses") },
  { file: "embeddings", api: "openai", path: at("/v1/embeddings") },
  { file: "anthropic-messages", api: "anthropic", path: asIs },
  { file: "anthropic-count-tokens", api: "anthropic", path: asIs },
  { file: "gemini", api: "gemini", path: asIs },
  { file: "gemini-count-tokens", api: "gemini", path: asIs },
  { file: "embeddings-gemini", api: "gemini", path: asIs },
  { file: "bedrock-converse", api: "bedrock", path: aws },
  { file: "bedrock-converse-stream", api: "bedrock", path: aws },
  { file: "bedrock-invoke", api: "bedrock", path: aws },
  { file: "bedrock-invoke-stream", api: "bedrock", path: aws },
  { file: "bedrock-count-tokens", api: "bedrock", path: aws },
  { file: "ollama", api: "ollama", path: asIs },
];

/** A larger one says little that a smaller one does not. */
const bodyBytesMax = 8 * 1024;

/** By the dialect's name; the smallest first, and of those that have no small one the smallest. */
export async function collectRecorded(): Promise<ReadonlyMap<string, readonly Specimen[]>> {
  const found = [...(await collectSpecimens()), ...sources.flatMap(readSource)];
  const byName = Map.groupBy(
    found.toSorted((a, b) => sizeOf(a) - sizeOf(b)),
    ({ dialect }) => dialect.name,
  );
  return new Map(
    [...byName].map(([name, all]) => {
      const small = all.filter((specimen) => sizeOf(specimen) <= bodyBytesMax);
      return [name, small.length === 0 ? all.slice(0, 1) : small];
    }),
  );
}

function sizeOf({ request, answer }: Specimen): number {
  return Math.max(request.length, answer.length);
}

function readSource({ file, api, path }: Source): readonly Specimen[] {
  const place = sharedPath(`recorded/${file}.jsonl.gz`);
  const rows = place === undefined ? [] : readRows<Row>(place);
  return rows.flatMap(({ request, response }) => {
    const [, asked = "", query = ""] = /^(?:https?:\/\/[^/]+)?([^?]*)(.*)$/.exec(request.url) ?? [];
    const dialect = dialectOf({ api, path: path(asked) });
    if (dialect === undefined || request.json === undefined || response.status >= 400) return [];
    const { body = "", bodyBase64 } = response;
    return {
      name: file,
      dialect,
      asked: { method: "POST", path: path(asked), query, headers: {} },
      request: Buffer.from(JSON.stringify(request.json)),
      head: answerHead(bodyBase64 === undefined ? typeOf(body) : "application/vnd.amazon.eventstream"),
      answer: bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, "base64"),
    };
  });
}

/** The recorder's headers are patchy: how an answer came is known by its bytes. */
function typeOf(body: string): string {
  if (/^(data:|event:|:)/.test(body)) return "text/event-stream";
  return /^\{.*\}\n\{/.test(body) ? "application/x-ndjson" : "application/json";
}

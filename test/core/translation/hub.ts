// Owns the dialects that calls are translated between, each with its recorded exchanges. Knows no comparison.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AnswerHead, Api, Dialect, JsonValue, RequestHead } from "../../../core/contracts/dialect.ts";
import { anthropicMessages } from "../../../core/dialects/anthropic-messages.ts";
import { anthropicApi } from "../../../core/dialects/apis/anthropic.ts";
import { bedrockApi } from "../../../core/dialects/apis/bedrock.ts";
import { geminiApi } from "../../../core/dialects/apis/gemini.ts";
import { openAiApi } from "../../../core/dialects/apis/openai.ts";
import { bedrockConverse } from "../../../core/dialects/bedrock-converse.ts";
import { gemini } from "../../../core/dialects/gemini.ts";
import { openAiChat } from "../../../core/dialects/openai-chat.ts";
import { openAiResponses } from "../../../core/dialects/openai-responses.ts";
import { readRows, sharedPath } from "../../shared-data.ts";

export interface Recorded {
  readonly name: string;
  readonly asked: RequestHead;
  /** Undefined where the recorder kept no JSON. */
  readonly request: JsonValue | undefined;
  readonly head: AnswerHead;
  readonly body: Buffer;
}

export interface HubDialect {
  readonly name: string;
  readonly dialect: Dialect;
  readonly api: Api;
  /** One of the vendor's, that can do what its models can. */
  readonly model: string;
  /** Its folder below `test/golden/`. */
  readonly golden: string;
  /** Files below `recorded/`, and which of their URLs are the dialect's own. */
  readonly files: readonly string[];
  readonly url: RegExp;
}

export const hub: readonly HubDialect[] = [
  {
    name: "openai-chat",
    golden: "openai-chat",
    dialect: openAiChat,
    api: openAiApi,
    model: "deepseek-v4",
    files: ["openai-chat"],
    url: /./,
  },
  {
    name: "openai-responses",
    golden: "openai-responses",
    dialect: openAiResponses,
    api: openAiApi,
    model: "gpt-5.4",
    files: ["openai-responses"],
    url: /\/responses(\?|$)/,
  },
  {
    name: "anthropic-messages",
    golden: "anthropic-messages",
    dialect: anthropicMessages,
    api: anthropicApi,
    model: "claude-sonnet-4-5",
    files: ["anthropic-messages"],
    url: /\/v1\/messages(\?|$)/,
  },
  {
    name: "gemini",
    golden: "gemini",
    dialect: gemini,
    api: geminiApi,
    model: "gemini-2.5-pro",
    files: ["gemini"],
    url: /:(streamG|g)enerateContent/,
  },
  {
    name: "bedrock-converse",
    golden: "bedrock",
    dialect: bedrockConverse,
    api: bedrockApi,
    model: "anthropic.claude-sonnet-4-5-20250929-v1:0",
    files: ["bedrock-converse", "bedrock-converse-stream"],
    url: /\/converse(-stream)?$/,
  },
];

interface Row {
  readonly id: string;
  readonly request: { readonly url: string; readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body?: string; readonly bodyBase64?: string };
}

/** As most dialects keep theirs; the others keep rows. The URL is left out where a dialect has one place. */
interface Golden {
  readonly url?: string;
  readonly request: JsonValue;
  readonly status: number;
  readonly body: string;
}

/** What the project itself has of a dialect, and all that is recorded where that is at hand. */
export function exchangesOf(hubDialect: HubDialect): readonly Recorded[] {
  const { files, url } = hubDialect;
  const paths = files.map((file) => sharedPath(`recorded/${file}.jsonl.gz`));
  const recorded = paths.flatMap((path) => (path === undefined ? [] : readRows<Row>(path)));
  return [...goldenRows(hubDialect), ...recorded].filter(({ request }) => url.test(request.url)).map(fromRow);
}

function goldenRows({ golden, api, dialect, model }: HubDialect): readonly Row[] {
  const folder = fileURLToPath(new URL(`../../golden/${golden}/`, import.meta.url));
  const ownPlace = api.endpoint(dialect, { model, isStream: false }) ?? "";
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((id): Row => {
    const found: Golden | Row = JSON.parse(readFileSync(folder + id, "utf8"));
    if ("response" in found) return { ...found, id };
    const { url = ownPlace, request: json, status, body } = found;
    return { id, request: { url, json }, response: { status, body } };
  });
}

/** The recorder's headers are patchy: how an answer came is known by its bytes. */
function fromRow({ id, request, response: { status, body = "", bodyBase64 } }: Row): Recorded {
  return {
    name: id,
    asked: askedAt(request.url),
    request: request.json ?? undefined,
    head: { status, headers: { "content-type": bodyBase64 === undefined ? typeOf(body) : eventstream } },
    body: bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, "base64"),
  };
}

const eventstream = "application/vnd.amazon.eventstream";

function typeOf(body: string): string {
  return /^(data:|event:|:)/.test(body) ? "text/event-stream" : "application/json";
}

export function askedAt(url: string): RequestHead {
  const [, path = "", query = ""] = /^(?:https?:\/\/[^/]+)?([^?]*)(.*)$/.exec(url) ?? [];
  return { method: "POST", path, query, headers: { "content-type": "application/json" } };
}

// Owns a good exchange of every dialect: request, head, answer, as the mock provider gives it. Knows no test.

import type { AnswerHead, Dialect, RequestHead } from "../../../core/contracts/dialect.ts";
import { startMockProvider } from "../../../mock/provider.ts";
import { answerHead } from "../dialects/answers.ts";
import { bodyOf, dialectOf, type GoodAsk, goodAsks } from "./asks.ts";

export interface Specimen {
  /** Unique: dialect and path. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly asked: RequestHead;
  readonly request: Buffer;
  readonly head: AnswerHead;
  readonly answer: Buffer;
}

/** Of what the mock provider does not speak. */
const ownAnswers: Readonly<Record<string, object>> = {
  "openai-input-tokens": { object: "response.input_tokens", input_tokens: 7 },
  "openai-compactions": {
    id: "resp_1",
    object: "response.compaction",
    output: [{ type: "message", role: "user", content: [{ type: "input_text", text: "hello" }] }],
    usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
  },
  "vertex-predict": {
    predictions: [{ embeddings: { values: [0.1, -0.2, 3], statistics: { token_count: 2 } } }],
  },
  "ollama-generate": {
    model: "llama3.1",
    response: "hello",
    done: true,
    done_reason: "stop",
    prompt_eval_count: 2,
    eval_count: 1,
  },
  "ollama-embed": { model: "llama3.1", embeddings: [[0.1, -0.2, 3]], prompt_eval_count: 2 },
  metered: { results: [{ flagged: false }] },
};

const answer = {
  reasoning: "let me think about it",
  text: "one two three four five six seven eight nine ten",
  toolCalls: [{ name: "f", arguments: { city: "Paris", days: [1, 2, 3] } }],
};

/** Only as many as there are routes: a stream and a whole answer of each dialect that has both. */
export async function collectSpecimens(): Promise<readonly Specimen[]> {
  const mock = await startMockProvider({ script: { rules: [{ answer }] } });
  const specimens = await Promise.all(goodAsks.map((ask) => collect(ask, mock.url)));
  await mock.close();
  return specimens;
}

async function collect(ask: GoodAsk, url: string): Promise<Specimen> {
  const { name, path, query = "", isStream } = ask;
  const dialect = dialectOf(ask);
  if (dialect === undefined) throw new Error(`${path} is not covered`);
  const request = bodyOf(ask);
  const headers = { "content-type": "application/json" };
  const own = ownAnswers[name];
  const { head, body } =
    own === undefined
      ? await fetchAnswer(url + path + query, request)
      : { head: answerHead("application/json"), body: Buffer.from(JSON.stringify(own)) };
  const form = isStream === true ? "stream" : "whole";
  return {
    name: `${dialect.name} ${form} ${path}${query}`,
    dialect,
    asked: { method: "POST", path, query, headers },
    request,
    head,
    answer: body,
  };
}

const keys = { authorization: "Bearer key", "x-api-key": "key", "anthropic-version": "2023-06-01" };

async function fetchAnswer(url: string, body: Buffer): Promise<{ head: AnswerHead; body: Buffer }> {
  const headers = { ...keys, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) });
  const said = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${said}`);
  return { head: answerHead(response.headers.get("content-type") ?? ""), body: said };
}

// Owns the answers that others keep beside their SDKs: ../shared/data/recorded/fixtures-* and stubs-*. Knows
// no dialect.

import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { HeaderMap, JsonValue } from "../../core/contracts/dialect.ts";
import { writeMessage } from "../../core/text/eventstream-message.ts";
import { isObject } from "../../core/text/json.ts";
import { answerHeadOf, type Exchange } from "./exchange.ts";
import { toExchange } from "./recorded-rows.ts";

interface Folder {
  readonly place: RegExp;
  /** Where such answers come from. */
  readonly url: string;
  /** What stands around the data of each line of `*.chunks.txt`. */
  readonly frame?: (line: string) => string | Buffer;
  readonly last?: string;
}

const data = (line: string) => `data: ${line}\n\n`;
const crlf = (line: string) => `data: ${line}\r\n\r\n`;
const named = (line: string) => `event: ${typeOf(line)}\ndata: ${line}\n\n`;

/** Not all of them are JSON. */
function typeOf(line: string): string {
  return /"(?:event_)?type": ?"([\w.-]+)"/.exec(line)?.[1] ?? "";
}

function eventstreamOf(line: string): Buffer {
  const [[name, value] = []] = Object.entries(JSON.parse(line));
  return writeMessage({ type: "event", name: String(name) }, JSON.stringify(value));
}

const done = "data: [DONE]\n\n";
const google = "https://generativelanguage.googleapis.com/v1beta";
const bedrock = "https://bedrock-runtime.us-east-1.amazonaws.com/model/m";

/** The first that fits. */
const folders: readonly Folder[] = [
  { place: /fixtures-anthropic|\/anthropic\//, url: "https://api.anthropic.com/v1/messages", frame: named },
  { place: /azure\/.*deepseek/, url: "https://api.deepseek.com/chat/completions" },
  {
    place: /\/(azure|open-responses|responses)\//,
    url: "https://api.openai.com/v1/responses",
    frame: named,
  },
  { place: /cohere\/.*reranking/, url: "https://api.cohere.com/v2/rerank" },
  { place: /cohere-embedding/, url: "https://api.cohere.com/v2/embed" },
  { place: /\/cohere\//, url: "https://api.cohere.com/v2/chat", frame: named },
  {
    place: /amazon-bedrock\/.*reranking/,
    url: "https://bedrock-agent-runtime.us-east-1.amazonaws.com/rerank",
  },
  { place: /reranking/, url: "https://api.voyageai.com/v1/rerank" },
  { place: /amazon-bedrock\/.*txt$/, url: `${bedrock}/converse-stream`, frame: eventstreamOf },
  { place: /amazon-bedrock/, url: `${bedrock}/converse` },
  { place: /google\/.*interactions/, url: `${google}/interactions`, frame: named },
  {
    place: /google-vertex-embedding/,
    url: "https://aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/m:predict",
  },
  { place: /google\/.*txt$/, url: `${google}/models/m:streamGenerateContent?alt=sse`, frame: crlf },
  { place: /google/, url: `${google}/models/m:generateContent` },
  { place: /embedding/, url: "https://api.openai.com/v1/embeddings" },
  { place: /completion\//, url: "https://api.openai.com/v1/completions", frame: data, last: done },
  { place: /./, url: "https://api.openai.com/v1/chat/completions", frame: data, last: done },
];

/** Not the vectors of signatures and credentials, nor the stubs of a log, a store and a made-up route. */
const isAnswer = (path: string) =>
  /\.(json|txt|sse)$/.test(path) && !/fixtures-openai-sdk|\/jawn\/|\/minio\/|fake_endpoint/.test(path);

/** `folder`: of all recorded material. */
export function* fixtureExchanges(folder: string): Generator<Exchange> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`);
  for (const path of paths.map((path) => relative(folder, path)).filter(isAnswer)) {
    const text = readFileSync(`${folder}/${path}`, "utf8");
    if (path.startsWith("stubs-")) yield fromStub(path, text);
    else if (path.includes("nockFixtures/")) yield* fromNock(path, text);
    else if (path.startsWith("fixtures-")) yield* fromFile(path, text);
  }
}

/** Some keep several answers of one talk in one file. */
function* fromFile(path: string, text: string): Generator<Exchange> {
  const answers = path.endsWith(".chunks.txt")
    ? text.split(/(?<=\n)(?=\{"type":"response\.created")/)
    : [text];
  for (const [at, answer] of answers.entries()) {
    yield fromAnswer(path, answer, answers.length === 1 ? path : `${path}#${at}`);
  }
}

function fromAnswer(path: string, text: string, name: string): Exchange {
  const folder = folders.find(({ place }) => place.test(path));
  if (folder === undefined) throw new RangeError(`of nobody's: ${path}`);
  const { url, frame = data, last = "" } = folder;
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const body = path.endsWith(".chunks.txt")
    ? Buffer.concat([...lines.map((line) => Buffer.from(frame(line))), Buffer.from(last)])
    : Buffer.from(text);
  const row = { id: "", request: { url }, response: { status: 200 } };
  const head = answerHeadOf(path.endsWith(".json") ? statusOf(JSON.parse(text)) : 200, {}, body);
  return { ...toExchange(row, name, "fixtures"), head, body };
}

/** An error's body is kept without its head. */
function statusOf(value: JsonValue): number {
  const error = isObject(value) && value.object !== "response" ? value.error : undefined;
  if (!isObject(error)) return 200;
  return typeof error.code === "number" ? error.code : 400;
}

interface Stub {
  readonly request: { readonly method: string; readonly url?: string; readonly urlPathPattern?: string };
  readonly response: { readonly status: number; readonly headers?: HeaderMap; readonly jsonBody?: JsonValue };
}

const stubHosts: Readonly<Record<string, string>> = {
  anthropic: "https://api.anthropic.com",
  bedrock: "https://bedrock-runtime.us-east-1.amazonaws.com",
  gemini: "https://generativelanguage.googleapis.com",
};

function fromStub(path: string, text: string): Exchange {
  const { request, response }: Stub = JSON.parse(text);
  const [, vendor = ""] = path.split("/");
  const place = (request.url ?? request.urlPathPattern ?? "").replace("[^/]+", "m");
  const url = `${stubHosts[vendor] ?? `https://${vendor}.example`}${place}`;
  const body = response.jsonBody === undefined ? "" : JSON.stringify(response.jsonBody);
  const { method } = request;
  return toExchange({ id: "", request: { method, url }, response: { ...response, body } }, path, "stubs");
}

interface Nock {
  readonly scope: string;
  readonly method: string;
  readonly path: string;
  readonly body: JsonValue;
  readonly status: number;
  readonly response: JsonValue;
}

function* fromNock(path: string, text: string): Generator<Exchange> {
  const calls: readonly Nock[] = JSON.parse(text);
  for (const [at, { scope, method, path: place, body: json, status, response }] of calls.entries()) {
    const request = { method, url: scope.replace(/:\d+$/, "") + place, json };
    const row = { id: "", request, response: { status, body: JSON.stringify(response) } };
    yield toExchange(row, `${path}#${at}`, "fixtures");
  }
}

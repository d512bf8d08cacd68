// Owns what is asked and answered in a bench: sizes, counts, the requests' bytes. Knows no proxy, no process.

import type { StaticAnswer } from "../mock/script.ts";

/** Requests under way at once, each on its own connection. */
export const connectionsMax = 16;

/** Content events of a streamed answer; also the words of an unstreamed one, which is about 1.7 KB then. */
const eventsPerStream = 200;

export const staticAnswer: StaticAnswer = { frames: eventsPerStream, frameBytes: 250 };

/**
 * An event a millisecond for each stream: each is a read of its own on the way, as a model's tokens are.
 * Without the pause the kernel joins them, and a slower proxy looks cheaper than it is.
 */
export const eventMs = 1;

export const chatPath = "/v1/chat/completions";

/** An answer comes whole or as a stream of events. */
export type AnswerForm = "body" | "stream";

/** What requests say: the same words with another number each; or prose, each time another. */
export type AskedBody = "numbered" | "prose";

export type WorkloadName = "request" | "chunk";

export interface Workload {
  /** The unit its CPU time is told for, or the stream whose events those are. */
  readonly name: string;
  readonly form: AnswerForm;
  /** Units in one answer. */
  readonly unitsPerAnswer: number;
  readonly asked?: AskedBody;
}

export const workloads: Readonly<Record<WorkloadName, Workload>> = {
  request: { name: "request", form: "body", unitsPerAnswer: 1 },
  chunk: { name: "chunk", form: "stream", unitsPerAnswer: eventsPerStream },
};

export const bodyBytes = 4_096;
const numberDigits = 10;
const words = "the proxy reads what an agent asks of a model and counts what the model says in reply ";

/** Bytes of one request after another. */
export interface Requests {
  number(value: number): Buffer;
}

/** One request's bytes, used again and again: only its number changes, so that no two bodies are the same. */
export class RequestBytes implements Requests {
  readonly bytes: Buffer;
  readonly #numberAt: number;

  constructor({ port, path, form }: { port: number; path: string; form: AnswerForm }) {
    const body = chatBody(form);
    this.bytes = Buffer.from(requestHead(port, path, Buffer.byteLength(body)) + body);
    this.#numberAt = this.bytes.indexOf("0".repeat(numberDigits));
  }

  number(value: number): Buffer {
    this.bytes.write(String(value).padStart(numberDigits, "0"), this.#numberAt, "latin1");
    return this.bytes;
  }
}

/** The headers the official openai SDK sends from Node. */
export function requestHead(port: number, path: string, contentLength: number): string {
  return [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "connection: keep-alive",
    "accept: application/json",
    "accept-encoding: gzip, deflate",
    "accept-language: *",
    "authorization: Bearer none-of-the-proxys-business",
    "content-type: application/json",
    "sec-fetch-mode: cors",
    "user-agent: OpenAI/JS 7.55.0",
    "x-stainless-arch: x64",
    "x-stainless-lang: js",
    "x-stainless-os: Linux",
    "x-stainless-package-version: 7.55.0",
    "x-stainless-retry-count: 0",
    "x-stainless-runtime: node",
    "x-stainless-runtime-version: v24.21.0",
    `content-length: ${contentLength}`,
    "\r\n",
  ].join("\r\n");
}

/** About 4 KB: a system prompt, three turns, the question. */
function chatBody(form: AnswerForm): string {
  const text = (length: number): string => words.repeat(Math.ceil(length / words.length)).slice(0, length);
  const messages = [
    { role: "system", content: text(900) },
    { role: "user", content: `number ${"0".repeat(numberDigits)}: ${text(600)}` },
    { role: "assistant", content: text(1_000) },
    { role: "user", content: "" },
  ];
  const options =
    form === "stream" ? { stream: true, stream_options: { include_usage: true } } : { stream: false };
  const write = (): string =>
    JSON.stringify({ model: "gpt-4o", messages, temperature: 0.2, max_tokens: 512, ...options });
  (messages.at(-1) as { content: string }).content = text(bodyBytes - write().length);
  return write();
}

export interface ChatAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request of a bench, outside any measurement. */
export async function askChat(port: number, form: AnswerForm, path = chatPath): Promise<ChatAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: chatBody(form),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

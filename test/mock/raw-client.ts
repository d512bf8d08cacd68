// Owns a client that hides nothing: what came, in which pieces, and how it ended; knows only the wire.

import { request } from "node:http";
import type { MockProvider } from "../../mock/provider.ts";

export interface Seen {
  /** Undefined: the connection ended before a head. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly chunks: readonly Buffer[];
  readonly text: string;
  /** Whether HTTP's own end was seen. */
  readonly isComplete: boolean;
}

export interface RawCall {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
}

const nothing: Seen = { status: undefined, headers: {}, chunks: [], text: "", isComplete: false };

export function call(provider: MockProvider, what: RawCall): Promise<Seen> {
  const { method = "POST", path = "/v1/chat/completions", headers = {}, body } = what;
  return new Promise((resolve) => {
    const sent = request(provider.url + path, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      const finish = () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: answer.statusCode,
          headers: answer.headers,
          chunks,
          text,
          isComplete: answer.complete,
        });
      };
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", () => {});
      answer.on("close", finish);
    });
    sent.on("error", () => resolve(nothing));
    sent.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
  });
}

export function chat(text: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { model: "gpt-4o", messages: [{ role: "user", content: text }], ...more };
}

export function ask(provider: MockProvider, body: Readonly<Record<string, unknown>>): Promise<Seen> {
  return call(provider, { body, headers: { "content-type": "application/json" } });
}

export const streamed = { stream: true, stream_options: { include_usage: true } };

interface ChunkChoice {
  readonly index: number;
  readonly delta: Readonly<Record<string, unknown>>;
  readonly finish_reason: string | null;
}

export interface ChatChunk {
  readonly id: string;
  readonly choices: readonly ChunkChoice[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  readonly [name: string]: unknown;
}

/** The payloads of a stream's events, the end mark included. */
export function payloads(text: string): string[] {
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => event.replace(/^data: /, ""));
}

export function chunksOf(text: string): ChatChunk[] {
  return payloads(text)
    .filter((payload) => payload !== "[DONE]")
    .map((payload) => JSON.parse(payload));
}

/** Tokens as a client can count them: deltas that say something. */
export function countDeltas(chunks: readonly ChatChunk[]): number {
  const deltas = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta));
  return deltas.filter((delta) => delta.content || delta.refusal || delta.tool_calls).length;
}

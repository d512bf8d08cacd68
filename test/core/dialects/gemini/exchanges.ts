// Owns the recorded exchanges with Google's APIs for tests, and their JSON by its own reading. Knows no
// dialect.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AnswerHead, JsonValue, RequestHead } from "../../../../core/contracts/dialect.ts";
import { readRows } from "../../../shared-data.ts";
import { answerHead } from "../answers.ts";

export interface Recorded {
  readonly name: string;
  readonly asked: RequestHead;
  readonly request: JsonValue | undefined;
  readonly head: AnswerHead;
  readonly body: Buffer;
}

interface Golden {
  readonly url: string;
  readonly request: JsonValue;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const folder = fileURLToPath(new URL("../../../golden/gemini/", import.meta.url));

export const goldens: readonly Recorded[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const golden: Golden = JSON.parse(readFileSync(folder + file, "utf8"));
    const { url, request, status, contentType, body } = golden;
    return {
      name: file.replace(".json", ""),
      asked: askedAt(url),
      request: request ?? undefined,
      head: answerHead(contentType, status),
      body: Buffer.from(body),
    };
  });

interface Row {
  readonly id: string;
  readonly request: { readonly url: string; readonly method: string; readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body: string };
}

export function recordedRows(path: string): Recorded[] {
  return readRows<Row>(path).map(({ id, request: { url, json, method }, response: { status, body } }) => ({
    name: id,
    asked: askedAt(url, method),
    request: json,
    head: answerHead(/^data:/.test(body) ? "text/event-stream" : "application/json; charset=UTF-8", status),
    body: Buffer.from(body),
  }));
}

export function askedAt(url: string, method = "POST"): RequestHead {
  const { pathname, search } = new URL(url, "https://generativelanguage.googleapis.com");
  return { method, path: pathname, query: search, headers: { "content-type": "application/json" } };
}

export type Node = { [name: string]: JsonValue };

/** The JSON of an answer, piece by piece. */
export function piecesOf({ body }: Pick<Recorded, "body">): Node[] {
  const text = body.toString();
  if (!text.startsWith("data:")) return [JSON.parse(text)].flat();
  return text
    .split(/\r\n|\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => JSON.parse(line.slice("data:".length)));
}

/** All candidates of an answer, one after another. */
export function candidatesOf(pieces: readonly Node[]): Node[] {
  return pieces.flatMap(({ candidates }) => (candidates ?? []) as Node[]);
}

export function partsOf(candidate: Node): Node[] {
  return ((candidate.content as Node | undefined)?.parts ?? []) as Node[];
}

// Owns the recorded chat completions for tests, and their JSON by its own reading. Knows no dialect.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AnswerHead, JsonValue } from "../../../../core/contracts/dialect.ts";
import { readRows } from "../../../shared-data.ts";
import { answerHead } from "../answers.ts";

export interface Recorded {
  readonly name: string;
  readonly request: JsonValue | undefined;
  readonly head: AnswerHead;
  readonly body: Buffer;
}

const folder = fileURLToPath(new URL("../../../golden/openai-chat/", import.meta.url));

interface Golden {
  readonly request: JsonValue;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export const goldens: readonly Recorded[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const { request, status, contentType, body }: Golden = JSON.parse(readFileSync(folder + file, "utf8"));
    return {
      name: file.replace(".json", ""),
      request: request ?? undefined,
      head: answerHead(contentType, status),
      body: Buffer.from(body),
    };
  });

interface Row {
  readonly id: string;
  readonly stream: boolean;
  readonly request: { readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body: string };
}

/** The recorder's headers are patchy: a stream is known by its body. */
export function recordedRows(path: string): Recorded[] {
  return readRows<Row>(path).map(({ id, request, response }) => ({
    name: id,
    request: request.json,
    head: answerHead(isStream(response.body) ? "text/event-stream" : "application/json", response.status),
    body: Buffer.from(response.body),
  }));
}

function isStream(body: string): boolean {
  return /^(data:|event:|:)/.test(body);
}

/** The JSON of an answer, piece by piece. */
export function piecesOf({ body }: Recorded): { [name: string]: JsonValue }[] {
  const text = body.toString();
  if (!isStream(text)) return [JSON.parse(text)];
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)));
}

// Owns the recorded responses for tests, and their JSON by its own reading. Knows no dialect code.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import { readRows } from "../../../shared-data.ts";
import { answerHead } from "../answers.ts";
import type { Exchanged } from "../recorded-checks.ts";

export interface Recorded extends Exchanged {
  readonly request: JsonValue | undefined;
  /** Below the provider's base URL: `/v1/responses`, `/v1/responses/compact` … */
  readonly path: string;
}

export type Node = { [name: string]: JsonValue };

const folder = fileURLToPath(new URL("../../../golden/openai-responses/", import.meta.url));

export const goldens: readonly Recorded[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const { request, status, contentType, body } = JSON.parse(readFileSync(folder + file, "utf8"));
    return {
      name: file.replace(".json", ""),
      path: "/v1/responses",
      request: request ?? undefined,
      head: answerHead(contentType, status),
      body: Buffer.from(body),
    };
  });

interface Row {
  readonly id: string;
  readonly request: { readonly url: string; readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body: string };
}

/** The recorder's headers are patchy: a stream is known by its body. */
export function recordedRows(path: string): Recorded[] {
  return readRows<Row>(path).map(({ id, request, response }) => ({
    name: id,
    path: `/v1${/\/responses[^?]*/.exec(request.url)?.[0] ?? ""}`,
    request: request.json ?? undefined,
    head: answerHead(isStream(response.body) ? "text/event-stream" : "application/json", response.status),
    body: Buffer.from(response.body),
  }));
}

/** Two of its lines lack a brace. */
const broken = "parallel-tool-call-wrapper.1.chunks.txt";

/** `*.json`: whole bodies. `*.chunks.txt`: an event's data a line. */
export function fixtures(path: string): Recorded[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.endsWith("responses/__fixtures__"))
    .filter(({ name }) => name !== broken)
    .map(({ parentPath, name }) => {
      const text = readFileSync(`${parentPath}/${name}`, "utf8");
      const isWhole = name.endsWith(".json");
      return {
        ...{ name, path: "/v1/responses", request: undefined },
        head: answerHead(isWhole ? "application/json" : "text/event-stream"),
        body: Buffer.from(isWhole ? text : framed(text)),
      };
    });
}

function framed(chunks: string): string {
  const lines = chunks.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => `event: ${JSON.parse(line).type}\ndata: ${line}\n\n`).join("");
}

function isStream(body: string): boolean {
  return /^(data:|event:|:)/.test(body);
}

/** The events of a stream; of a whole body, itself. */
export function piecesOf({ body }: Exchanged): Node[] {
  const text = body.toString();
  if (text.trimStart().startsWith("{")) return [JSON.parse(text)];
  const lines = text.split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice("data: ".length)));
}

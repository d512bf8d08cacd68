// Owns the recorded messages for tests, and their JSON by its own reading. Knows no dialect code.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "../../../../core/contracts/dialect.ts";
import { readRows } from "../../../shared-data.ts";
import { answerHead } from "../answers.ts";
import type { Exchanged } from "../recorded-checks.ts";

export interface Recorded extends Exchanged {
  readonly request: JsonValue | undefined;
}

export type Node = { [name: string]: JsonValue };

const folder = fileURLToPath(new URL("../../../golden/anthropic-messages/", import.meta.url));

export const goldens: readonly Recorded[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const { request, status, contentType, body } = JSON.parse(readFileSync(folder + file, "utf8"));
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
  readonly request: { readonly url: string; readonly json?: JsonValue };
  readonly response: { readonly status: number; readonly body: string };
}

/** Of these paths alone: what else lies there was sorted in by its name. */
export function recordedRows(path: string, pathname: string): Recorded[] {
  return readRows<Row>(path)
    .filter(({ request }) => request.url.startsWith("https://api.anthropic.com/"))
    .filter(({ request }) => new URL(request.url).pathname === pathname)
    .map(({ id, stream, request, response }) => ({
      name: id,
      request: request.json,
      head: answerHead(stream ? "text/event-stream" : "application/json", response.status),
      body: Buffer.from(response.body),
    }));
}

/** `*.json`: whole bodies. `*.chunks.txt`: an event's data a line. `*.txt` and `*.sse`: streams. */
export function fixtures(path: string): Recorded[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|txt|sse)$/.test(entry.name))
    .map(({ parentPath, name }) => {
      const text = readFileSync(`${parentPath}/${name}`, "utf8");
      const isWhole = name.endsWith(".json");
      return {
        name,
        request: undefined,
        head: answerHead(isWhole ? "application/json" : "text/event-stream"),
        body: Buffer.from(name.endsWith(".chunks.txt") ? framed(text) : text),
      };
    });
}

function framed(chunks: string): string {
  const lines = chunks.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => `event: ${JSON.parse(line).type}\ndata: ${line}\n\n`).join("");
}

/** The events of a stream; of a whole body, itself. */
export function piecesOf({ body }: Exchanged): Node[] {
  const text = body.toString();
  if (text.startsWith("{")) return [JSON.parse(text)];
  const lines = text.split("\n").filter((line) => line.startsWith("data: "));
  return lines.map((line) => JSON.parse(line.slice("data: ".length)));
}

// Owns the paths below /_mock/, for tests that run in another process; knows no vendor's format.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { LogEntry } from "./log.ts";
import { readBody } from "./request-body.ts";
import type { Script } from "./script.ts";
import { readScript } from "./script-reader.ts";

export interface Controlled {
  readonly log: readonly LogEntry[];
  setScript(script: Script): void;
  reset(): void;
}

interface ControlAnswer {
  readonly status: number;
  readonly value: unknown;
}

const scriptBytesMax = 1_048_576;

export function isControlPath(path: string): boolean {
  return path.startsWith("/_mock/");
}

export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  provider: Controlled,
): Promise<void> {
  const body = await readBody(request, scriptBytesMax);
  if (body === "client-gone") return;
  const route = `${request.method} ${request.url}`;
  const text = body === "too-large" ? undefined : body.toString("utf8");
  const { status, value } = text === undefined ? tooLarge : control(route, text, provider);
  const closing = text === undefined ? { connection: "close" } : {};
  response.writeHead(status, { "content-type": "application/json", ...closing });
  response.end(JSON.stringify(value));
}

const tooLarge: ControlAnswer = { status: 413, value: { problem: `more than ${scriptBytesMax} bytes` } };

function control(route: string, body: string, provider: Controlled): ControlAnswer {
  switch (route) {
    case "GET /_mock/health":
      return { status: 200, value: { status: "ok" } };
    case "GET /_mock/log":
      return { status: 200, value: provider.log };
    case "POST /_mock/reset":
      provider.reset();
      return { status: 200, value: { status: "ok" } };
    case "POST /_mock/script":
      return changeScript(body, provider);
    default:
      return { status: 404, value: { problem: `there is no ${route}` } };
  }
}

function changeScript(body: string, provider: Controlled): ControlAnswer {
  const reading = readScript(body);
  if ("problems" in reading) return { status: 400, value: reading };
  provider.setScript(reading.script);
  return { status: 200, value: { rules: reading.script.rules?.length ?? 0 } };
}

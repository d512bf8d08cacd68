// Owns one request to an OAuth server: bounded in time and size, no redirect followed. Knows no cache.

import { Client } from "undici";
import type { JsonValue } from "../contracts/json.ts";
import type { ToolUrl } from "../contracts/tool-spec.ts";
import { readJson } from "../text/json.ts";
import { makeDial } from "./dial.ts";

export interface TokenPost {
  readonly url: ToolUrl;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: string;
  readonly timeoutMs: number;
}

const answerBytesMax = 64 * 1024;
const connectMs = 5_000;

/** Undefined: nobody has answered as a token endpoint does. */
export function postForToken({ url, headers: more, form, timeoutMs }: TokenPost) {
  const headers = { ...more, "content-type": "application/x-www-form-urlencoded" };
  return ask(url, { method: "POST", headers, body: form, timeoutMs });
}

/** Undefined: nobody has answered with JSON. */
export function getJson(url: ToolUrl, timeoutMs: number): Promise<JsonValue | undefined> {
  return ask(url, { method: "GET", headers: {}, body: null, timeoutMs });
}

interface Asked {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

/** A connection for each: an hour lies between. */
async function ask(url: ToolUrl, asked: Asked): Promise<JsonValue | undefined> {
  const { method, headers, body: sent, timeoutMs } = asked;
  const client = new Client(url.origin, {
    connect: makeDial(Math.min(connectMs, timeoutMs)),
    allowH2: false,
    maxResponseSize: answerBytesMax,
  });
  try {
    const { statusCode, body } = await client.request({
      method,
      path: url.path,
      headers: { ...headers, accept: "application/json" },
      body: sent,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const reading = readJson(Buffer.from(await body.arrayBuffer()));
    return statusCode === 200 && reading.kind === "json" ? reading.value : undefined;
  } catch {
    return undefined;
  } finally {
    await client.destroy();
  }
}

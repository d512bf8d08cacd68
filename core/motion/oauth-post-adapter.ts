// Owns one POST for an OAuth token: bounded in time and size, no redirect followed. Knows no cache.

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

/** Undefined: nobody has answered as a token endpoint does. A connection for each: an hour lies between. */
export async function postForToken(post: TokenPost): Promise<JsonValue | undefined> {
  const { url, headers, form, timeoutMs } = post;
  const client = new Client(url.origin, {
    connect: makeDial(Math.min(connectMs, timeoutMs)),
    allowH2: false,
    maxResponseSize: answerBytesMax,
  });
  try {
    const { statusCode, body } = await client.request({
      method: "POST",
      path: url.path,
      headers: {
        ...headers,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      body: form,
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

// Owns one HTTP request to a remote guard: bounded in time and size, no redirect followed. Knows no service.

import { Pool } from "undici";
import type { Unable } from "../../contracts/guard.ts";
import { makeDial, type Resolve } from "./dial.ts";
import { malformed, timedOut, unreachable } from "./findings.ts";

export interface LineOptions {
  /** `https://host[:port]` */
  readonly origin: string;
  readonly connectionsMax: number;
  readonly timeoutMs: number;
  /** Of names; the system's where absent. */
  readonly resolve?: Resolve | undefined;
}

export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Monotonic. */
  readonly deadlineMs: number;
}

export interface Received {
  readonly kind: "received";
  readonly status: number;
  readonly body: Buffer;
}

const bodyBytesMax = 1024 * 1024;
const connectMsMax = 2_000;
const headersBytesMax = 32 * 1024;

export class Line {
  readonly #pool: Pool;

  constructor({ origin, connectionsMax, timeoutMs, resolve }: LineOptions) {
    this.#pool = new Pool(origin, {
      connections: connectionsMax,
      pipelining: 1,
      allowH2: false,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxHeaderSize: headersBytesMax,
      connect: makeDial(Math.min(timeoutMs, connectMsMax), resolve),
    });
  }

  /** A connection that was kept may be gone by the time it is used: that is tried once more. */
  async post(post: Post): Promise<Received | Unable> {
    const first = await this.#once(post);
    const last = first === "hung-up" ? await this.#once(post) : first;
    return last === "hung-up" ? unreachable : last;
  }

  async #once({ path, headers, body, deadlineMs }: Post): Promise<Received | Unable | "hung-up"> {
    const leftMs = Math.floor(deadlineMs - performance.now());
    if (leftMs <= 0) return timedOut;
    try {
      const reply = await this.#pool.request({
        method: "POST",
        path,
        headers: {
          ...headers,
          "content-type": "application/json",
          accept: "application/json",
          "accept-encoding": "identity",
        },
        body,
        signal: AbortSignal.timeout(leftMs),
      });
      const encoding = reply.headers["content-encoding"] ?? "identity";
      const bytes = await readAll(reply.body);
      if (bytes === undefined || encoding !== "identity") return malformed;
      return { kind: "received", status: reply.statusCode, body: bytes };
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** Undefined: it is too much. */
async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop destroys the body, and with it the connection.
    if (length > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const slow: ReadonlySet<string> = new Set([
  "TimeoutError",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);
const hungUp: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** By its name or code alone: an error's message may hold what was sent. */
function failureOf(error: unknown): Unable | "hung-up" {
  if (!(error instanceof Error)) return unreachable;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  if (slow.has(code) || slow.has(error.name)) return timedOut;
  return hungUp.has(code) ? "hung-up" : unreachable;
}

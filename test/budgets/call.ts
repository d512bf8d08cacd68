// Owns one call of an agent's client: what it asks, what it is told, where it hangs up. Retries nothing.

import { Agent, type IncomingMessage, request } from "node:http";

export interface Asked {
  readonly port: number;
  readonly path: string;
  readonly model: string;
  readonly prompt: string;
  /** Undefined: asks for no maximum. */
  readonly outputTokensMax: number | undefined;
  readonly form: "stream" | "body";
  /** Hangs up once so many bytes of the answer came; undefined: stays to the end. */
  readonly bytesMax: number | undefined;
}

export type Told =
  | { readonly kind: "answered" }
  | { readonly kind: "left" }
  /** The line broke, or the answer did not come to its end. */
  | { readonly kind: "broken"; readonly cause: string }
  | RefusedCall;

export interface RefusedCall {
  readonly kind: "refused";
  readonly status: number;
  /** `x-sluice-refusal`, or what a client makes of its absence. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  readonly isFinal: boolean;
  /** Tokens left, as far as it is told. */
  readonly tokensLeft: number | undefined;
}

/** Longer than any answer of the arena takes; a client that waits for ever would hide a hang. */
const callMsMax = 60_000;
const refusalCharsMax = 20_000;

export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1_024 });

  call(asked: Asked): Promise<Told> {
    const { port, path, model, prompt, outputTokensMax, form } = asked;
    const body = JSON.stringify({
      model,
      messages: [{ role: "user", content: prompt }],
      ...(outputTokensMax === undefined ? {} : { max_tokens: outputTokensMax }),
      ...(form === "stream" ? { stream: true } : {}),
    });
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    return new Promise((resolve) => {
      const sent = request({ agent: this.#agent, host: "127.0.0.1", port, path, method: "POST", headers });
      sent.setTimeout(callMsMax, () => sent.destroy(new Error("no answer")));
      sent.on("error", (error) => resolve({ kind: "broken", cause: causeOf(error) }));
      sent.on("response", (response) => {
        const done = response.statusCode === 200 ? readAnswer(response, asked) : readRefusal(response);
        void done.then(resolve);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function readAnswer(response: IncomingMessage, { form, bytesMax }: Asked): Promise<Told> {
  return new Promise((resolve) => {
    let bytes = 0;
    let tail = "";
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      tail = (tail + chunk.toString("latin1")).slice(-200);
      if (bytesMax === undefined || bytes < bytesMax) return;
      resolve({ kind: "left" });
      response.destroy();
    });
    response.on("error", (error) => resolve({ kind: "broken", cause: causeOf(error) }));
    response.on("end", () => {
      const isWhole = form === "body" || tail.includes("data: [DONE]");
      resolve(isWhole ? { kind: "answered" } : { kind: "broken", cause: "no end mark" });
    });
  });
}

function readRefusal(response: IncomingMessage): Promise<Told> {
  return new Promise((resolve) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text = (text + chunk).slice(0, refusalCharsMax);
    });
    response.on("error", (error) => resolve({ kind: "broken", cause: causeOf(error) }));
    response.on("end", () => resolve(refusedBy(response, text)));
  });
}

function refusedBy({ statusCode = 0, headers }: IncomingMessage, text: string): RefusedCall {
  const seconds = Number(headers["retry-after"]);
  const left = /;tokens=(-?\d+)/.exec(String(headers["x-sluice-budget-remaining"] ?? ""))?.[1];
  return {
    kind: "refused",
    status: statusCode,
    code: String(headers["x-sluice-refusal"] ?? text.slice(0, 100)),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    isFinal: headers["x-should-retry"] === "false",
    tokensLeft: left === undefined ? undefined : Number(left),
  };
}

function causeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

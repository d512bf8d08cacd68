// Owns reading a request's body within a bound; knows nothing of what it means.

import type { IncomingMessage } from "node:http";

export type BodyReading = Buffer | "too-large" | "client-gone";

export function readBody(request: IncomingMessage, bytesMax: number): Promise<BodyReading> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else resolve("too-large");
    });
    request.once("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once("close", () => resolve("client-gone"));
    request.once("error", () => resolve("client-gone"));
  });
}

/** Undefined: no JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

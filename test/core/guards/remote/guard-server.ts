// Owns a local HTTP server that stands for a remote guard: it says what a test tells it to. Knows no service.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Finding, Guard, GuardMeans, TextSource, Unable } from "../../../../core/contracts/guard.ts";
import type { JsonObject, JsonValue } from "../../../../core/contracts/json.ts";
import { remoteDetector } from "../../../../core/guards/remote.ts";

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: JsonValue;
  readonly text: string;
}

export type Respond = (request: SeenRequest, response: ServerResponse) => void;

export class GuardServer {
  readonly seen: SeenRequest[] = [];
  respond: Respond;
  #open = 0;
  /** Requests that were under way at once, at most. */
  openMax = 0;
  readonly #server: Server;

  private constructor(respond: Respond) {
    this.respond = respond;
    this.#server = createServer((request, response) => {
      this.#open += 1;
      this.openMax = Math.max(this.openMax, this.#open);
      response.on("close", () => {
        this.#open -= 1;
      });
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const { url: path = "", headers } = request;
        const seen = { path, headers, text, body: JSON.parse(text) };
        this.seen.push(seen);
        this.respond(seen, response);
      });
    });
  }

  static async open(respond: Respond): Promise<GuardServer> {
    const server = new GuardServer(respond);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Answers everything with this. */
export function saying(value: JsonValue, status = 200): Respond {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
}

export const userText: TextSource = { stage: "llm.request", role: "user", kind: "text" };
export const answerText: TextSource = { stage: "llm.answer", role: "assistant", kind: "text" };

export function openGuard(config: JsonObject, means: Partial<GuardMeans> = {}): Guard {
  return remoteDetector.create(config, { directory: "/", environment: {}, ...means });
}

export async function scan(
  guard: Guard,
  text: string,
  source: TextSource = userText,
): Promise<readonly Finding[] | Unable> {
  const scanner = guard.scan(source);
  if (scanner === undefined) throw new Error("it looks at nothing");
  scanner.push(text);
  return scanner.end();
}

// Owns an issuer on loopback for tests of key sets: it publishes keys, rotates, fails, and counts who asked.

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWK } from "jose";

export class Issuer {
  /** Requests that came in. */
  asked = 0;
  #answer: RequestListener = (_request, response) => response.writeHead(500).end();
  readonly #server: Server = createServer((request, response) => {
    this.asked += 1;
    this.#answer(request, response);
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys?v=1`;
  }

  answer(listener: RequestListener): void {
    this.#answer = listener;
  }

  publish(...keys: readonly JWK[]): void {
    this.say(JSON.stringify({ keys }));
  }

  say(body: string | Buffer, status = 200, headers: Record<string, string> = {}): void {
    this.answer((_request, response) => response.writeHead(status, headers).end(body));
  }

  /** Every connection is cut before an answer. */
  fail(): void {
    this.answer((request) => request.socket.destroy());
  }
}

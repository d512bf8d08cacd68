// Owns Streamable HTTP in front of peers that know none of it: sessions where the era has them, one peer for
// all where it has not. Knows no policy.

import { randomUUID } from "node:crypto";
import type { AnswerHead } from "../../contracts/dialect.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { RpcId } from "../../contracts/rpc.ts";
import type { Outgoing, Sending } from "../transport.ts";
import { EventSource } from "./event-source.ts";
import type { OpenPeer } from "./peer.ts";
import { type RpcText, readRpcBody } from "./rpc-text.ts";
import { PeerSession } from "./session.ts";
import { SharedPeer } from "./shared-peer.ts";
import { Starts } from "./starts.ts";

export interface PeerFrontOptions {
  readonly open: OpenPeer;
  readonly peersMax: number;
  /** Until the first word of an answer. */
  readonly firstMessageMs: number;
  /** A session that nobody uses for so long is over. */
  readonly sessionIdleMs: number;
  /** Whether a request is of the era without sessions. */
  readonly isModern: (headers: Outgoing["headers"]) => boolean;
}

const sweepEveryMs = 30_000;

export class PeerFront {
  readonly #options: PeerFrontOptions;
  readonly #sessions = new Map<string, PeerSession>();
  readonly #starts = new Starts();
  #shared: SharedPeer | undefined = undefined;
  #isClosed = false;
  readonly #sweep: NodeJS.Timeout;

  constructor(options: PeerFrontOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#endIdle(), sweepEveryMs).unref();
  }

  send(outgoing: Outgoing): Sending {
    const answer = this.#isClosed ? refuse("upstream_unreachable") : this.#take(outgoing);
    if (!("code" in answer)) return answer;
    return { replied: Promise.resolve(answer), hasStarted: true, abort() {} };
  }

  /** Resolves when all peers have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    await Promise.all([...this.#sessions.values(), this.#shared].map((one) => one?.close()));
  }

  #take({ method, headers, body }: Outgoing): Sending | Refusal {
    if (method === "POST") {
      const messages = Buffer.isBuffer(body) ? readRpcBody(body) : undefined;
      if (messages === undefined) return refuse("request_malformed");
      return this.#options.isModern(headers)
        ? this.#takeModern(messages)
        : this.#takeLegacy(messages, headers);
    }
    const session = this.#find(headers);
    if ("code" in session) return session;
    if (method === "GET") return session.listen() ?? answered({ status: 409, headers: {} });
    void session.close();
    return answered({ status: 200, headers: {} });
  }

  #takeModern([message]: readonly RpcText[]): Sending | Refusal {
    const shared = this.#shared ?? this.#startShared();
    if ("code" in shared) return shared;
    if (message === undefined) return refuse("request_malformed");
    if (message.id === undefined) return shared.tell(message) ?? answered({ status: 202, headers: {} });
    return shared.ask(message as RpcText & { readonly id: RpcId });
  }

  #takeLegacy(messages: readonly RpcText[], headers: Outgoing["headers"]): Sending | Refusal {
    if (messages.some(({ method }) => method === "initialize")) return this.#initialize(messages);
    const session = this.#find(headers);
    if ("code" in session) return session;
    const asks = messages.some(({ id, method }) => id !== undefined && method !== undefined);
    if (asks) return session.ask(messages, {});
    return session.tell(messages) ?? answered({ status: 202, headers: {} });
  }

  #initialize(messages: readonly RpcText[]): Sending | Refusal {
    const sessionId = randomUUID();
    const startedAtMs = performance.now();
    const session = new PeerSession({
      firstMessageMs: this.#options.firstMessageMs,
      onEnded: () => {
        if (this.#sessions.delete(sessionId)) this.#ended(startedAtMs);
      },
    });
    const refusal = this.#room() ?? session.start(this.#options.open);
    if (refusal !== undefined) return refusal;
    this.#sessions.set(sessionId, session);
    return session.ask(messages, { "mcp-session-id": sessionId });
  }

  #startShared(): SharedPeer | Refusal {
    const startedAtMs = performance.now();
    const shared = new SharedPeer({
      firstMessageMs: this.#options.firstMessageMs,
      onEnded: () => {
        if (this.#shared === shared) this.#shared = undefined;
        this.#ended(startedAtMs);
      },
    });
    const refusal = this.#room() ?? shared.start(this.#options.open);
    if (refusal !== undefined) return refusal;
    this.#shared = shared;
    return shared;
  }

  #ended(startedAtMs: number): void {
    if (!this.#isClosed) this.#starts.ended({ startedAtMs, nowMs: performance.now() });
  }

  /** One that ends as soon as it is started is not started again and again. */
  #room(): Refusal | undefined {
    const waitMs = this.#starts.waitMs(performance.now());
    if (waitMs > 0) return refuse("upstream_unreachable", { retryAfterS: Math.ceil(waitMs / 1_000) });
    const running = this.#sessions.size + (this.#shared === undefined ? 0 : 1);
    return running < this.#options.peersMax ? undefined : refuse("overloaded", { retryAfterS: 5 });
  }

  #find(headers: Outgoing["headers"]): PeerSession | Refusal {
    const id = headers["mcp-session-id"];
    if (typeof id !== "string") {
      return refuse("request_malformed", { message: "Mcp-Session-Id is missing: initialize first." });
    }
    return this.#sessions.get(id) ?? refuse("mcp_session_unknown");
  }

  #endIdle(): void {
    const before = performance.now() - this.#options.sessionIdleMs;
    for (const session of [...this.#sessions.values()]) {
      if (session.isIdle && session.lastUsedAtMs < before) void session.close();
    }
  }
}

function answered(head: AnswerHead): Sending {
  const source = new EventSource({ firstMessageMs: undefined, onLeft() {} });
  source.answer(head, undefined);
  return source;
}

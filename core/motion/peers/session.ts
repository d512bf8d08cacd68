// Owns one conversation with a peer in the era of sessions: which message goes to which of its client's
// streams. Knows no HTTP but streams.

import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { RpcId } from "../../contracts/rpc.ts";
import { EventSource } from "./event-source.ts";
import type { OpenPeer, Peer } from "./peer.ts";
import { idAt, keyOf, places, type RpcText, readRpc } from "./rpc-text.ts";

/** What the server says while nobody listens: as many are kept, the oldest go first. */
const unheardMax = 100;
const json = { "content-type": "application/json" };

interface Asked {
  readonly source: EventSource;
  /** Requests of the same body that are not answered yet. */
  readonly open: Set<string>;
  readonly isBatch: boolean;
  readonly progressToken: RpcId | undefined;
  /** Of the first answer alone, where nothing else was said. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SessionOptions {
  readonly firstMessageMs: number;
  /** The peer is gone; nothing follows. */
  onEnded(session: PeerSession): void;
}

export class PeerSession {
  lastUsedAtMs = performance.now();
  readonly #options: SessionOptions;
  readonly #asked = new Map<string, Asked>();
  #peer: Peer | undefined = undefined;
  #stream: EventSource | undefined = undefined;
  #unheard: Buffer[] = [];
  #ended: Refusal | undefined = undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Before anything is sent. */
  start(open: OpenPeer): Refusal | undefined {
    const peer = open({ message: (bytes) => this.#hear(bytes), ended: (because) => this.#end(because) });
    if ("code" in peer) return peer;
    this.#peer = peer;
    return this.#ended;
  }

  get isIdle(): boolean {
    return this.#asked.size === 0 && this.#stream === undefined;
  }

  /** Answers and notifications: undefined once they are sent. */
  tell(messages: readonly RpcText[]): Refusal | undefined {
    this.lastUsedAtMs = performance.now();
    for (const { bytes } of messages) {
      const refusal = this.#send(bytes);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** At least one of them is a request. */
  ask(messages: readonly RpcText[], headers: Readonly<Record<string, string>>): EventSource | Refusal {
    this.lastUsedAtMs = performance.now();
    const requests = messages.filter(({ id, method }) => id !== undefined && method !== undefined);
    const keys = requests.map(({ id }) => keyOf(id as RpcId));
    if (keys.some((key) => this.#asked.has(key))) {
      return refuse("request_malformed", { message: "A request with this id is under way." });
    }
    const source = new EventSource({
      firstMessageMs: this.#options.firstMessageMs,
      onLeft: () => this.#leave(keys),
    });
    const open = new Set(keys);
    for (const request of requests) {
      const progressToken = idAt(request, places.progressAsked);
      const asked = { source, open, isBatch: messages.length > 1, progressToken, headers };
      this.#asked.set(keyOf(request.id as RpcId), asked);
    }
    for (const { bytes } of messages) {
      const refusal = this.#send(bytes);
      if (refusal !== undefined) source.fail(refusal);
    }
    return source;
  }

  /** What the server says by itself; undefined: there is such a stream already. */
  listen(): EventSource | undefined {
    if (this.#stream !== undefined) return undefined;
    this.lastUsedAtMs = performance.now();
    const stream = new EventSource({
      firstMessageMs: undefined,
      onLeft: () => {
        this.#stream = undefined;
        this.lastUsedAtMs = performance.now();
      },
    });
    this.#stream = stream;
    stream.open({});
    stream.comment();
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const bytes of unheard) stream.event(bytes, {});
    return stream;
  }

  async close(): Promise<void> {
    const closing = this.#peer?.close();
    this.#end(refuse("mcp_session_unknown"));
    await closing;
  }

  #send(bytes: Buffer): Refusal | undefined {
    return this.#ended ?? this.#peer?.send(bytes);
  }

  #hear(bytes: Buffer): void {
    const message = readRpc(bytes);
    if (message === undefined) {
      this.#hearOther(bytes);
      return;
    }
    const { id, method } = message;
    if (method === undefined && id !== undefined) this.#hearAnswer(keyOf(id), bytes);
    else this.#hearUnasked(message);
  }

  /** What begins as a message and is none ends the conversation; whatever else it prints is passed over. */
  #hearOther(bytes: Buffer): void {
    if (!/^\s*[{[]/.test(bytes.toString("latin1", 0, 64))) return;
    this.#end(refuse("upstream_malformed"));
    void this.#peer?.close();
  }

  /** Nobody waits for it: its client has left, or it was answered before. */
  #hearAnswer(key: string, bytes: Buffer): void {
    const asked = this.#asked.get(key);
    if (asked === undefined) return;
    this.#asked.delete(key);
    asked.open.delete(key);
    const { source, open, isBatch, headers } = asked;
    if (isBatch || source.hasBegun) source.event(bytes, headers);
    else source.answer({ status: 200, headers: { ...json, ...headers } }, bytes);
    if (open.size === 0) source.finish();
  }

  #hearUnasked(message: RpcText): void {
    const { bytes } = message;
    const token = idAt(message, places.progressTold);
    const all = [...this.#asked.values()];
    const asked = token === undefined ? all.at(-1) : all.find(({ progressToken }) => progressToken === token);
    if (asked !== undefined) asked.source.event(bytes, asked.headers);
    else if (this.#stream !== undefined) this.#stream.event(bytes, {});
    else {
      this.#unheard.push(bytes);
      if (this.#unheard.length > unheardMax) this.#unheard.shift();
    }
  }

  /** To leave is not to cancel: the server goes on, and nobody hears of it. */
  #leave(keys: readonly string[]): void {
    for (const key of keys) this.#asked.delete(key);
    this.lastUsedAtMs = performance.now();
  }

  #end(because: Refusal): void {
    if (this.#ended !== undefined) return;
    this.#ended = because;
    const sources = new Set([...this.#asked.values()].map(({ source }) => source));
    this.#asked.clear();
    for (const source of sources) source.fail(because);
    this.#stream?.finish();
    this.#options.onEnded(this);
  }
}

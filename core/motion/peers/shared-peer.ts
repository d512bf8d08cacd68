// Owns one conversation with a peer for all clients, in the era without sessions: ids and tokens are made
// unique on the way. Knows no HTTP but streams.

import { type Refusal, refuse } from "../../contracts/refusal.ts";
import type { RpcId } from "../../contracts/rpc.ts";
import { isObject } from "../../text/json.ts";
import { EventSource } from "./event-source.ts";
import type { OpenPeer, Peer } from "./peer.ts";
import { idAt, places, type RpcText, readRpc, withIds } from "./rpc-text.ts";

interface Asked {
  readonly id: RpcId;
  readonly progressToken: RpcId | undefined;
  readonly source: EventSource;
  isAnswered: boolean;
}

export interface SharedPeerOptions {
  readonly firstMessageMs: number;
  onEnded(): void;
}

/** Statuses of errors that have one of their own (2026-07-28, transports). */
const statuses: Readonly<Record<number, number>> = {
  [-32601]: 404,
  [-32020]: 400,
  [-32021]: 400,
  [-32022]: 400,
};
const json = { "content-type": "application/json" };

export class SharedPeer {
  readonly #options: SharedPeerOptions;
  /** By the id it has on the way. */
  readonly #asked = new Map<RpcId, Asked>();
  #peer: Peer | undefined = undefined;
  #lastId = 0;
  #ended: Refusal | undefined = undefined;

  constructor(options: SharedPeerOptions) {
    this.#options = options;
  }

  start(open: OpenPeer): Refusal | undefined {
    const peer = open({ message: (bytes) => this.#hear(bytes), ended: (because) => this.#end(because) });
    if ("code" in peer) return peer;
    this.#peer = peer;
    return this.#ended;
  }

  tell({ bytes }: RpcText): Refusal | undefined {
    return this.#ended ?? this.#peer?.send(bytes);
  }

  ask(request: RpcText & { readonly id: RpcId }): EventSource {
    this.#lastId += 1;
    const id = this.#lastId;
    const progressToken = idAt(request, places.progressAsked);
    const source = new EventSource({
      firstMessageMs: this.#options.firstMessageMs,
      onLeft: () => this.#leave(id),
    });
    this.#asked.set(id, { id: request.id, progressToken, source, isAnswered: false });
    const tokens = progressToken === undefined ? [] : [[places.progressAsked, id] as const];
    const refusal = this.#ended ?? this.#peer?.send(withIds(request, [[places.id, id], ...tokens]));
    if (refusal !== undefined) source.fail(refusal);
    return source;
  }

  async close(): Promise<void> {
    const closing = this.#peer?.close();
    this.#end(refuse("upstream_unreachable"));
    await closing;
  }

  #hear(bytes: Buffer): void {
    const message = readRpc(bytes);
    if (message !== undefined) {
      if (message.method === undefined) this.#hearAnswer(message);
      else if (message.id === undefined) this.#hearNotification(message);
    } else if (/^\s*[{[]/.test(bytes.toString("latin1", 0, 64))) {
      this.#end(refuse("upstream_malformed"));
      void this.#peer?.close();
    }
  }

  #hearAnswer(message: RpcText): void {
    const asked = message.id === undefined ? undefined : this.#asked.get(message.id);
    if (asked === undefined) return;
    asked.isAnswered = true;
    const bytes = withIds(message, [[places.id, asked.id]]);
    const { source } = asked;
    if (source.hasBegun) {
      source.event(bytes, {});
      source.finish();
    } else source.answer({ status: statusOf(message), headers: { ...json } }, bytes);
  }

  /** To the request it is about; where it does not say, to the only one there is. */
  #hearNotification(message: RpcText): void {
    for (const place of [places.progressTold, places.subscription]) {
      const id = idAt(message, place);
      const asked = id === undefined ? undefined : this.#asked.get(id);
      if (asked === undefined) continue;
      const own = place === places.progressTold ? asked.progressToken : asked.id;
      asked.source.event(own === undefined ? message.bytes : withIds(message, [[place, own]]), {});
      return;
    }
    const [only, ...others] = this.#asked.values();
    if (only !== undefined && others.length === 0) only.source.event(message.bytes, {});
  }

  /** To leave is to cancel. */
  #leave(id: RpcId): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked === undefined || asked.isAnswered || this.#ended !== undefined) return;
    const params = { requestId: id, reason: "the client closed the stream" };
    this.#peer?.send(
      Buffer.from(JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params })),
    );
  }

  #end(because: Refusal): void {
    if (this.#ended !== undefined) return;
    this.#ended = because;
    const sources = [...this.#asked.values()].map(({ source }) => source);
    this.#asked.clear();
    for (const source of sources) source.fail(because);
    this.#options.onEnded();
  }
}

function statusOf({ value: { error } }: RpcText): number {
  const code = isObject(error) ? error.code : undefined;
  return typeof code === "number" ? (statuses[code] ?? 200) : 200;
}

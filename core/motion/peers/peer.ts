// Owns what a server is that speaks JSON-RPC over one line of messages each way. Knows no HTTP.

import type { Refusal } from "../../contracts/refusal.ts";

export interface PeerEvents {
  /** One JSON text, in strict UTF-8 or not: nobody has read it yet. */
  message(bytes: Buffer): void;
  /** Once; nothing follows. */
  ended(because: Refusal): void;
}

/** One server, for one client or for all. */
export interface Peer {
  /** One JSON text without line ends; a refusal where it cannot take any more. */
  send(message: Buffer): Refusal | undefined;
  /** Nothing more comes of it from here on; resolves when it has ended. */
  close(): Promise<void>;
}

export type OpenPeer = (events: PeerEvents) => Peer | Refusal;

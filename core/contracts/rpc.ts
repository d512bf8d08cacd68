// Owns what a JSON-RPC 2.0 message is, apart from the bytes it came in. Knows no method.

import type { JsonObject } from "./json.ts";

export type RpcId = string | number;

export interface RpcMessage {
  /** `failure`: an answer that says what went wrong. */
  readonly kind: "request" | "notification" | "answer" | "failure";
  /** Undefined in a notification, and in a failure that answers nothing anybody could name. */
  readonly id: RpcId | undefined;
  /** Empty in answers. */
  readonly method: string;
  /** RFC 6901, into the body or the frame's JSON: empty, or `/0` in a batch. */
  readonly pointer: string;
  readonly value: JsonObject;
}

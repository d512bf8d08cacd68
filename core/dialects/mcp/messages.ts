// Owns which kind of JSON-RPC 2.0 message an object is, and what is none. Knows no method.

import type { JsonValue } from "../../contracts/json.ts";
import type { RpcId, RpcMessage } from "../../contracts/rpc.ts";
import { isObject } from "../../text/json.ts";

/** Of one batch (2025-03-26). */
export const batchMax = 100;

/** One message, or the messages of a batch; undefined: neither. */
export function readMessages(value: JsonValue): readonly RpcMessage[] | undefined {
  if (!Array.isArray(value)) {
    const message = readMessage(value, "");
    return message && [message];
  }
  if (value.length === 0 || value.length > batchMax) return undefined;
  const messages: RpcMessage[] = [];
  for (const [at, element] of value.entries()) {
    const message = readMessage(element, `/${at}`);
    if (message === undefined) return undefined;
    messages.push(message);
  }
  return messages;
}

/** What two readers could take for two kinds of message is none. */
function readMessage(value: JsonValue, pointer: string): RpcMessage | undefined {
  if (!isObject(value) || value.jsonrpc !== "2.0") return undefined;
  const { id, method } = value;
  const isAnswer = Object.hasOwn(value, "result");
  const isFailure = Object.hasOwn(value, "error");
  const isNamed = Object.hasOwn(value, "id");
  if (Object.hasOwn(value, "method")) {
    if (typeof method !== "string" || isAnswer || isFailure || !isParams(value.params)) return undefined;
    if (!isNamed) return { kind: "notification", id: undefined, method, pointer, value };
    return isId(id) ? { kind: "request", id, method, pointer, value } : undefined;
  }
  if (isAnswer === isFailure) return undefined;
  if (isFailure && (id === undefined || id === null)) {
    return { kind: "failure", id: undefined, method: "", pointer, value };
  }
  return isId(id) ? { kind: isAnswer ? "answer" : "failure", id, method: "", pointer, value } : undefined;
}

function isParams(params: JsonValue | undefined): boolean {
  return params === undefined || isObject(params);
}

function isId(id: JsonValue | undefined): id is RpcId {
  return typeof id === "string" || (typeof id === "number" && Number.isFinite(id));
}

// Owns the names of MCP's methods and of what its requests are about. Knows no policy.

import type { JsonValue } from "../../contracts/json.ts";
import type { Offer } from "../../contracts/mcp-spec.ts";
import type { RpcMessage } from "../../contracts/rpc.ts";
import { isObject } from "../../text/json.ts";

/** Of all revisions: a bounded set, for logs. */
const methods = new Set([
  ...["initialize", "ping", "server/discover", "subscriptions/listen", "completion/complete"],
  ...["tools/list", "tools/call", "prompts/list", "prompts/get", "logging/setLevel"],
  ...["resources/list", "resources/templates/list", "resources/read"],
  ...["resources/subscribe", "resources/unsubscribe"],
  ...["tasks/get", "tasks/result", "tasks/list", "tasks/cancel", "tasks/update"],
  ...["notifications/initialized", "notifications/cancelled", "notifications/progress"],
  ...["notifications/roots/list_changed", "notifications/message"],
]);

export function knownMethod(method: string): string {
  if (method === "") return "answer";
  return methods.has(method) ? method : "other";
}

/** Where a request says what it is about. */
const naming: Readonly<Record<string, { readonly offer: Offer; readonly member: string }>> = {
  "tools/call": { offer: "tools", member: "name" },
  "prompts/get": { offer: "prompts", member: "name" },
  "resources/read": { offer: "resources", member: "uri" },
  "resources/subscribe": { offer: "resources", member: "uri" },
  "resources/unsubscribe": { offer: "resources", member: "uri" },
};

export interface Named {
  readonly offer: Offer;
  readonly name: string;
}

/** All that a message of a client asks for by its name. */
export function namedBy({ method, value }: RpcMessage): readonly Named[] {
  const { params } = value;
  if (!isObject(params)) return [];
  const known = Object.hasOwn(naming, method) ? naming[method] : undefined;
  if (known !== undefined) {
    const name = params[known.member];
    return typeof name === "string" ? [{ offer: known.offer, name }] : [];
  }
  if (method === "completion/complete") return namedIn(params.ref);
  if (method === "subscriptions/listen") return subscribedIn(params.notifications);
  return [];
}

function namedIn(ref: JsonValue | undefined): readonly Named[] {
  if (!isObject(ref)) return [];
  if (typeof ref.uri === "string") return [{ offer: "resources", name: ref.uri }];
  return typeof ref.name === "string" ? [{ offer: "prompts", name: ref.name }] : [];
}

function subscribedIn(notifications: JsonValue | undefined): readonly Named[] {
  const uris = isObject(notifications) ? notifications.resourceSubscriptions : undefined;
  if (!Array.isArray(uris)) return [];
  return uris.flatMap((uri) => (typeof uri === "string" ? [{ offer: "resources" as const, name: uri }] : []));
}

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

/**
 * All that a message of a client asks for by its name. `odd`: something stands there that is no text, and
 * some server might make one of it.
 */
export function namedBy({ method, value }: RpcMessage): readonly Named[] | "odd" {
  const { params } = value;
  if (!isObject(params)) return [];
  const known = Object.hasOwn(naming, method) ? naming[method] : undefined;
  if (known !== undefined) return allNamed([[known.offer, params[known.member]]]);
  if (method === "completion/complete") return namedIn(params.ref);
  return method === "subscriptions/listen" ? subscribedIn(params.notifications) : [];
}

type Found = readonly [Offer, JsonValue | undefined];

function allNamed(found: readonly Found[]): readonly Named[] | "odd" {
  const there = found.filter(([, name]) => name !== undefined);
  const named = there.flatMap(([offer, name]) => (typeof name === "string" ? [{ offer, name }] : []));
  return named.length === there.length ? named : "odd";
}

/** Of a prompt, or of a template of resources; a text may stand beside what counts. */
function namedIn(ref: JsonValue | undefined): readonly Named[] | "odd" {
  if (ref === undefined) return [];
  if (!isObject(ref)) return "odd";
  return allNamed([
    ["resources", ref.uri],
    ["prompts", ref.name],
  ]);
}

function subscribedIn(notifications: JsonValue | undefined): readonly Named[] | "odd" {
  const uris = isObject(notifications) ? notifications.resourceSubscriptions : undefined;
  if (uris === undefined) return [];
  return Array.isArray(uris) ? allNamed(uris.map((uri): Found => ["resources", uri])) : "odd";
}

/** The tool that is called; undefined: none, or none that anybody can tell. */
export function toolIn(message: RpcMessage): string | undefined {
  const named = message.method === "tools/call" ? namedBy(message) : [];
  return named === "odd" ? undefined : named[0]?.name;
}

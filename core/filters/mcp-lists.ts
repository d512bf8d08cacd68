// Owns what an agent sees of an MCP server's lists: what it may use, as it was approved. Knows no client.

import type { Writer } from "../contracts/dialect.ts";
import type { Filter } from "../contracts/exchange.ts";
import type { Frame } from "../contracts/frame.ts";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import type { Offer, PinnedKind } from "../contracts/mcp-spec.ts";
import type { RpcMessage } from "../contracts/rpc.ts";
import { withoutPlaces } from "../dialects/mcp/writers.ts";
import { pinOf } from "../pins/definition.ts";
import { isObject } from "../text/json.ts";
import { below } from "../text/pointer.ts";
import { type McpRules, mayUse } from "./mcp/rules.ts";

interface Listed {
  readonly offer: Offer;
  readonly naming: "name" | "uri" | "uriTemplate";
  readonly pinned: PinnedKind | undefined;
}

/** By the member of a result that holds them: whoever asked for it, and wherever it comes. */
const lists: Readonly<Record<string, Listed>> = {
  tools: { offer: "tools", naming: "name", pinned: "tools" },
  prompts: { offer: "prompts", naming: "name", pinned: "prompts" },
  resources: { offer: "resources", naming: "uri", pinned: undefined },
  resourceTemplates: { offer: "resources", naming: "uriTemplate", pinned: "resourceTemplates" },
};

export function mcpListsFilter(rules: McpRules): Filter {
  return {
    name: "mcp-lists",
    wantsCall: false,
    open: () => ({
      kind: "visit",
      mayEdit: true,
      frame: (frame: Frame, _: Writer) => filterFrame(frame, rules),
    }),
  };
}

function filterFrame(frame: Frame, rules: McpRules): Frame {
  const { messages = [] } = frame;
  const gone = messages.flatMap((message) => {
    for (const { kind, changed } of catalogues(rules)) {
      if (message.method === `notifications/${kind}/list_changed`) changed();
    }
    return message.kind === "answer" ? hiddenIn(message, rules) : [];
  });
  return withoutPlaces(frame, gone);
}

function catalogues({ catalogue, prompts }: McpRules) {
  return [catalogue, prompts.catalogue].map((one) => ({
    kind: one.kind,
    see: (elements: readonly JsonValue[]) => one.see(elements, performance.now()),
    changed: () => one.changed(performance.now()),
  }));
}

function hiddenIn({ pointer, value }: RpcMessage, rules: McpRules): readonly string[] {
  const { result } = value;
  if (!isObject(result)) return [];
  const place = below(pointer, "result");
  return Object.entries(lists).flatMap(([name, listed]) => {
    const elements = result[name];
    if (!Array.isArray(elements)) return [];
    for (const { kind, see } of catalogues(rules)) if (name === kind) see(elements);
    const hidden = elements.flatMap((element, at) => (isShown(element, listed, rules) ? [] : [at]));
    return hidden.map((at) => below(below(place, name), at));
  });
}

function isShown(element: JsonValue, listed: Listed, rules: McpRules): boolean {
  const name = isObject(element) ? nameOf(element, listed) : undefined;
  if (name === undefined || !mayUse(rules, listed.offer, name)) return false;
  const { pinned } = listed;
  const { lock } = rules.server;
  if (lock === undefined || pinned === undefined) return true;
  const pin = pinOf(pinned, element);
  return pin !== undefined && lock[pinned].get(name)?.hash === pin.hash;
}

function nameOf(element: JsonObject, { naming }: Listed): string | undefined {
  const name = element[naming];
  return typeof name === "string" ? name : undefined;
}

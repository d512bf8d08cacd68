// Owns which strings of MCP's messages are somebody's words, and what is no text. Knows no guard.

import type { CallText } from "../../contracts/dialect.ts";
import type { Delta, MediaDelta, TextKind } from "../../contracts/frame.ts";
import type { JsonValue } from "../../contracts/json.ts";
import type { RpcMessage } from "../../contracts/rpc.ts";
import { isObject } from "../../text/json.ts";
import { below } from "../../text/pointer.ts";
import type { PlacedText } from "../placed-text.ts";

/**
 * Names, tokens and numbers of the protocol, right below `params` and `result`: another text in their place
 * would break it. What is called so further down is anybody's.
 */
const protocolMembers = new Set([
  "cacheScope",
  "capabilities",
  "clientInfo",
  "cursor",
  "level",
  "nextCursor",
  "progressToken",
  "protocolVersion",
  "requestState",
  "resultType",
  "taskId",
]);
const namingMethods = new Set(["tools/call", "prompts/get"]);
/** Lists of what a server offers, by the member that holds them. */
const definitionLists = ["tools", "prompts", "resources", "resourceTemplates"] as const;

/** All that leaves the agent for a server is what a tool is called with. */
export function sentTexts({ kind, method, pointer, value }: RpcMessage): readonly CallText[] {
  const isAsked = kind === "request" || kind === "notification";
  const root = isAsked ? "params" : kind === "answer" ? "result" : "error";
  const skipped = namingMethods.has(method) ? "name" : undefined;
  const texts: CallText[] = [];
  for (const { name, place, member } of membersOf(value[root], below(pointer, root))) {
    if (name === skipped) continue;
    for (const found of wordsBelow(member, place)) {
      if (found.kind === "text") {
        texts.push({ pointer: found.pointer, role: "assistant", kind: "tool.args", text: found.text });
      }
    }
  }
  return texts;
}

/** What a server says: of its tools, or by them. */
export function saidBy({ kind, pointer, value }: RpcMessage): readonly Delta[] {
  const isAsked = kind === "request" || kind === "notification";
  const root = isAsked ? "params" : kind === "answer" ? "result" : "error";
  const node = value[root];
  const place = below(pointer, root);
  if (!isObject(node)) return deltasBelow(node, place, "tool.result");
  if (kind !== "answer") {
    return membersOf(node, place).flatMap((found) => deltasBelow(found.member, found.place, "tool.result"));
  }
  const isGreeting = Object.hasOwn(node, "serverInfo") || Object.hasOwn(node, "instructions");
  return membersOf(node, place).flatMap((found) => {
    const isDefinition = isGreeting || definitionLists.some((list) => list === found.name);
    return deltasBelow(found.member, found.place, isDefinition ? "tool.definition" : "tool.result");
  });
}

function deltasBelow(value: JsonValue | undefined, place: string, kind: TextKind): readonly Delta[] {
  return [...wordsBelow(value, place)].map((found): Delta => {
    if (found.kind === "media") return mediaAt(found);
    const { pointer, text } = found;
    const delta: PlacedText = { kind, channel: pointer, text, mode: "append", pointer, reach: "frame" };
    return delta;
  });
}

interface FoundWords {
  readonly kind: "text";
  readonly pointer: string;
  readonly text: string;
}

interface FoundMedia {
  readonly kind: "media";
  readonly pointer: string;
  readonly mediaType: string | undefined;
  readonly data: string;
}

function mediaAt({ pointer, mediaType, data }: FoundMedia): MediaDelta {
  return { kind: "media", channel: pointer, mediaType, data, url: undefined };
}

/** Recursion is bounded by the depth of a strict reading. */
function* wordsBelow(value: JsonValue | undefined, place: string): Generator<FoundWords | FoundMedia> {
  if (typeof value === "string") yield { kind: "text", pointer: place, text: value };
  else if (Array.isArray(value)) {
    for (const [at, element] of value.entries()) yield* wordsBelow(element, below(place, at));
  } else if (isObject(value)) {
    const media = mediaIn(value);
    for (const [name, member] of Object.entries(value)) {
      const pointer = below(place, name);
      if (name === media?.member) yield { kind: "media", pointer, ...media.held };
      else yield* wordsBelow(member, pointer);
    }
  }
}

/** An image, a sound, or a resource that is no text; only what stands as such in the protocol. */
function mediaIn(node: {
  readonly [name: string]: JsonValue;
}): { readonly member: string; readonly held: Pick<FoundMedia, "mediaType" | "data"> } | undefined {
  const isMedia = node.type === "image" || node.type === "audio";
  const member = isMedia ? "data" : typeof node.uri === "string" ? "blob" : undefined;
  const data = member === undefined ? undefined : node[member];
  if (member === undefined || typeof data !== "string") return undefined;
  const mediaType = typeof node.mimeType === "string" ? node.mimeType : undefined;
  return { member, held: { mediaType, data } };
}

interface Member {
  readonly name: string;
  readonly place: string;
  readonly member: JsonValue;
}

/** Of what stands in `_meta` the protocol's own members are left out. */
function membersOf(value: JsonValue | undefined, at: string): readonly Member[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]): readonly Member[] => {
    const place = below(at, name);
    if (name !== "_meta" || !isObject(member)) {
      return protocolMembers.has(name) ? [] : [{ name, place, member }];
    }
    return Object.entries(member)
      .filter(([key]) => key !== "progressToken" && !key.startsWith("io.modelcontextprotocol/"))
      .map(([key, held]) => ({ name: key, place: below(place, key), member: held }));
  });
}

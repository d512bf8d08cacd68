// Owns what an output item of a response says: message, reasoning, call of a tool, result of one. Must not
// know whether it stands in an event or in a whole answer.

import { asText, type JsonObject } from "../../text/json.ts";
import { unlistedTexts } from "../unlisted.ts";
import type { Place, Saying } from "./saying.ts";

/** What the client runs; every other tool runs at the vendor, or as it says. */
const clientCalls: ReadonlySet<string> = new Set(["function_call", "custom_tool_call"]);

/** Items in which nothing was called: they hold what came back, or what can be called. */
const results: ReadonlySet<string> = new Set([
  ...[
    "mcp_list_tools",
    "program_output",
    "tool_search_output",
    "shell_call_output",
    "local_shell_call_output",
  ],
  ...["apply_patch_call_output", "computer_call_output", "function_call_output", "custom_tool_call_output"],
  ...["mcp_approval_response", "additional_tools", "item_reference", "compaction"],
]);

/** Members of a call that hold what it gave back. */
const resultMembers: ReadonlySet<string> = new Set(["results", "outputs", "output", "error", "tools"]);

/** Members that are streamed as the call's arguments, on its own channel. */
const argsMembers: ReadonlySet<string> = new Set(["arguments", "input", "code"]);

/** What is read of a part and of a message. */
const partMembers: ReadonlySet<string> = new Set([
  ...["text", "refusal", "logprobs", "transcript", "annotations"],
]);
const messageMembers: ReadonlySet<string> = new Set(["content"]);

/** `form`: an item that has only begun has no proof of its reasoning yet. */
export type ItemForm = "begun" | "done";

export function sayItem(saying: Saying, place: Omit<Place, "channel">, index: number, form: ItemForm): void {
  const { type, id, container_id } = place.node;
  saying.name(id);
  saying.name(container_id);
  if (type === "message") sayMessage(saying, { ...place, channel: `0/${index}` });
  else if (type === "reasoning") sayReasoning(saying, { ...place, channel: `0/${index}` }, form);
  else if (type === "image_generation_call") sayImage(saying, { ...place, channel: toolChannel(index) });
  else if (typeof type === "string") sayCall(saying, { ...place, channel: toolChannel(index) }, type);
}

export function toolChannel(index: number): string {
  return `0/tool/${index}`;
}

/** A part of a message, or of reasoning that is shown as it is. */
export function sayPart(saying: Saying, place: Place): void {
  const { node } = place;
  if (node.type === "refusal") saying.whole("refusal", "refusal", place);
  else saying.whole(node.type === "reasoning_text" ? "reasoning" : "text", "text", place);
  saying.logprobs(place);
  sayTranscript(saying, place);
  saying.below("tool.result", "annotations", place);
  saying.deltas.push(...unlistedTexts(node, partMembers, place));
}

function sayTranscript(saying: Saying, { node, pointer, channel }: Place): void {
  if (node.transcript !== undefined) {
    saying.whole("text", "transcript", { node, pointer, channel: `${channel}/transcript` });
  }
}

function sayMessage(saying: Saying, { node, pointer, channel }: Place): void {
  saying.deltas.push(...unlistedTexts(node, messageMembers, { pointer, channel }));
  if (typeof node.content === "string") {
    saying.whole("text", "content", { node, pointer, channel: `${channel}/0` });
    return;
  }
  for (const [at, part] of saying.objects(node.content).entries()) {
    sayPart(saying, { node: part, pointer: `${pointer}/content/${at}`, channel: `${channel}/${at}` });
  }
}

function sayReasoning(saying: Saying, { node, pointer, channel }: Place, form: ItemForm): void {
  const summary = saying.objects(node.summary);
  for (const [at, part] of summary.entries()) {
    const place = `summary/${at}`;
    saying.whole("reasoning", "text", {
      node: part,
      pointer: `${pointer}/${place}`,
      channel: `${channel}/${place}`,
    });
  }
  const content = saying.objects(node.content);
  for (const [at, part] of content.entries()) {
    sayPart(saying, { node: part, pointer: `${pointer}/content/${at}`, channel: `${channel}/${at}` });
  }
  const signature = node.encrypted_content;
  if (typeof signature !== "string" || signature === "" || form === "begun") return;
  if (!saying.said.first("signature", channel)) return;
  saying.deltas.push({
    kind: "signature",
    channel,
    signature,
    isRedacted: summary.length + content.length === 0,
  });
}

function sayImage(saying: Saying, place: Place): void {
  const { node, channel } = place;
  announce(saying, place);
  saying.below("tool.args", "revised_prompt", place);
  if (typeof node.result !== "string" || node.result === "" || !saying.said.first("media", channel)) return;
  const mediaType = typeof node.output_format === "string" ? `image/${node.output_format}` : undefined;
  saying.deltas.push({ kind: "media", channel, mediaType, data: node.result, url: undefined });
}

function sayCall(saying: Saying, place: Place, type: string): void {
  const { node } = place;
  const isResult = results.has(type);
  if (!isResult) {
    announce(saying, place);
    saying.whole("tool.name", "name", place);
  }
  for (const name of Object.keys(node)) {
    if (name === "name" && !isResult) continue;
    if (!isResult && argsMembers.has(name) && typeof node[name] === "string") {
      saying.whole("tool.args", name, place);
    } else saying.below(isResult || resultMembers.has(name) ? "tool.result" : "tool.args", name, place);
  }
}

function announce(saying: Saying, { node, channel }: Place): void {
  if (!saying.said.first("tool", channel)) return;
  const isHosted = !clientCalls.has(asText(node.type));
  saying.deltas.push({ kind: "tool", channel, id: idOf(node), isHosted });
}

/** The one a result has to name; hosted calls have only the item's own. */
function idOf({ call_id: callId, id }: JsonObject): string | undefined {
  if (typeof callId === "string") return callId;
  return typeof id === "string" ? id : undefined;
}

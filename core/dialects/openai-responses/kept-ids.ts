// Owns which things that the vendor keeps a request brings in by their ids: answers, conversations, items,
// files, containers. Knows no owner.

import { isObject, type JsonObject } from "../../text/json.ts";
import { idsBelow, stringsIn } from "../kept-ids.ts";

const inItems: ReadonlySet<string> = new Set(["file_id"]);
const inTools: ReadonlySet<string> = new Set([
  ...["container", "container_id", "file_ids", "vector_store_ids"],
]);

/** What an item has to hold, or the vendor looks it up by its id. */
const contents: ReadonlyMap<string, string> = new Map([
  ["reasoning", "encrypted_content"],
  ["image_generation_call", "result"],
]);

/** A `prompt` is not among them: it was written by the operator and counts as a hosted tool. */
export function readKeptIds(request: JsonObject): readonly string[] {
  const { previous_response_id, conversation, input, tools } = request;
  return [
    ...stringsIn(previous_response_id),
    ...stringsIn(isObject(conversation) ? conversation.id : conversation),
    ...(Array.isArray(input) ? input.filter(isObject).flatMap(readItem) : []),
    ...idsBelow(tools, inTools),
  ];
}

function readItem(item: JsonObject): readonly string[] {
  const files = idsBelow(item, inItems);
  return isLookedUp(item) ? [...stringsIn(item.id), ...files] : files;
}

function isLookedUp(item: JsonObject): boolean {
  const { type } = item;
  if (type === "item_reference") return true;
  const content = typeof type === "string" ? contents.get(type) : undefined;
  return content !== undefined && (typeof item[content] !== "string" || item[content] === "");
}

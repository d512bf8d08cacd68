// Owns which provider-run tools a request switches on, wherever it names them. Knows no policy.

import type { JsonValue } from "../../contracts/dialect.ts";
import { asText, isObject, type JsonObject } from "../../text/json.ts";
import type { Fields } from "../openai-chat/fields.ts";

/** Run by the client, or holding others that are. */
const ownTypes: ReadonlySet<string> = new Set(["function", "custom", "namespace"]);

/** Items that bring tools of their own. */
const bringingTypes: ReadonlySet<string> = new Set(["additional_tools", "tool_search_output"]);

/**
 * By the vendor's names. A `prompt` that the vendor keeps may switch on any tool, so it stands here under
 * its own name.
 */
export function readHostedTools(value: JsonObject, fields: Fields): readonly string[] {
  const { tools, input, prompt, tool_choice: choice } = value;
  return [
    ...readTools(tools, "tools", fields),
    ...(Array.isArray(input)
      ? input.flatMap((item, at) => readBrought(item, `input.${at}.tools`, fields))
      : []),
    ...readChoice(choice, fields),
    ...(fields.object(prompt, "prompt") === undefined ? [] : ["prompt"]),
  ];
}

function readTools(value: JsonValue | undefined, name: string, fields: Fields): readonly string[] {
  return fields.objects(value, name).flatMap((tool, at) => {
    const { type, tools } = tool;
    const place = `${name}.${at}`;
    if (typeof type !== "string") fields.wrong(`${place}.type`, "a string");
    const inner = readTools(tools, `${place}.tools`, fields);
    return typeof type !== "string" || ownTypes.has(type) ? inner : [type, ...inner];
  });
}

function readBrought(item: JsonValue, name: string, fields: Fields): readonly string[] {
  if (!isObject(item) || typeof item.type !== "string" || !bringingTypes.has(item.type)) return [];
  return readTools(item.tools, name, fields);
}

/** A choice cannot switch on what is not in the list, but nobody here has to rely on that. */
function readChoice(value: JsonValue | undefined, fields: Fields): readonly string[] {
  if (value === undefined || value === null || typeof value === "string") return [];
  const choice = fields.object(value, "tool_choice");
  if (choice === undefined) return [];
  if (choice.type === "allowed_tools" || choice.type === undefined) {
    return readTools(choice.tools, "tool_choice.tools", fields);
  }
  if (typeof choice.type !== "string") fields.wrong("tool_choice.type", "a string");
  return ownTypes.has(asText(choice.type)) ? [] : [asText(choice.type)];
}

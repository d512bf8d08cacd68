// Owns what a request's tools are: the agent's own, and those the vendor runs. Knows no policy.

import type { CallText, JsonValue } from "../../contracts/dialect.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { readDefinitions } from "../openai-chat/definitions.ts";
import type { Fields } from "../openai-chat/fields.ts";

/** Defined by the vendor, run by the agent: their calls come as `tool_use` like those of any tool. */
const runByAgent = /^(custom|(bash|text_editor|computer|computer_toolset|browser_toolset|memory)_\d{8})$/;

/** What a tool says to the model; its schema is the agent's, so nothing in it is passed over. */
const spoken = ["name", "description", "input_schema", "input_examples"] as const;

export interface ReadTool {
  readonly texts: readonly CallText[];
  /** Undefined: the agent runs it. */
  readonly hosted: string | undefined;
}

/** One without a type is the agent's. */
export function isRunByAgent(type: JsonValue | undefined): boolean {
  return typeof type !== "string" || runByAgent.test(type);
}

/** `undefined`: its type is no string. */
export function readTool(tool: JsonObject, pointer: string, fields: Fields): ReadTool {
  const { type } = tool;
  const name = `${pointer.slice(1).replaceAll("/", ".")}.type`;
  if (type !== undefined && type !== null && typeof type !== "string") fields.wrong(name, "a string");
  return {
    texts: spoken.flatMap((member) => readDefinitions(tool[member], `${pointer}/${member}`)),
    hosted: typeof type !== "string" || isRunByAgent(type) ? undefined : type,
  };
}

/** What the vendor is asked to run beside the tools it is given. */
export function readHosts({ mcp_servers: servers, container }: JsonObject): readonly string[] {
  const hosts: string[] = [];
  if (isSome(servers)) hosts.push("mcp");
  if (isObject(container) && isSome(container.skills)) hosts.push("skills");
  return hosts;
}

function isSome(list: JsonValue | undefined): boolean {
  return Array.isArray(list) ? list.length > 0 : list !== undefined && list !== null;
}

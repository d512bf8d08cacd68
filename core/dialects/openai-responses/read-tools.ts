// Owns the tools of a Responses request and the choice among them, free of its format. Knows no item.

import type { ToolChoice, ToolDefinition } from "../../contracts/conversation.ts";
import type { Members } from "../members.ts";

/** Only functions are anybody's: the others run at the vendor, or take no JSON. */
export function readDefinitions(asked: Members): readonly ToolDefinition[] {
  return asked.list("tools").flatMap((tool) => {
    if (tool.text("type") !== "function") {
      tool.extra();
      return [];
    }
    const definition: ToolDefinition = {
      name: tool.text("name") ?? "",
      description: tool.text("description"),
      parameters: tool.object("parameters"),
      isStrict: tool.flag("strict"),
    };
    tool.rest(silent);
    return [definition];
  });
}

/** Who may call it, which is the model alone unless there is a tool for that, and what it gives back. */
const silent = new Set(["type", "allowed_callers", "output_schema"]);

export interface Choice {
  readonly toolChoice: ToolChoice | undefined;
  /** Names; undefined: all. */
  readonly allowed: ReadonlySet<string> | undefined;
}

const words: ReadonlyMap<string, ToolChoice> = new Map<string, ToolChoice>([
  ["auto", { kind: "auto" }],
  ["none", { kind: "none" }],
  ["required", { kind: "required" }],
]);

export function readChoice(asked: Members): Choice {
  const value = asked.value("tool_choice");
  if (value === undefined) return { toolChoice: undefined, allowed: undefined };
  const choice = typeof value === "string" ? plain(words.get(value)) : readNamed(asked.below("tool_choice"));
  if (choice === undefined) asked.extra("tool_choice");
  return choice ?? { toolChoice: undefined, allowed: undefined };
}

/** One function, or some of them. */
function readNamed(choice: Members | undefined): Choice | undefined {
  const type = choice?.text("type");
  const name = choice?.text("name");
  if (type === "function" && name !== undefined) return plain({ kind: "tool", name });
  const toolChoice = words.get(choice?.text("mode") ?? "");
  const allowed = choice?.list("tools") ?? [];
  const isReadable = allowed.every((tool) => tool.text("type") === "function");
  if (type !== "allowed_tools" || toolChoice === undefined || !isReadable) return undefined;
  return { toolChoice, allowed: new Set(allowed.map((tool) => tool.text("name") ?? "")) };
}

function plain(toolChoice: ToolChoice | undefined): Choice | undefined {
  return toolChoice && { toolChoice, allowed: undefined };
}

// Owns the tools of a chat completions request and the choice among them, free of its format. Knows no
// message.

import type { ToolChoice, ToolDefinition } from "../../contracts/conversation.ts";
import type { Members } from "../members.ts";

export function readTools(asked: Members): readonly ToolDefinition[] {
  const tools = asked.list("tools").flatMap((tool) => {
    const node = (tool.text("type") ?? "function") === "function" ? tool.below("function") : undefined;
    if (node === undefined) tool.extra();
    return node === undefined ? [] : [readFunction(node)];
  });
  return [...tools, ...asked.list("functions").map(readFunction)];
}

function readFunction(node: Members): ToolDefinition {
  return {
    name: node.text("name") ?? "",
    description: node.text("description"),
    parameters: node.object("parameters"),
    isStrict: node.flag("strict"),
  };
}

const words: ReadonlyMap<string, ToolChoice> = new Map<string, ToolChoice>([
  ["auto", { kind: "auto" }],
  ["none", { kind: "none" }],
  ["required", { kind: "required" }],
  ["any", { kind: "required" }],
]);

/** `any` is Mistral's word. */
export function readToolChoice(asked: Members): ToolChoice | undefined {
  const old = readChoice(asked, "function_call", "name");
  return readChoice(asked, "tool_choice", "function") ?? old;
}

/** `named`: the member that names the tool, or holds the object that does. */
function readChoice(asked: Members, member: string, named: string): ToolChoice | undefined {
  const value = asked.value(member);
  if (value === undefined) return undefined;
  const choice = typeof value === "string" ? words.get(value) : readNamed(asked, member, named);
  if (choice === undefined) asked.extra(member);
  return choice;
}

function readNamed(asked: Members, member: string, named: string): ToolChoice | undefined {
  const choice = asked.below(member);
  const name = named === "name" ? choice?.text(named) : choice?.below(named)?.text("name");
  return name === undefined ? undefined : { kind: "tool", name };
}

// Owns what two conversations, or two answers, have to share to be the same, and where they differ. Knows no
// dialect.

import type { Conversation, Message, Part } from "../../../core/contracts/conversation.ts";
import type { JsonObject, JsonValue } from "../../../core/contracts/json.ts";
import { isObject } from "../../../core/text/json.ts";

/**
 * The same for every way of saying it: instructions stand apart, neighbouring turns of one speaker are one,
 * what is thought, what tools gave back and the rest are lists of their own, calls are known by their order,
 * arguments are values, and neither how to choose among no tools nor to answer in text says anything.
 */
export function canonicalConversation({ messages, tools, extras: _, ...asked }: Conversation): JsonObject {
  const { toolChoice: _choice, allowsParallelToolCalls: _parallel, ...others } = asked;
  const format = asked.format?.kind === "text" ? undefined : asked.format;
  const wishes = tools.length === 0 ? others : asked;
  const isSaid = (part: Part) =>
    !("text" in part) || part.text !== "" || (part.kind === "reasoning" && part.isRedacted);
  const isInstruction = ({ role }: Message) => role === "system" || role === "developer";
  const instructions = messages.filter(isInstruction).flatMap(({ parts }) => parts);
  const turns: { role: string; parts: Part[] }[] = [];
  for (const { role, parts } of messages.filter((message) => !isInstruction(message))) {
    const last = turns.at(-1);
    const said = parts.filter(isSaid);
    if (last?.role === role) last.parts.push(...said);
    else if (said.length > 0) turns.push({ role, parts: said });
  }
  const ids: string[] = [];
  const of = (parts: readonly Part[], ...kinds: Part["kind"][]) =>
    parts.filter(({ kind }) => kinds.includes(kind)).map((part) => canonicalPart(part, ids));
  return plain({
    instructions: of(instructions.filter(isSaid), "text", "media"),
    turns: turns.map(({ role, parts }) => ({
      role,
      reasoning: of(parts, "reasoning"),
      results: of(parts, "tool_result"),
      calls: of(parts, "tool_call"),
      said: of(parts, "text", "media", "refusal"),
    })),
    tools: tools.map(({ description, ...tool }) => ({ ...tool, ...(description && { description }) })),
    ...wishes,
    format,
  });
}

function canonicalPart(part: Part, ids: string[]): object {
  if (part.kind !== "tool_call" && part.kind !== "tool_result") return part;
  if (!ids.includes(part.id)) ids.push(part.id);
  const id = ids.indexOf(part.id);
  if (part.kind === "tool_call") return { ...part, id, args: parsed(part.args) };
  const content = part.content.map((said) => (said.kind === "text" ? parsed(said.text) : said));
  return { ...part, id, content };
}

export function parsed(args: string): JsonValue {
  if (args.trim() === "") return {};
  try {
    return JSON.parse(args);
  } catch {
    return args;
  }
}

/** Without members that say nothing. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

/** Places, with `*` for a number, where the two differ; `+` before those where only `is` says something. */
export function differences(
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  place = "",
): readonly string[] {
  if (Array.isArray(was) && Array.isArray(is)) {
    if (was.length !== is.length) return [`${was.length < is.length ? "+" : ""}${place}.length`];
    return was.flatMap((element, at) => differences(element, is[at], `${place}.*`));
  }
  if (isObject(was) && isObject(is)) {
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return names.flatMap((name) =>
      differences(was[name], is[name], place === "" ? name : `${place}.${name}`),
    );
  }
  if (was === is) return [];
  return [was === undefined ? `+${place}` : place];
}

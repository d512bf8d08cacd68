// Owns reading a chat completions request, with the refusals OpenAI gives; knows nothing of the answer.

import type { Ask, AskProblem, Tool } from "../dialect.ts";
import { countTokens } from "../tokens.ts";

type Members = Readonly<Record<string, unknown>>;

const choicesMax = 128;
// Added to the words: each message's own frame, and the opening of the answer; an image at low detail.
const messageTokens = 4;
const openingTokens = 3;
const imageTokens = 85;

export function readChatAsk(body: unknown): Ask | AskProblem {
  const members = membersOf(body);
  const problem = findProblem(members);
  if (problem !== undefined) return problem;
  const messages = listOf(members.messages).map(membersOf);
  const tools = listOf(members.tools).map(readTool);
  return {
    model: String(members.model),
    form: members.stream === true ? "stream" : "body",
    text: lastUserText(messages),
    role: String(messages.at(-1)?.role),
    choices: numberOf(members.n) ?? 1,
    maxTokens: numberOf(members.max_completion_tokens) ?? numberOf(members.max_tokens),
    wantsUsage: membersOf(members.stream_options).include_usage === true,
    tools,
    demandedTool: readDemand(members.tool_choice),
  };
}

/** The words of all messages and the JSON of tools and tool calls, and a fixed cost for each message. */
export function countChatPrompt(body: unknown): number {
  const { messages, tools } = membersOf(body);
  return listOf(messages)
    .map(membersOf)
    .reduce((sum, message) => sum + countMessage(message), openingTokens + countJson(tools));
}

function findProblem(members: Members): AskProblem | undefined {
  if (typeof members.model !== "string") {
    return refuse("you must provide a model parameter", null, null);
  }
  if (!Array.isArray(members.messages)) {
    return refuse("Missing required parameter: 'messages'.", "messages", "missing_required_parameter");
  }
  if (members.messages.length === 0) {
    const said = "Expected an array with minimum length 1, but got an empty array instead.";
    return refuse(`Invalid 'messages': empty array. ${said}`, "messages", "empty_array");
  }
  if (members.tool_choice !== undefined && members.tool_choice !== "none" && !Array.isArray(members.tools)) {
    const said = "'tool_choice' is only allowed when 'tools' are specified.";
    return refuse(`Invalid value for 'tool_choice': ${said}`, "tool_choice", null);
  }
  return findBadNumber(members);
}

function findBadNumber(members: Members): AskProblem | undefined {
  const bounds = {
    n: choicesMax,
    max_tokens: Number.MAX_SAFE_INTEGER,
    max_completion_tokens: Number.MAX_SAFE_INTEGER,
  };
  for (const [name, most] of Object.entries(bounds)) {
    const value = members[name] ?? 1;
    if (!Number.isInteger(value)) {
      return refuse(`Invalid type for '${name}': expected an integer.`, name, "invalid_type");
    }
    if (Number(value) < 1) {
      const said = `Expected a value >= 1, but got ${value} instead.`;
      return refuse(
        `Invalid '${name}': integer below minimum value. ${said}`,
        name,
        "integer_below_min_value",
      );
    }
    if (Number(value) > most) {
      const said = `Expected a value <= ${most}, but got ${value} instead.`;
      return refuse(
        `Invalid '${name}': integer above maximum value. ${said}`,
        name,
        "integer_above_max_value",
      );
    }
  }
  return undefined;
}

function refuse(message: string, param: string | null, code: string | null): AskProblem {
  return { status: 400, message, param, code };
}

function readTool(value: unknown): Tool {
  const named = membersOf(membersOf(value).function);
  return { name: String(named.name), parameters: named.parameters };
}

function readDemand(choice: unknown): Ask["demandedTool"] {
  if (choice === "required") return "any";
  const name = membersOf(membersOf(choice).function).name;
  return typeof name === "string" ? { name } : undefined;
}

function lastUserText(messages: readonly Members[]): string {
  const last = messages.findLast((message) => message.role === "user");
  return textsOf(last?.content).join("\n");
}

function textsOf(content: unknown): readonly string[] {
  if (typeof content === "string") return [content];
  return listOf(content).flatMap((part) => {
    const { text } = membersOf(part);
    return typeof text === "string" ? [text] : [];
  });
}

function countMessage(message: Members): number {
  const texts = textsOf(message.content);
  const words = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const images = Math.max(listOf(message.content).length - texts.length, 0);
  return messageTokens + words + images * imageTokens + countJson(message.tool_calls);
}

function countJson(value: unknown): number {
  return value === undefined ? 0 : countTokens(JSON.stringify(value));
}

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

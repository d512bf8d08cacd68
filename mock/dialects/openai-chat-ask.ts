// Owns reading a chat completions request, with the refusals OpenAI gives; knows nothing of the answer.

import type { Ask, AskedRequest, AskProblem, Tool } from "../dialect.ts";
import { listOf, type Members, membersOf, numberOf } from "../json-value.ts";
import { lastText, type Prompt, readTurn, type Turn } from "../prompt.ts";
import { readModel, refuseOpenai } from "./openai-paths.ts";

const choicesMax = 128;
export function readChatAsk(request: AskedRequest): Ask | AskProblem {
  const members = membersOf(request.body);
  const model = readModel(request);
  if (typeof model !== "string") return model;
  const problem = findProblem(members);
  if (problem !== undefined) return problem;
  const { turns } = readPrompt(members);
  return {
    request,
    model,
    form: members.stream === true ? "stream" : "body",
    text: lastText(turns),
    role: turns.at(-1)?.role ?? "",
    choices: numberOf(members.n) ?? 1,
    maxTokens: numberOf(members.max_completion_tokens) ?? numberOf(members.max_tokens),
    wantsUsage: membersOf(members.stream_options).include_usage === true,
    tools: listOf(members.tools).map(readTool),
    demandedTool: readDemand(members.tool_choice),
  };
}

export function readPrompt(body: unknown): Prompt {
  const { messages, tools } = membersOf(body);
  return { turns: listOf(messages).map((message) => readMessage(membersOf(message))), tools };
}

function findProblem(members: Members): AskProblem | undefined {
  if (!Array.isArray(members.messages)) {
    return refuseOpenai("Missing required parameter: 'messages'.", "messages", "missing_required_parameter");
  }
  if (members.messages.length === 0) {
    const said = "Expected an array with minimum length 1, but got an empty array instead.";
    return refuseOpenai(`Invalid 'messages': empty array. ${said}`, "messages", "empty_array");
  }
  if (members.tool_choice !== undefined && members.tool_choice !== "none" && !Array.isArray(members.tools)) {
    const said = "'tool_choice' is only allowed when 'tools' are specified.";
    return refuseOpenai(`Invalid value for 'tool_choice': ${said}`, "tool_choice", null);
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
      return refuseOpenai(`Invalid type for '${name}': expected an integer.`, name, "invalid_type");
    }
    if (Number(value) < 1) {
      const said = `Expected a value >= 1, but got ${value} instead.`;
      return refuseOpenai(
        `Invalid '${name}': integer below minimum value. ${said}`,
        name,
        "integer_below_min_value",
      );
    }
    if (Number(value) > most) {
      const said = `Expected a value <= ${most}, but got ${value} instead.`;
      return refuseOpenai(
        `Invalid '${name}': integer above maximum value. ${said}`,
        name,
        "integer_above_max_value",
      );
    }
  }
  return undefined;
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

function readMessage(message: Members): Turn {
  const { content } = message;
  const parts = typeof content === "string" ? [content] : listOf(content);
  const turn = readTurn(String(message.role), parts, () => true);
  const calls = message.tool_calls === undefined ? [] : [message.tool_calls];
  return { ...turn, structures: [...turn.structures, ...calls] };
}

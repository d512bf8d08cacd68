// Owns reading a request of Anthropic's Messages, with Anthropic's own refusals; knows nothing of the answer.

import type { Ask, AskedRequest, AskProblem, Tool } from "../dialect.ts";
import { listOf, type Members, membersOf, numberOf } from "../json-value.ts";
import { lastText, type Prompt, readTurn, type Turn } from "../prompt.ts";

/** `model`: from the body or, on Bedrock, from the path. */
export function readAnthropicAsk(request: AskedRequest, model: string): Ask | AskProblem {
  const members = membersOf(request.body);
  const problem = findMessagesProblem(members) ?? findBoundProblem(members);
  if (problem !== undefined) return problem;
  return {
    ...readAnthropicFacts(request, model),
    form: members.stream === true ? "stream" : "body",
    choices: 1,
    maxTokens: numberOf(members.max_tokens),
  };
}

/** An Ask that says nothing: what all of Anthropic's requests with messages have. */
export function readAnthropicFacts(request: AskedRequest, model: string): Ask {
  const members = membersOf(request.body);
  const { turns } = readAnthropicPrompt(members);
  return {
    request,
    model,
    form: "body",
    text: lastText(turns),
    role: turns.at(-1)?.role ?? "",
    choices: 0,
    maxTokens: undefined,
    wantsUsage: true,
    tools: listOf(members.tools).map(readTool),
    demandedTool: readDemand(members.tool_choice),
  };
}

export function readAnthropicPrompt(body: unknown): Prompt {
  const { system, messages, tools } = membersOf(body);
  const opening = system === undefined ? [] : [{ role: "system", content: system }];
  return {
    turns: [...opening, ...listOf(messages)].map((message) => readMessage(membersOf(message))),
    tools,
  };
}

export function findMessagesProblem({ messages }: Members): AskProblem | undefined {
  if (!Array.isArray(messages)) return refuseAnthropic("messages: Field required");
  if (messages.length === 0) return refuseAnthropic("messages: at least one message is required");
  const at = messages.findIndex(({ role }) => role !== "user" && role !== "assistant");
  if (at < 0) return undefined;
  return refuseAnthropic(`messages.${at}.role: Input should be 'user' or 'assistant'`);
}

function findBoundProblem({ max_tokens: most }: Members): AskProblem | undefined {
  if (most === undefined) return refuseAnthropic("max_tokens: Field required");
  if (Number.isInteger(most) && Number(most) > 0) return undefined;
  return refuseAnthropic("max_tokens: Input should be a valid integer greater than 0");
}

export function refuseAnthropic(message: string): AskProblem {
  return { status: 400, message, param: null, code: null };
}

function readMessage({ role, content }: Members): Turn {
  const parts = typeof content === "string" ? [content] : listOf(content);
  const hasResult = parts.some((part) => membersOf(part).type === "tool_result");
  return readTurn(hasResult ? "tool" : String(role), parts, ({ type }) => mediaTypes.has(String(type)));
}

const mediaTypes: ReadonlySet<string> = new Set(["image", "document"]);

function readTool(value: unknown): Tool {
  const { name, input_schema: parameters } = membersOf(value);
  return { name: String(name), parameters };
}

function readDemand(choice: unknown): Ask["demandedTool"] {
  const { type, name } = membersOf(choice);
  if (type === "any") return "any";
  return type === "tool" && typeof name === "string" ? { name } : undefined;
}

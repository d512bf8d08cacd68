// Owns reading a request of Bedrock's Converse, or with Nova's own body; knows nothing of the answer.

import type { Ask, AskedRequest, AskProblem, Tool } from "../dialect.ts";
import { listOf, type Members, membersOf, numberOf } from "../json-value.ts";
import { lastText, type Prompt, readTurn, type Turn } from "../prompt.ts";
import { bedrockModel, refuseBedrock } from "./bedrock-paths.ts";

export function readConverseAsk(request: AskedRequest, form: Ask["form"]): Ask | AskProblem {
  const members = membersOf(request.body);
  const problem = findConverseProblem(members);
  if (problem !== undefined) return problem;
  const settings = membersOf(members.inferenceConfig);
  return {
    ...readConverseFacts(request),
    form,
    choices: 1,
    maxTokens: numberOf(settings.maxTokens ?? settings.max_new_tokens),
  };
}

/** An Ask that says nothing. */
export function readConverseFacts(request: AskedRequest): Ask {
  const { turns } = readConversePrompt(request.body);
  const { toolConfig } = membersOf(request.body);
  const { tools, toolChoice } = membersOf(toolConfig);
  return {
    request,
    model: bedrockModel(request),
    form: "body",
    text: lastText(turns),
    role: turns.at(-1)?.role ?? "",
    choices: 0,
    maxTokens: undefined,
    wantsUsage: true,
    tools: listOf(tools).flatMap(readTool),
    demandedTool: readDemand(membersOf(toolChoice)),
  };
}

export function readConversePrompt(body: unknown): Prompt {
  const { system, messages, toolConfig } = membersOf(body);
  const opening = listOf(system).length === 0 ? [] : [readTurn("system", listOf(system), () => false)];
  const turns = listOf(messages).map((message) => readMessage(membersOf(message)));
  return { turns: [...opening, ...turns], tools: membersOf(toolConfig).tools };
}

export function findConverseProblem({ messages }: Members): AskProblem | undefined {
  if (listOf(messages).length === 0) {
    return refuseBedrock("The value at messages is empty. Provide a value and then try again.");
  }
  const [first] = listOf(messages).map(membersOf);
  if (first?.role === "user") return undefined;
  return refuseBedrock(
    "A conversation must start with a user message. Try again with a conversation that does.",
  );
}

const mediaNames = ["image", "document", "video", "audio"];

function readMessage({ role, content }: Members): Turn {
  const parts = listOf(content).map(membersOf);
  const hasResult = parts.some((part) => part.toolResult !== undefined);
  return readTurn(hasResult ? "tool" : String(role), parts, (part) =>
    mediaNames.some((name) => Object.hasOwn(part, name)),
  );
}

function readTool(value: unknown): Tool[] {
  const { toolSpec } = membersOf(value);
  if (toolSpec === undefined) return [];
  const { name, inputSchema } = membersOf(toolSpec);
  return [{ name: String(name), parameters: membersOf(inputSchema).json }];
}

function readDemand({ any, tool }: Members): Ask["demandedTool"] {
  if (any !== undefined) return "any";
  const { name } = membersOf(tool);
  return typeof name === "string" ? { name } : undefined;
}

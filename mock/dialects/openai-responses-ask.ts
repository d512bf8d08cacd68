// Owns reading a request of OpenAI's Responses, with the refusals OpenAI gives; knows nothing of the answer.

import type { Ask, AskedRequest, AskProblem, Tool } from "../dialect.ts";
import { listOf, type Members, membersOf, numberOf, textOf } from "../json-value.ts";
import { lastText, type Prompt, readTurn, type Turn } from "../prompt.ts";
import { readModel, refuseOpenai } from "./openai-paths.ts";

export function readResponsesAsk(request: AskedRequest): Ask | AskProblem {
  const members = membersOf(request.body);
  const model = readModel(request);
  if (typeof model !== "string") return model;
  const problem = findProblem(members);
  if (problem !== undefined) return problem;
  const { turns } = readResponsesPrompt(members);
  return {
    request,
    model,
    form: members.stream === true ? "stream" : "body",
    text: lastText(turns),
    role: turns.at(-1)?.role ?? "",
    choices: 1,
    maxTokens: numberOf(members.max_output_tokens),
    wantsUsage: true,
    tools: listOf(members.tools).map(membersOf).filter(isFunction).map(readTool),
    demandedTool: readDemand(members.tool_choice),
    keeps: readKeeping(members),
    previousId: textOf(members.previous_response_id),
  };
}

export function readResponsesPrompt(body: unknown): Prompt {
  const { input, instructions, tools } = membersOf(body);
  const items = typeof input === "string" ? [{ role: "user", content: input }] : listOf(input);
  const opening = typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  return { turns: [...opening, ...items].map((item) => readItem(membersOf(item))), tools };
}

function readItem(item: Members): Turn {
  const { content, role, type } = item;
  if (typeof role !== "string") {
    const isResult = typeof type === "string" && type.endsWith("_output");
    return { role: isResult ? "tool" : "assistant", texts: [], media: 0, structures: [item] };
  }
  const parts = typeof content === "string" ? [content] : listOf(content);
  return readTurn(role, parts, () => true);
}

function findProblem(members: Members): AskProblem | undefined {
  const { input, background, store, tool_choice: choice, max_output_tokens: most } = members;
  if (input === undefined && members.prompt === undefined && members.previous_response_id === undefined) {
    return refuseOpenai("Missing required parameter: 'input'.", "input", "missing_required_parameter");
  }
  if (background === true && store === false) {
    return refuseOpenai("Background responses must be stored.", "background", null);
  }
  if (most !== undefined && most !== null && !(Number.isInteger(most) && Number(most) >= 16)) {
    const said = `Expected a value >= 16, but got ${most} instead.`;
    return refuseOpenai(
      `Invalid 'max_output_tokens': integer below minimum value. ${said}`,
      "max_output_tokens",
      "integer_below_min_value",
    );
  }
  if (choice === "required" && listOf(members.tools).length === 0) {
    return refuseOpenai("Tool choice 'required' must be specified with 'tools'.", "tool_choice", null);
  }
  return undefined;
}

function readKeeping({ background, store }: Members): Ask["keeps"] {
  if (background === true) return "in-background";
  return store === false ? undefined : "at-once";
}

function isFunction({ type }: Members): boolean {
  return type === "function";
}

function readTool({ name, parameters }: Members): Tool {
  return { name: String(name), parameters };
}

function readDemand(choice: unknown): Ask["demandedTool"] {
  if (choice === "required") return "any";
  const { type, name } = membersOf(choice);
  return type === "function" && typeof name === "string" ? { name } : undefined;
}

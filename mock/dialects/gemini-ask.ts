// Owns reading the requests of Google's Gemini, with the refusals Google gives; knows nothing of the answer.

import type { Ask, AskedRequest, AskProblem, Tool } from "../dialect.ts";
import { listOf, type Members, membersOf, numberOf } from "../json-value.ts";
import { lastText, type Prompt, readTurn, type Turn } from "../prompt.ts";
import { refuseGemini } from "./gemini-error.ts";
import { hasVerb, modelOfPath } from "./gemini-paths.ts";

const choicesMax = 8;

export function readGeminiAsk(request: AskedRequest): Ask | AskProblem {
  const members = membersOf(request.body);
  const problem = findContentsProblem(members);
  if (problem !== undefined) return problem;
  const settings = membersOf(members.generationConfig ?? members.generation_config);
  const choices = numberOf(settings.candidateCount) ?? 1;
  if (!Number.isInteger(choices) || choices < 1 || choices > choicesMax) {
    return refuseGemini(
      `* GenerateContentRequest.generation_config.candidate_count: must be 1 to ${choicesMax}`,
    );
  }
  return {
    ...readGeminiFacts(request),
    form: hasVerb(request, "streamGenerateContent") ? "stream" : "body",
    choices,
    maxTokens: numberOf(settings.maxOutputTokens ?? settings.max_output_tokens),
  };
}

/** An Ask that says nothing: what all of Gemini's requests have. */
export function readGeminiFacts(request: AskedRequest): Ask {
  const members = membersOf(request.body);
  const { turns } = readGeminiPrompt(members);
  return {
    request,
    model: modelOfPath(request),
    form: "body",
    text: lastText(turns),
    role: turns.at(-1)?.role ?? "",
    choices: 0,
    maxTokens: undefined,
    wantsUsage: true,
    tools: readTools(members),
    demandedTool: readDemand(members),
  };
}

export function readGeminiPrompt(body: unknown): Prompt {
  const { systemInstruction, system_instruction: snake, contents, tools } = membersOf(body);
  const system = systemInstruction ?? snake;
  const opening = system === undefined ? [] : [readContent({ ...membersOf(system), role: "system" })];
  return {
    turns: [...opening, ...listOf(contents).map((content) => readContent(membersOf(content)))],
    tools,
  };
}

export function readContent({ role, parts }: Members): Turn {
  const read = listOf(parts).map(membersOf);
  const hasResult = read.some((part) => part.functionResponse !== undefined);
  const said = role === "model" ? "assistant" : String(role ?? "user");
  return readTurn(hasResult ? "tool" : said, read, isMedia);
}

/** Google reads both spellings of every member. */
function isMedia(part: Members): boolean {
  return ["inlineData", "inline_data", "fileData", "file_data"].some((name) => Object.hasOwn(part, name));
}

function findContentsProblem({ contents }: Members): AskProblem | undefined {
  const said = "* GenerateContentRequest.contents: contents is not specified";
  if (!Array.isArray(contents) || contents.length === 0) return refuseGemini(said);
  const isWrong = contents.some(({ role = "user" }) => role !== "user" && role !== "model");
  return isWrong ? refuseGemini("Please use a valid role: user, model.") : undefined;
}

function readTools({ tools }: Members): Tool[] {
  return listOf(tools)
    .map(membersOf)
    .flatMap((tool) => listOf(tool.functionDeclarations ?? tool.function_declarations))
    .map(membersOf)
    .map(({ name, parameters, parametersJsonSchema, parameters_json_schema: snake }) => ({
      name: String(name),
      parameters: parameters ?? parametersJsonSchema ?? snake,
    }));
}

function readDemand({ toolConfig, tool_config: snake }: Members): Ask["demandedTool"] {
  const settings = membersOf(toolConfig ?? snake);
  const calling = membersOf(settings.functionCallingConfig ?? settings.function_calling_config);
  if (calling.mode !== "ANY") return undefined;
  const [name] = listOf(calling.allowedFunctionNames ?? calling.allowed_function_names);
  return typeof name === "string" ? { name } : "any";
}

// Owns asking in a Gemini request for what a conversation says. Must not know who said it.

import type {
  AnswerFormat,
  Conversation,
  ReasoningWish,
  ToolChoice,
  ToolDefinition,
  Uncarried,
} from "../../contracts/conversation.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { withArgs } from "./args.ts";
import { writeContents } from "./write-contents.ts";

/** Google's own bound. */
const stopsMax = 5;

export function writeConversation(conversation: Conversation, model: string): Buffer | Uncarried {
  const { messages, tools, sampling, format, reasoning, outputTokensMax } = conversation;
  if (conversation.allowsParallelToolCalls === false && tools.length > 0) {
    return { kind: "uncarried", field: "allowsParallelToolCalls" };
  }
  if (sampling.stop.length > stopsMax) return { kind: "uncarried", field: "sampling.stop" };
  const written = writeContents(messages, model);
  if (written.kind === "uncarried") return written;
  const { instruction, contents, args } = written;
  const config = said({
    maxOutputTokens: outputTokensMax,
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    seed: sampling.seed,
    presencePenalty: sampling.presencePenalty,
    frequencyPenalty: sampling.frequencyPenalty,
    stopSequences: sampling.stop.length === 0 ? undefined : [...sampling.stop],
    ...(format && writeFormat(format)),
    thinkingConfig: reasoning && writeThinking(reasoning, model),
  });
  const request = said({
    contents: contents.map(({ role, parts }) => ({ role, parts })),
    systemInstruction: instruction.length === 0 ? undefined : { parts: [...instruction] },
    tools: tools.length === 0 ? undefined : [{ functionDeclarations: tools.map(writeTool) }],
    toolConfig: writeToolConfig(conversation),
    generationConfig: Object.keys(config).length === 0 ? undefined : config,
  });
  return withArgs(request, args);
}

function writeTool({ name, description, parameters }: ToolDefinition): JsonObject {
  return said({ name, description, parametersJsonSchema: parameters });
}

const modes: Readonly<Record<ToolChoice["kind"], string>> = {
  auto: "AUTO",
  none: "NONE",
  required: "ANY",
  tool: "ANY",
};

/** A strict tool's arguments fit its schema; Google has a mode for that where the model may choose. */
function writeToolConfig({ tools, toolChoice }: Conversation): JsonObject | undefined {
  if (tools.length === 0) return undefined;
  const isStrict = tools.some((tool) => tool.isStrict === true);
  const isFree = toolChoice === undefined || toolChoice.kind === "auto";
  if (toolChoice === undefined && !isStrict) return undefined;
  const mode = isStrict && isFree ? "VALIDATED" : modes[toolChoice?.kind ?? "auto"];
  const names = toolChoice?.kind === "tool" ? { allowedFunctionNames: [toolChoice.name] } : {};
  return { functionCallingConfig: { mode, ...names } };
}

function writeFormat(format: AnswerFormat): JsonObject {
  const json = { responseMimeType: "application/json" };
  if (format.kind === "schema") return { ...json, responseJsonSchema: format.schema };
  return format.kind === "json" ? json : {};
}

type Effort = NonNullable<ReasoningWish["effort"]>;

/** As Google's own OpenAI-compatible API has them. ai.google.dev/gemini-api/docs/openai */
const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
};

/** Models from Gemini 3 on take a level, and cannot be kept from thinking. */
const levels: Readonly<Record<Effort, string>> = {
  none: "MINIMAL",
  minimal: "MINIMAL",
  low: "LOW",
  medium: "MEDIUM",
  high: "HIGH",
  xhigh: "HIGH",
};

/** Those before Gemini 2.5 do not think, and refuse to be asked. */
function writeThinking({ effort, tokensMax }: ReasoningWish, model: string): JsonObject | undefined {
  if (/gemini-(?:1|2\.0)/.test(model)) return undefined;
  const shown = effort === "none" ? {} : { includeThoughts: true };
  if (tokensMax !== undefined) return { thinkingBudget: tokensMax, ...shown };
  if (effort === undefined) return shown;
  if (/gemini-2\.5/.test(model)) return { thinkingBudget: budgets[effort], ...shown };
  const isPro = /-pro/.test(model);
  return { thinkingLevel: isPro && levels[effort] === "MINIMAL" ? "LOW" : levels[effort], ...shown };
}

/** Without what nobody said. */
function said(members: { readonly [name: string]: JsonValue | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, JsonValue] => member[1] !== undefined),
  );
}

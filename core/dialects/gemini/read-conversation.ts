// Owns what a Gemini request asks, free of its format. Must not know to whom it will be written.

import type {
  AnswerFormat,
  Conversation,
  Message,
  ReasoningWish,
  TextPart,
  ToolChoice,
  ToolDefinition,
} from "../../contracts/conversation.ts";
import type { Call } from "../../contracts/dialect.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { asText, isObject } from "../../text/json.ts";
import { splice } from "../../text/splice.ts";
import { editedValue } from "../edited-value.ts";
import { Members } from "../members.ts";
import { readArgs } from "./args.ts";
import { ContentReading } from "./read-contents.ts";
import { toJsonSchema } from "./schema.ts";
import { inOneSpelling } from "./spellings.ts";

/** They describe the call, or say how its stream is to be cut. */
const silent = new Set([
  "model",
  "labels",
  "role",
  "streamFunctionCallArguments",
  "includeServerSideToolInvocations",
]);

export function readConversation(call: Call): Conversation {
  const { body, edits } = call;
  const value = editedValue(call);
  const request = isObject(value) ? value : {};
  const extras: string[] = [];
  const plain = inOneSpelling(request);
  const asked = new Members(isObject(plain) ? plain : {}, "", extras);
  const contents = new ContentReading(readArgs(edits.size === 0 ? body : splice(body, edits), request));
  const config = asked.below("generationConfig") ?? new Members({}, "generationConfig", extras);
  const tools = readTools(asked, extras);
  const conversation: Conversation = {
    messages: [...readInstruction(asked), ...asked.list("contents").map((content) => contents.read(content))],
    tools,
    toolChoice: readToolChoice(asked, tools),
    allowsParallelToolCalls: undefined,
    outputTokensMax: config.number("maxOutputTokens"),
    sampling: {
      temperature: config.number("temperature"),
      topP: config.number("topP"),
      topK: config.number("topK"),
      seed: config.number("seed"),
      presencePenalty: config.number("presencePenalty"),
      frequencyPenalty: config.number("frequencyPenalty"),
      stop: readStops(config),
    },
    format: readFormat(config),
    reasoning: readReasoning(config.below("thinkingConfig")),
    isStream: call.isStream,
    extras,
  };
  nameUnusual(asked, config);
  config.rest(silent);
  asked.rest(silent);
  return conversation;
}

function readInstruction(asked: Members): readonly Message[] {
  const instruction = asked.below("systemInstruction");
  if (instruction === undefined) return [];
  const parts = instruction.list("parts").map((part): TextPart => {
    const text = part.text("text") ?? "";
    part.rest(silent);
    return { kind: "text", text };
  });
  instruction.rest(silent);
  return parts.length === 0 ? [] : [{ role: "system", parts }];
}

/** What Google runs itself nobody else does, be it switched on by an empty object. */
function readTools(asked: Members, extras: string[]): readonly ToolDefinition[] {
  const tools = asked.value("tools");
  const nodes = (Array.isArray(tools) ? tools : []).map((tool) => (isObject(tool) ? tool : {}));
  return nodes.flatMap((node, at) => {
    const tool = new Members(node, `tools.${at}`, extras);
    for (const [name, value] of Object.entries(node)) {
      if (name !== "functionDeclarations" && value !== null) tool.extra(name);
    }
    return tool.list("functionDeclarations").map(readFunction);
  });
}

/** What a tool gives back is described to Google alone. */
const described = new Set(["response", "responseJsonSchema"]);

function readFunction(node: Members): ToolDefinition {
  const [schema, own] = [node.object("parametersJsonSchema"), node.object("parameters")];
  const parameters = schema ?? (own && toJsonSchema(own));
  const [name, description] = [node.text("name") ?? "", node.text("description")];
  node.rest(described);
  return { name, description, parameters, isStrict: undefined };
}

function readToolChoice(asked: Members, tools: readonly ToolDefinition[]): ToolChoice | undefined {
  const config = asked.below("toolConfig");
  const calling = config?.below("functionCallingConfig");
  const mode = calling?.text("mode");
  const names = calling?.value("allowedFunctionNames");
  const allowed = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  calling?.rest(silent);
  config?.rest(silent);
  if (mode === "NONE") return { kind: "none" };
  const [only, ...others] = allowed;
  if (mode === "ANY" && only !== undefined && others.length === 0) return { kind: "tool", name: only };
  const isSome = allowed.length > 0 && tools.some(({ name }) => !allowed.includes(name));
  if (isSome) calling?.extra("allowedFunctionNames");
  if (mode === "ANY") return { kind: "required" };
  return mode === undefined ? undefined : { kind: "auto" };
}

function readStops(config: Members): readonly string[] {
  const stops = config.value("stopSequences") ?? [];
  const isRead = Array.isArray(stops) && stops.every((text) => typeof text === "string");
  if (!isRead) config.extra("stopSequences");
  return isRead ? (stops as string[]) : [];
}

function readFormat(config: Members): AnswerFormat | undefined {
  const type = config.text("responseMimeType");
  const own = config.object("responseSchema");
  const schemas: (JsonObject | undefined)[] = [
    config.object("responseJsonSchema"),
    config.object("_responseJsonSchema"),
    own && toJsonSchema(own),
  ];
  const schema = schemas.find((found) => found !== undefined);
  if (type !== undefined && type !== "text/plain" && type !== "application/json")
    config.extra("responseMimeType");
  if (schema !== undefined) return { kind: "schema", name: undefined, schema, isStrict: undefined };
  if (type === "application/json") return { kind: "json" };
  return type === undefined ? undefined : { kind: "text" };
}

const levels: ReadonlyMap<string, ReasoningWish["effort"]> = new Map([
  ["MINIMAL", "minimal"],
  ["LOW", "low"],
  ["MEDIUM", "medium"],
  ["HIGH", "high"],
]);

/** A budget of 0 is none, one of -1 the model's own choice. */
function readReasoning(thinking: Members | undefined): ReasoningWish | undefined {
  if (thinking === undefined) return undefined;
  const [budget, level] = [thinking.number("thinkingBudget"), thinking.text("thinkingLevel")];
  const isShown = thinking.flag("includeThoughts");
  thinking.rest(silent);
  if (budget === 0) return { effort: "none", tokensMax: undefined };
  const effort = levels.get(level?.toUpperCase() ?? "");
  const tokensMax = budget !== undefined && budget > 0 ? budget : undefined;
  const isWish = effort !== undefined || tokensMax !== undefined || isShown === true;
  return isWish ? { effort, tokensMax } : undefined;
}

/** What asks for nothing where it has its usual value, and for what no other vendor has where it has not. */
function nameUnusual(asked: Members, config: Members): void {
  if ((config.number("candidateCount") ?? 1) !== 1) config.extra("candidateCount");
  if (config.flag("responseLogprobs") === true) config.extra("responseLogprobs");
  config.number("logprobs");
  const modalities = config.value("responseModalities");
  const isText = (name: JsonValue) => asText(name).toUpperCase() === "TEXT";
  if (Array.isArray(modalities) && !modalities.every(isText)) config.extra("responseModalities");
  const settings = asked.value("safetySettings");
  const asksNothing = (setting: JsonValue) =>
    isObject(setting) && /^(BLOCK_NONE|OFF)$/.test(asText(setting.threshold));
  if (Array.isArray(settings) && !settings.every(asksNothing)) asked.extra("safetySettings");
}

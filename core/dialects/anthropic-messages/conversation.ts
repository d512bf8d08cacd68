// Owns a messages request as a conversation that any vendor can be asked. Knows no other vendor.

import type {
  AnswerFormat,
  Conversation,
  Message,
  Role,
  ToolChoice,
  ToolDefinition,
} from "../../contracts/conversation.ts";
import { noSampling } from "../../contracts/conversation.ts";
import type { Call, JsonValue } from "../../contracts/dialect.ts";
import { asText, isObject, type JsonObject, readJson } from "../../text/json.ts";
import { splice } from "../../text/splice.ts";
import { PartReading } from "./parts.ts";
import { readThinking } from "./thinking.ts";

/** Read below, or only said about the call: how it is billed, cached, attributed. */
const named = new Set([
  ...["model", "messages", "system", "tools", "tool_choice", "max_tokens", "stop_sequences", "stream"],
  ...["temperature", "top_p", "top_k", "thinking", "output_config", "output_format"],
  ...["metadata", "service_tier", "speed", "cache_control", "diagnostics"],
]);

export function readConversation(call: Call): Conversation {
  const { value, body } = edited(call);
  const { tools, tool_choice: choice } = value;
  const reading = new PartReading(body, objects(value.messages));
  const messages = readMessages(value, reading);
  const definitions = objects(tools);
  return {
    messages,
    tools: definitions.filter(isOwn).map(readTool),
    toolChoice: readToolChoice(choice),
    allowsParallelToolCalls:
      isObject(choice) && choice.disable_parallel_tool_use === true ? false : undefined,
    outputTokensMax: number(value.max_tokens),
    sampling: {
      ...noSampling,
      temperature: number(value.temperature),
      topP: number(value.top_p),
      topK: number(value.top_k),
      stop: strings(value.stop_sequences),
    },
    format: readFormat(value),
    reasoning: readThinking(value),
    isStream: call.isStream,
    extras: [...extrasOf(value), ...definitions.flatMap(toolExtras), ...reading.extras],
  };
}

/** The body with its edits, and its one reading. */
function edited({ body, value, edits }: Call): { readonly value: JsonObject; readonly body: Buffer } {
  const bytes = edits.size === 0 ? body : splice(body, edits);
  const reading = edits.size === 0 ? { kind: "json" as const, value: value ?? null } : readJson(bytes);
  if (reading.kind === "problem" || !isObject(reading.value)) throw new TypeError("an edit broke the body");
  return { value: reading.value, body: bytes };
}

function readMessages({ system, messages }: JsonObject, reading: PartReading): readonly Message[] {
  const said = isSaid(system) ? [reading.message("system", system ?? null, "/system")] : [];
  for (const [at, { role: _role, content: _content, ...more }] of objects(messages).entries()) {
    const extras = Object.keys(more).filter((name) => isSaid(more[name]));
    reading.extras.push(...extras.map((name) => `messages.${at}.${name}`));
  }
  return [
    ...said,
    ...objects(messages).map(({ role, content }, at) =>
      reading.message(roleOf(role), content ?? null, `/messages/${at}/content`),
    ),
  ];
}

/** Whoever is not known is somebody who asks. */
function roleOf(role: JsonValue | undefined): Role {
  return role === "assistant" || role === "system" ? role : "user";
}

/** The agent's own, with a schema of its own. */
function isOwn({ type }: JsonObject): boolean {
  return type === undefined || type === null || type === "custom";
}

function readTool({ name, description, input_schema: parameters, strict }: JsonObject): ToolDefinition {
  return {
    name: asText(name),
    description: typeof description === "string" ? description : undefined,
    parameters: isObject(parameters) ? parameters : undefined,
    isStrict: typeof strict === "boolean" ? strict : undefined,
  };
}

/**
 * What a tool's definition says that has no name elsewhere; how it is cached and streamed is no such thing.
 */
function toolExtras(tool: JsonObject, at: number): readonly string[] {
  if (!isOwn(tool)) return [`tools.${at}.${asText(tool.type)}`];
  const { allowed_callers: callers } = tool;
  const isDirect = strings(callers).every((caller) => caller === "direct");
  return [
    ...(tool.defer_loading === true ? [`tools.${at}.defer_loading`] : []),
    ...(isDirect ? [] : [`tools.${at}.allowed_callers`]),
    ...(Array.isArray(tool.input_examples) ? [`tools.${at}.input_examples`] : []),
  ];
}

function readToolChoice(choice: JsonValue | undefined): ToolChoice | undefined {
  if (!isObject(choice)) return undefined;
  if (choice.type === "tool") return { kind: "tool", name: asText(choice.name) };
  if (choice.type === "any") return { kind: "required" };
  return { kind: choice.type === "none" ? "none" : "auto" };
}

/** `output_format` is the older place. A schema is always kept to the letter here. */
function readFormat({ output_config: config, output_format: format }: JsonObject): AnswerFormat | undefined {
  const said = (isObject(config) ? config.format : undefined) ?? format;
  if (!isObject(said) || !isObject(said.schema)) return undefined;
  return { kind: "schema", name: undefined, schema: said.schema, isStrict: true };
}

function extrasOf(value: JsonObject): readonly string[] {
  const { output_config: config } = value;
  const more = Object.keys(value).filter((name) => !named.has(name) && isSaid(value[name]));
  const inConfig = isObject(config)
    ? Object.keys(config).filter((name) => name !== "effort" && name !== "format" && isSaid(config[name]))
    : [];
  return [...more, ...inConfig.map((name) => `output_config.${name}`)];
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === "string") : [];
}

function number(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

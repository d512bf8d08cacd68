// Owns writing a conversation as a Converse request. Knows no other vendor's API.

import type { Conversation, Message, ToolDefinition, Uncarried } from "../../contracts/conversation.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { writeVerbatim } from "../verbatim-json.ts";
import { writeModelFields } from "./model-fields.ts";
import { type Block, writePart } from "./write-parts.ts";

const toolName = /^[a-zA-Z0-9_-]{1,64}$/;

/** A turn as it is written: neighbours of one role are one turn, as Bedrock has it. */
interface Turn {
  readonly role: "user" | "assistant";
  readonly blocks: Block[];
}

/** The model and whether it is a stream stand in the path. */
export function writeConversation(conversation: Conversation, model: string): Buffer | Uncarried {
  const field = uncarriedField(conversation);
  if (field !== undefined) return { kind: "uncarried", field };
  const system: Block[] = [];
  const turns: Turn[] = [];
  for (const [at, message] of conversation.messages.entries()) {
    for (const part of message.parts) {
      const block = writePart(part);
      if (typeof block === "string") return { kind: "uncarried", field: `messages.${at}.${block}` };
      if (block !== undefined) placeOf(message, system, turns).push(block);
    }
  }
  const fields = writeModelFields(conversation, model);
  if (isUncarried(fields)) return fields;
  for (const { blocks } of turns) blocks.sort(resultsFirst);
  const body = {
    messages: turns.map(({ role, blocks }) => ({ role, content: blocks.map(({ value }) => value) })),
    ...(system.length === 0 ? {} : { system: system.map(({ value }) => value) }),
    ...writeTools(conversation),
    ...writeInference(conversation),
    ...writeFormat(conversation),
    ...(Object.keys(fields).length === 0 ? {} : { additionalModelRequestFields: fields }),
  };
  return writeVerbatim(body, argsOf(turns));
}

function isUncarried(fields: JsonObject | Uncarried): fields is Uncarried {
  return fields.kind === "uncarried";
}

/** The first field that Converse has no word for. */
function uncarriedField(conversation: Conversation): string | undefined {
  const { sampling, format, tools, toolChoice, messages, allowsParallelToolCalls } = conversation;
  const { seed, presencePenalty, frequencyPenalty } = sampling;
  if (seed !== undefined) return "sampling.seed";
  if (presencePenalty !== undefined && presencePenalty !== 0) return "sampling.presencePenalty";
  if (frequencyPenalty !== undefined && frequencyPenalty !== 0) return "sampling.frequencyPenalty";
  if (format?.kind === "json") return "format";
  if (allowsParallelToolCalls === false && tools.length > 0) return "allowsParallelToolCalls";
  const hasCalls = messages.some(({ parts }) => parts.some(({ kind }) => kind === "tool_call"));
  if (toolChoice?.kind === "none" && hasCalls) return "toolChoice";
  const at = tools.findIndex(({ name }) => !toolName.test(name));
  if (at !== -1) return `tools.${at}.name`;
  const told = messages.findIndex(
    ({ role, parts }) => isTold(role) && parts.some(({ kind }) => kind !== "text"),
  );
  if (told !== -1) return `messages.${told}.parts`;
  // Instructions alone are a call elsewhere; here somebody has to have spoken.
  return messages.every(({ role }) => isTold(role)) ? "messages" : undefined;
}

function isTold(role: Message["role"]): boolean {
  return role === "system" || role === "developer";
}

/**
 * Where a message's blocks go; instructions in the middle of a conversation are heard with the first ones.
 */
function placeOf({ role }: Message, system: Block[], turns: Turn[]): Block[] {
  if (role === "system" || role === "developer") return system;
  const last = turns.at(-1);
  if (last?.role === role) return last.blocks;
  const turn: Turn = { role, blocks: [] };
  turns.push(turn);
  return turn.blocks;
}

/** A turn begins with what the tools gave back. */
function resultsFirst(a: Block, b: Block): number {
  return Number(isObject(b.value.toolResult)) - Number(isObject(a.value.toolResult));
}

/** There is no word for calling none: without tools none is called. */
function writeTools({ tools, toolChoice }: Conversation): JsonObject {
  if (tools.length === 0 || toolChoice?.kind === "none") return {};
  const named = toolChoice?.kind === "tool" ? { tool: { name: toolChoice.name } } : undefined;
  const choice = named ?? (toolChoice?.kind === "required" ? { any: {} } : { auto: {} });
  return {
    toolConfig: {
      tools: tools.map(writeTool),
      ...(toolChoice === undefined ? {} : { toolChoice: choice }),
    },
  };
}

function writeTool({ name, description = "", parameters, isStrict }: ToolDefinition): JsonObject {
  return {
    toolSpec: {
      name,
      ...(description === "" ? {} : { description }),
      inputSchema: { json: { type: "object", ...parameters } },
      ...(isStrict === undefined ? {} : { strict: isStrict }),
    },
  };
}

function writeInference({ sampling, outputTokensMax }: Conversation): JsonObject {
  const { temperature, topP, stop } = sampling;
  const config = {
    ...(outputTokensMax === undefined ? {} : { maxTokens: outputTokensMax }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop.length === 0 ? {} : { stopSequences: [...stop] }),
  };
  return Object.keys(config).length === 0 ? {} : { inferenceConfig: config };
}

function writeFormat({ format }: Conversation): JsonObject {
  if (format?.kind !== "schema") return {};
  const { name = "answer", schema } = format;
  const structure = { jsonSchema: { schema: JSON.stringify(schema), name } };
  return { outputConfig: { textFormat: { type: "json_schema", structure } } };
}

/** The calls' arguments as the model wrote them, by their places. */
function argsOf(turns: readonly Turn[]): ReadonlyMap<string, string> {
  return new Map(
    turns.flatMap(({ blocks }, turn) =>
      blocks.flatMap(({ args }, block): [string, string][] =>
        args === undefined ? [] : [[`/messages/${turn}/content/${block}/toolUse/input`, args]],
      ),
    ),
  );
}

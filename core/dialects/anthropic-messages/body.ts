// Owns writing a conversation as a messages request. Knows no other vendor.

import type { Conversation, Message, ToolDefinition, Uncarried } from "../../contracts/conversation.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { writeVerbatim } from "../verbatim-json.ts";
import { type Block, writePart } from "./block-writing.ts";
import { writeThinking } from "./thinking.ts";

/** Anthropic's own bound. */
const temperatureMax = 1;
const toolName = /^[a-zA-Z0-9_-]{1,128}$/;

/** A turn as it is written: neighbours of one role are one turn, as Anthropic has it. */
interface Turn {
  readonly role: "user" | "assistant";
  readonly blocks: Block[];
}

export function writeConversation(conversation: Conversation, model: string): Buffer | Uncarried {
  const field = uncarriedField(conversation);
  if (field !== undefined) return { kind: "uncarried", field };
  const { messages } = conversation;
  const system: Block[] = [];
  const turns: Turn[] = [];
  for (const [at, message] of messages.entries()) {
    for (const part of message.parts) {
      const block = writePart(part);
      if (typeof block === "string") return { kind: "uncarried", field: `messages.${at}.${block}` };
      if (block !== undefined) placeOf(message, system, turns).push(block);
    }
  }
  for (const { blocks } of turns) blocks.sort(resultsFirst);
  const body = {
    model,
    ...writeThinking(conversation, model),
    ...(system.length === 0 ? {} : { system: system.map(({ value }) => value) }),
    messages: turns.map(({ role, blocks }) => ({ role, content: blocks.map(({ value }) => value) })),
    ...writeTools(conversation),
    ...writeSampling(conversation),
  };
  return writeVerbatim(withFormat(body, conversation), argsOf(turns));
}

/** The first field that Anthropic has no word for. */
function uncarriedField({ messages, sampling, format, tools }: Conversation): string | undefined {
  const { temperature, seed, presencePenalty, frequencyPenalty } = sampling;
  if (temperature !== undefined && temperature > temperatureMax) return "sampling.temperature";
  if (seed !== undefined) return "sampling.seed";
  if (presencePenalty !== undefined && presencePenalty !== 0) return "sampling.presencePenalty";
  if (frequencyPenalty !== undefined && frequencyPenalty !== 0) return "sampling.frequencyPenalty";
  if (format?.kind === "json") return "format";
  // Instructions alone are a call elsewhere; here somebody has to have spoken.
  if (!messages.some(({ role }) => role === "user" || role === "assistant")) return "messages";
  const at = tools.findIndex(({ name }) => !toolName.test(name));
  return at === -1 ? undefined : `tools.${at}.name`;
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
  return Number(b.value.type === "tool_result") - Number(a.value.type === "tool_result");
}

function writeTools({ tools, toolChoice, allowsParallelToolCalls }: Conversation): JsonObject {
  if (tools.length === 0) return {};
  const isSerial = allowsParallelToolCalls === false;
  if (toolChoice === undefined && !isSerial) return { tools: tools.map(writeTool) };
  const { kind } = toolChoice ?? { kind: "auto" };
  const serial = isSerial && kind !== "none" ? { disable_parallel_tool_use: true } : {};
  const named = toolChoice?.kind === "tool" ? { name: toolChoice.name } : {};
  const type = kind === "required" ? "any" : kind;
  return { tools: tools.map(writeTool), tool_choice: { type, ...named, ...serial } };
}

function writeTool({ name, description, parameters, isStrict }: ToolDefinition): JsonObject {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: { type: "object", ...parameters },
    ...(isStrict === undefined ? {} : { strict: isStrict }),
  };
}

function writeSampling({ sampling, isStream }: Conversation): JsonObject {
  const { temperature, topP, topK, stop } = sampling;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stop.length === 0 ? {} : { stop_sequences: [...stop] }),
    ...(isStream ? { stream: true } : {}),
  };
}

function withFormat(body: JsonObject, { format }: Conversation): JsonObject {
  if (format?.kind !== "schema") return body;
  const config = isObject(body.output_config) ? body.output_config : {};
  return { ...body, output_config: { ...config, format: { type: "json_schema", schema: format.schema } } };
}

/** The calls' arguments as the model wrote them, by their places. */
function argsOf(turns: readonly Turn[]): ReadonlyMap<string, string> {
  return new Map(
    turns.flatMap(({ blocks }, turn) =>
      blocks.flatMap(({ args }, block): [string, string][] =>
        args === undefined ? [] : [[`/messages/${turn}/content/${block}/input`, args]],
      ),
    ),
  );
}

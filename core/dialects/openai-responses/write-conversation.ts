// Owns asking in a Responses request for what a conversation says. Must not know who said it.

import type {
  AnswerFormat,
  Conversation,
  Sampling,
  ToolChoice,
  ToolDefinition,
  Uncarried,
} from "../../contracts/conversation.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { writeEffort } from "../openai-chat/efforts.ts";
import { isOwnModel } from "../openai-chat/own-models.ts";
import { said } from "../openai-chat/write-conversation.ts";
import { writeInput } from "./write-input.ts";

/** The answer is not kept: nobody could ask for it by its id later. */
export function writeConversation(conversation: Conversation, model: string): Buffer | Uncarried {
  const { sampling, tools, toolChoice, format, reasoning, isStream, messages } = conversation;
  const field = uncarriedField(sampling);
  if (field !== undefined) return { kind: "uncarried", field };
  const isOwn = isOwnModel(model);
  const input = writeInput(messages, { isOwn });
  if (!Array.isArray(input)) return input;
  const effort = reasoning && writeEffort(reasoning);
  const asked = said({
    model,
    input,
    ...(tools.length === 0 ? {} : { tools: tools.map(writeTool), tool_choice: writeChoice(toolChoice) }),
    parallel_tool_calls: conversation.allowsParallelToolCalls,
    max_output_tokens: conversation.outputTokensMax,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    text: format && { format: writeFormat(format) },
    reasoning: effort === undefined ? undefined : { effort },
    include: isOwn && canThink(effort) ? ["reasoning.encrypted_content"] : undefined,
    store: false,
    stream: isStream ? true : undefined,
  });
  return Buffer.from(JSON.stringify(asked));
}

/** The first of the sampling's wishes that there is no word for. */
function uncarriedField(sampling: Sampling): string | undefined {
  const { topK, seed, stop, presencePenalty = 0, frequencyPenalty = 0 } = sampling;
  if (topK !== undefined) return "sampling.topK";
  if (seed !== undefined) return "sampling.seed";
  if (stop.length > 0) return "sampling.stop";
  if (presencePenalty !== 0) return "sampling.presencePenalty";
  return frequencyPenalty === 0 ? undefined : "sampling.frequencyPenalty";
}

/** Functions are strict here unless it is said that they are not. */
function writeTool({ name, description, parameters, isStrict = false }: ToolDefinition): JsonObject {
  return said({ type: "function", name, description, parameters: parameters ?? null, strict: isStrict });
}

/** Refused where there are no tools to choose among. */
function writeChoice(choice: ToolChoice | undefined): JsonObject | string | undefined {
  return choice?.kind === "tool" ? { type: "function", name: choice.name } : choice?.kind;
}

function writeFormat(format: AnswerFormat): JsonObject {
  if (format.kind !== "schema") return { type: format.kind === "json" ? "json_object" : "text" };
  const { name = "answer", schema, isStrict } = format;
  return said({ type: "json_schema", name, schema, strict: isStrict });
}

/** A model that does not think refuses to seal what it thought. */
function canThink(effort: string | undefined): boolean {
  return effort !== undefined && effort !== "none";
}

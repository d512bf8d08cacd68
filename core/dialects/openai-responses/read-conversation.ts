// Owns what a Responses request asks, free of its format. Must not know to whom it will be written.

import type {
  AnswerFormat,
  Conversation,
  Message,
  ReasoningWish,
  Sampling,
} from "../../contracts/conversation.ts";
import { noSampling } from "../../contracts/conversation.ts";
import type { Call } from "../../contracts/dialect.ts";
import { isObject } from "../../text/json.ts";
import { editedValue } from "../edited-value.ts";
import { Members } from "../members.ts";
import { isEffort, readEffort } from "../openai-chat/efforts.ts";
import { readInput } from "./read-input.ts";
import { readChoice, readDefinitions } from "./read-tools.ts";

/** They describe the call, say how it is kept or paid for, or where the answer says what. */
const silent = new Set([
  ...["model", "metadata", "user", "safety_identifier", "store", "service_tier", "stream_options"],
  ...["prompt_cache_key", "prompt_cache_retention", "prompt_cache_options"],
]);

/** What others say unasked, or of what they ran themselves: nobody else runs it. */
const silentIncludes = new Set([
  ...["reasoning.encrypted_content", "message.input_image.image_url", "web_search_call.action.sources"],
  ...["web_search_call.results", "file_search_call.results", "code_interpreter_call.outputs"],
  ...["computer_call_output.output.image_url"],
]);

export function readConversation(call: Call): Conversation {
  const value = editedValue(call);
  const extras: string[] = [];
  const asked = new Members(isObject(value) ? value : {}, "", extras);
  const text = asked.below("text");
  const choice = readChoice(asked);
  const tools = readDefinitions(asked);
  const conversation: Conversation = {
    messages: [...readInstructions(asked), ...readInput(asked)],
    tools: choice.allowed === undefined ? tools : tools.filter(({ name }) => choice.allowed?.has(name)),
    toolChoice: choice.toolChoice,
    allowsParallelToolCalls: asked.flag("parallel_tool_calls"),
    outputTokensMax: asked.number("max_output_tokens"),
    sampling: readSampling(asked),
    format: text && readFormat(text),
    reasoning: readReasoning(asked),
    isStream: asked.flag("stream") ?? false,
    extras,
  };
  if ((text?.text("verbosity") ?? "medium") !== "medium") text?.extra("verbosity");
  if ((asked.text("truncation") ?? "disabled") !== "disabled") asked.extra("truncation");
  if ((asked.number("top_logprobs") ?? 0) !== 0) asked.extra("top_logprobs");
  nameIncludes(asked);
  asked.rest(silent);
  return conversation;
}

function readInstructions(asked: Members): readonly Message[] {
  const text = asked.text("instructions") ?? "";
  return text === "" ? [] : [{ role: "system", parts: [{ kind: "text", text }] }];
}

function readSampling(asked: Members): Sampling {
  return { ...noSampling, temperature: asked.number("temperature"), topP: asked.number("top_p") };
}

function readFormat(text: Members): AnswerFormat | undefined {
  const format = text.below("format");
  if (format === undefined) return undefined;
  const type = format.text("type");
  if (type === "text") return { kind: "text" };
  if (type === "json_object") return { kind: "json" };
  const schema = format.object("schema");
  if (type === "json_schema" && schema !== undefined) {
    return { kind: "schema", name: format.text("name"), schema, isStrict: format.flag("strict") };
  }
  format.extra();
  return undefined;
}

/** How thought is shown, and which of it is heard again, is left to whoever answers. */
const silentReasoning = new Set(["summary", "generate_summary", "context"]);

function readReasoning(asked: Members): ReasoningWish | undefined {
  const reasoning = asked.below("reasoning");
  const word = reasoning?.text("effort");
  if (word !== undefined && !isEffort(word)) reasoning?.extra("effort");
  if ((reasoning?.text("mode") ?? "standard") !== "standard") reasoning?.extra("mode");
  reasoning?.rest(silentReasoning);
  const effort = readEffort(word);
  return effort === undefined ? undefined : { effort, tokensMax: undefined };
}

function nameIncludes(asked: Members): void {
  const names = asked.value("include") ?? [];
  const isSilent =
    Array.isArray(names) && names.every((name) => typeof name === "string" && silentIncludes.has(name));
  if (!isSilent) asked.extra("include");
}

// Owns what a chat completions request asks, free of its format. Must not know to whom it will be written.

import type { AnswerFormat, Conversation, ReasoningWish, Sampling } from "../../contracts/conversation.ts";
import type { Call } from "../../contracts/dialect.ts";
import { isObject } from "../../text/json.ts";
import { editedValue } from "../edited-value.ts";
import { Members } from "../members.ts";
import { isEffort, readEffort } from "./efforts.ts";
import { MessageReading } from "./read-messages.ts";
import { readToolChoice, readTools } from "./read-tools.ts";

/** They describe the call, say how it is kept or paid for, or where the answer says what. */
const silent = new Set([
  ...["model", "metadata", "user", "safety_identifier", "store", "service_tier", "stream_options"],
  ...["prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "cache_control"],
  ...["reasoning_format", "include_reasoning"],
]);

export function readConversation(call: Call): Conversation {
  const value = editedValue(call);
  const extras: string[] = [];
  const asked = new Members(isObject(value) ? value : {}, "", extras);
  const messages = new MessageReading();
  const conversation: Conversation = {
    messages: asked.list("messages").map((message) => messages.read(message)),
    tools: readTools(asked),
    toolChoice: readToolChoice(asked),
    allowsParallelToolCalls: asked.flag("parallel_tool_calls"),
    outputTokensMax: readTokensMax(asked),
    sampling: readSampling(asked),
    format: readFormat(asked),
    reasoning: readReasoning(asked),
    isStream: asked.flag("stream") ?? false,
    extras,
  };
  nameUnusual(asked);
  asked.rest(silent);
  return conversation;
}

/** Providers differ on which of the two they heed. */
function readTokensMax(asked: Members): number | undefined {
  const [now, old] = [asked.number("max_completion_tokens"), asked.number("max_tokens")];
  return now ?? old;
}

function readSampling(asked: Members): Sampling {
  const stop = asked.value("stop");
  const stops = typeof stop === "string" ? [stop] : (stop ?? []);
  const isRead = Array.isArray(stops) && stops.every((text) => typeof text === "string");
  if (!isRead) asked.extra("stop");
  const [seed, mistrals] = [asked.number("seed"), asked.number("random_seed")];
  return {
    temperature: asked.number("temperature"),
    topP: asked.number("top_p"),
    topK: asked.number("top_k"),
    seed: seed ?? mistrals,
    presencePenalty: asked.number("presence_penalty"),
    frequencyPenalty: asked.number("frequency_penalty"),
    stop: isRead ? (stops as string[]) : [],
  };
}

function readFormat(asked: Members): AnswerFormat | undefined {
  const format = asked.below("response_format");
  if (format === undefined) return undefined;
  const type = format.text("type");
  if (type === "text") return { kind: "text" };
  if (type === "json_object") return { kind: "json" };
  const about = format.below("json_schema");
  if (type !== "json_schema" || about === undefined) {
    format.extra();
    return undefined;
  }
  const schema = about.object("schema");
  const [name, isStrict] = [about.text("name"), about.flag("strict")];
  return schema === undefined ? { kind: "json" } : { kind: "schema", name, schema, isStrict };
}

/** OpenAI's word, OpenRouter's object, and those of Anthropic and of Qwen as their imitators take them. */
function readReasoning(asked: Members): ReasoningWish | undefined {
  const [router, thinking] = [asked.below("reasoning"), asked.below("thinking")];
  const isOff = [router?.flag("enabled"), asked.flag("enable_thinking")].includes(false);
  const words = [asked.text("reasoning_effort"), router?.text("effort")];
  const tokens = [router?.number("max_tokens"), thinking?.number("budget_tokens")];
  const word = words.find((text) => text !== undefined);
  if (word !== undefined && !isEffort(word)) asked.extra("reasoning_effort");
  const effort = isOff || thinking?.text("type") === "disabled" ? "none" : readEffort(word);
  const tokensMax = tokens.find((count) => count !== undefined);
  return effort === undefined && tokensMax === undefined ? undefined : { effort, tokensMax };
}

/** What asks for nothing where it has its usual value, and for what no other vendor has where it has not. */
function nameUnusual(asked: Members): void {
  const modalities = asked.value("modalities");
  const hasOtherThanText = Array.isArray(modalities) && modalities.some((name) => name !== "text");
  if (hasOtherThanText) asked.extra("modalities");
  if ((asked.number("n") ?? 1) !== 1) asked.extra("n");
  if ((asked.text("verbosity") ?? "medium") !== "medium") asked.extra("verbosity");
  if (asked.flag("logprobs") === true) asked.extra("logprobs");
  asked.number("top_logprobs");
}

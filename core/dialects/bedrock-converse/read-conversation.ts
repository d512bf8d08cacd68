// Owns what a Converse request asks, free of its format. Must not know to whom it will be written.

import type {
  AnswerFormat,
  Conversation,
  ReasoningWish,
  ToolChoice,
  ToolDefinition,
} from "../../contracts/conversation.ts";
import { noSampling } from "../../contracts/conversation.ts";
import type { Call } from "../../contracts/dialect.ts";
import { isObject, type JsonObject, readJson } from "../../text/json.ts";
import { splice } from "../../text/splice.ts";
import { Members } from "../members.ts";
import { argsOf, readMessage, readSystem } from "./read-parts.ts";

/** They describe the call, or say how it is paid for. */
const silent = new Set(["requestMetadata", "performanceConfig", "serviceTier"]);

export function readConversation(call: Call): Conversation {
  const { value, body } = edited(call);
  const extras: string[] = [];
  const asked = new Members(value, "", extras);
  const messages = Array.isArray(value.messages) ? value.messages.filter(isObject) : [];
  const args = argsOf(body, messages);
  const inference = asked.below("inferenceConfig");
  const more = asked.below("additionalModelRequestFields");
  const stop = inference?.value("stopSequences");
  const conversation: Conversation = {
    messages: [...readSystem(asked), ...asked.list("messages").map((message) => readMessage(message, args))],
    ...readTools(asked),
    allowsParallelToolCalls: undefined,
    outputTokensMax: inference?.number("maxTokens"),
    sampling: {
      ...noSampling,
      temperature: inference?.number("temperature"),
      topP: inference?.number("topP"),
      topK: more?.number("top_k") ?? more?.below("inferenceConfig")?.number("topK"),
      stop: Array.isArray(stop) ? stop.filter((text) => typeof text === "string") : [],
    },
    format: readFormat(asked),
    reasoning: more && readReasoning(more),
    isStream: call.isStream,
    extras,
  };
  inference?.rest(silent);
  more?.rest(silent);
  asked.rest(silent);
  return conversation;
}

/** The body with its edits, and its one reading. */
function edited({ body, value, edits }: Call): { readonly value: JsonObject; readonly body: Buffer } {
  const bytes = edits.size === 0 ? body : splice(body, edits);
  const reading = edits.size === 0 ? { kind: "json" as const, value: value ?? null } : readJson(bytes);
  if (reading.kind === "problem" || !isObject(reading.value)) throw new TypeError("an edit broke the body");
  return { value: reading.value, body: bytes };
}

function readTools(asked: Members): Pick<Conversation, "tools" | "toolChoice"> {
  const config = asked.below("toolConfig");
  const tools = config?.list("tools").flatMap((tool): ToolDefinition[] => {
    const spec = tool.below("toolSpec");
    tool.rest(new Set(["cachePoint"]));
    return spec === undefined ? [] : [readTool(spec)];
  });
  const choice = config?.below("toolChoice");
  return { tools: tools ?? [], toolChoice: choice && readToolChoice(choice) };
}

function readTool(spec: Members): ToolDefinition {
  return {
    name: spec.text("name") ?? "",
    description: spec.text("description"),
    parameters: spec.below("inputSchema")?.object("json"),
    isStrict: spec.flag("strict"),
  };
}

function readToolChoice(choice: Members): ToolChoice {
  const name = choice.below("tool")?.text("name");
  if (name !== undefined) return { kind: "tool", name };
  return { kind: choice.object("any") === undefined ? "auto" : "required" };
}

/** The schema stands there as a string. */
function readFormat(asked: Members): AnswerFormat | undefined {
  const format = asked.below("outputConfig")?.below("textFormat");
  const about = format?.below("structure")?.below("jsonSchema");
  if (format === undefined) return undefined;
  format.text("type");
  const text = about?.text("schema");
  const reading = text === undefined ? undefined : readJson(Buffer.from(text));
  if (reading?.kind !== "json" || !isObject(reading.value)) {
    format.extra();
    return undefined;
  }
  return { kind: "schema", name: about?.text("name"), schema: reading.value, isStrict: undefined };
}

const efforts: ReadonlySet<unknown> = new Set(["low", "medium", "high"]);

/** In the words of the models' vendors: Anthropic's, OpenAI's, Nova's. */
function readReasoning(more: Members): ReasoningWish | undefined {
  const thinking = more.below("thinking") ?? more.below("reasoning_config");
  const nova = more.below("reasoningConfig");
  const words = [
    more.text("reasoning_effort"),
    more.below("output_config")?.text("effort"),
    nova?.text("maxReasoningEffort"),
  ];
  const word = words.find((text) => text !== undefined);
  if (word !== undefined && !efforts.has(word)) more.extra();
  const isOff = [thinking?.text("type"), nova?.text("type")].includes("disabled");
  const effort = isOff ? "none" : efforts.has(word) ? (word as ReasoningWish["effort"]) : undefined;
  const tokensMax = thinking?.number("budget_tokens");
  const isAsked = effort !== undefined || thinking !== undefined || nova !== undefined;
  return isAsked ? { effort, tokensMax } : undefined;
}

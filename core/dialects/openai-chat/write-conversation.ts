// Owns asking in a chat completions request for what a conversation says. Must not know who said it.

import type { AnswerFormat, Conversation, Uncarried } from "../../contracts/conversation.ts";
import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { writeEffort } from "./efforts.ts";
import { isOwnModel } from "./own-models.ts";
import { writeMessages } from "./write-messages.ts";

/** OpenAI's own bound. */
const stopsMax = 4;

export function writeConversation(conversation: Conversation, model: string): Buffer | Uncarried {
  const { sampling, isStream, outputTokensMax, format, reasoning } = conversation;
  if (sampling.topK !== undefined) return uncarried("sampling.topK");
  if (sampling.stop.length > stopsMax) return uncarried("sampling.stop");
  // OpenAI's own refuse `max_tokens`, and a field that only others have; those of others know no other name,
  // and some refuse a call without what they thought before it.
  const isOwn = isOwnModel(model);
  const messages = writeMessages(conversation.messages, { hasReasoning: !isOwn });
  if (!Array.isArray(messages)) return messages;
  const asked = said({
    model,
    messages,
    ...writeTools(conversation),
    [isOwn ? "max_completion_tokens" : "max_tokens"]: outputTokensMax,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    stop: sampling.stop.length === 0 ? undefined : [...sampling.stop],
    response_format: format && writeFormat(format),
    reasoning_effort: reasoning && writeEffort(reasoning),
    stream: isStream ? true : undefined,
  });
  return Buffer.from(JSON.stringify(asked));
}

/** How to choose among tools is refused where there are none. */
function writeTools({ tools, toolChoice, allowsParallelToolCalls }: Conversation): Maybe {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters, isStrict }) => ({
      type: "function",
      function: said({ name, description, parameters, strict: isStrict }),
    })),
    tool_choice:
      toolChoice?.kind === "tool"
        ? { type: "function", function: { name: toolChoice.name } }
        : toolChoice?.kind,
    parallel_tool_calls: allowsParallelToolCalls,
  };
}

function writeFormat(format: AnswerFormat): JsonObject {
  if (format.kind !== "schema") return { type: format.kind === "json" ? "json_object" : "text" };
  const { name = "answer", schema, isStrict } = format;
  return { type: "json_schema", json_schema: said({ name, schema, strict: isStrict }) };
}

type Maybe = { readonly [name: string]: JsonValue | undefined };

/** Without what nobody said. */
export function said(members: Maybe): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, JsonValue] => member[1] !== undefined),
  );
}

function uncarried(field: string): Uncarried {
  return { kind: "uncarried", field };
}

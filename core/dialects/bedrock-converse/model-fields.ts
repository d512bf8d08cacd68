// Owns what Converse has no word of its own for and some of its models do: thinking, top-k. Knows no message.

import type { Conversation, Uncarried } from "../../contracts/conversation.ts";
import type { JsonObject } from "../../text/json.ts";
import { writeThinking } from "../anthropic-messages/thinking.ts";

/**
 * `additionalModelRequestFields`. `model` is an id, a profile's or an ARN: the model's own name is in it,
 * or it is nobody's that is known here.
 */
export function writeModelFields(conversation: Conversation, model: string): JsonObject | Uncarried {
  const { topK } = conversation.sampling;
  if (model.includes("claude")) {
    // Their length has a place of its own here, and a default.
    const { max_tokens: _length, ...thinking } = writeThinking(conversation, model);
    return topK === undefined ? thinking : { top_k: topK, ...thinking };
  }
  const effort = writeEffort(conversation, model);
  if (topK === undefined) return effort;
  if (!model.includes("amazon.nova")) return { kind: "uncarried", field: "sampling.topK" };
  return { inferenceConfig: { topK }, ...effort };
}

/** Where a model knows no such wish it is left out: it is one. */
function writeEffort({ reasoning }: Conversation, model: string): JsonObject {
  const { effort } = reasoning ?? {};
  if (effort === undefined || effort === "none") return {};
  const word = effort === "minimal" ? "low" : effort === "xhigh" ? "high" : effort;
  if (model.includes("openai.gpt-oss")) return { reasoning_effort: word };
  if (model.includes("amazon.nova-2")) {
    return { reasoningConfig: { type: "enabled", maxReasoningEffort: word } };
  }
  return {};
}

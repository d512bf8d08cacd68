// Owns how an InvokeModel body is held to so many output tokens, and its last word. Knows no model's name.

import type { Call, CallEdit } from "../../contracts/dialect.ts";
import type { Refusal } from "../../contracts/refusal.ts";
import { isObject } from "../../text/json.ts";
import { capOutput as capMessages, hint as hintMessages } from "../anthropic-messages/output-cap.ts";
import { capOutput as capConverse, hint as hintConverse } from "../bedrock-converse/output-cap.ts";

export function capOutput(call: Call, tokens: number): readonly CallEdit[] | Refusal {
  return isAnthropics(call) ? capMessages(call, tokens) : capConverse(call, tokens);
}

export function hint(call: Call, text: string): readonly CallEdit[] {
  return isAnthropics(call) ? hintMessages(call, text) : hintConverse(call, text);
}

/** All others that are chatted with have Nova's body, which is Converse's but for its `inferenceConfig`. */
function isAnthropics({ value }: Call): boolean {
  return isObject(value) && value.anthropic_version !== undefined;
}

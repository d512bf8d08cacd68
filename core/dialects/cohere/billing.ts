// Owns what Cohere bills for an answer, whole or the last event of a stream. Reads nothing else of it.

import type { JsonValue } from "../../contracts/dialect.ts";
import { type Delta, noUsage, type Usage } from "../../contracts/frame.ts";
import { isObject, type JsonObject } from "../../text/json.ts";
import { readCount } from "../openai-chat/usage.ts";

/** Of a body, of v2's `message-end` and of v1's `stream-end`; empty where it does not say. */
export function readBilled(value: JsonValue): readonly Delta[] {
  const said = objectOf(value);
  for (const holder of [said, objectOf(said.delta), objectOf(said.response)]) {
    const usage = readUnits(holder.usage) ?? readUnits(holder.meta);
    if (usage !== undefined) return [{ kind: "usage", usage }];
  }
  return [];
}

/**
 * `billed_units`, not `tokens`: what Cohere itself writes around a prompt is free, and so are searches and
 * classifications here, which are no tokens.
 */
function readUnits(holder: JsonValue | undefined): Usage | undefined {
  const units = objectOf(objectOf(holder).billed_units);
  const [input, output] = [readCount(units.input_tokens), readCount(units.output_tokens)];
  if (input === undefined && output === undefined) return undefined;
  const imageInputTokens = readCount(units.image_tokens) ?? 0;
  const inputTokens = (input ?? 0) + imageInputTokens;
  return { ...noUsage, inputTokens, outputTokens: output ?? 0, imageInputTokens };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

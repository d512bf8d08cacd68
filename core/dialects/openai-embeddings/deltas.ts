// Owns what an embeddings answer says beside its vectors. Must not know how its bytes came.

import type { JsonValue } from "../../contracts/dialect.ts";
import { type Delta, noUsage, type Usage } from "../../contracts/frame.ts";
import { isObject } from "../../text/json.ts";
import { readCount } from "../openai-chat/usage.ts";

/** `undefined`: no embeddings. */
export function readDeltas(value: JsonValue): readonly Delta[] | undefined {
  if (!isObject(value)) return undefined;
  if (value.error !== undefined && value.error !== null) return [{ kind: "error", status: undefined }];
  const { id, model } = value;
  const start: Delta = { kind: "start", id: text(id), model: text(model) };
  const usage = readUsage(value.usage);
  return usage === undefined ? [start] : [start, { kind: "usage", usage }];
}

/** Nothing is written, so all is input; Voyage says the total alone. */
function readUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const inputTokens = readCount(usage.prompt_tokens) ?? readCount(usage.total_tokens);
  return inputTokens === undefined ? undefined : { ...noUsage, inputTokens };
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

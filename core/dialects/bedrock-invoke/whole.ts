// Owns what a whole InvokeModel answer says, by what it is. Must not know how its bytes came.

import type { AnswerHead } from "../../contracts/dialect.ts";
import { type Delta, type Frame, noUsage, type Usage } from "../../contracts/frame.ts";
import { type Refusal, refuse } from "../../contracts/refusal.ts";
import { isObject, type JsonObject, readJson, refuseAnswer } from "../../text/json.ts";
import { readMessage } from "../anthropic-messages/message.ts";
import { readAnswer } from "../bedrock-converse/whole.ts";
import { readTrace } from "./stream.ts";

export function readWhole(body: Buffer, head: AnswerHead): readonly Frame[] | Refusal {
  const reading = readJson(body);
  if (reading.kind === "problem") return refuseAnswer(reading.problem);
  const deltas = isObject(reading.value) ? readDeltas(reading.value, body) : undefined;
  if (deltas === undefined) return refuse("upstream_malformed");
  return [{ kind: "frame", bytes: body, deltas: withUsage(deltas, head) }];
}

function readDeltas(value: JsonObject, body: Buffer): readonly Delta[] | undefined {
  if (value.embedding !== undefined || value.embeddings !== undefined) return [];
  const deltas = value.output === undefined ? readMessage(value, body) : readAnswer(value, body);
  return deltas && [...deltas, ...readTrace(value)];
}

/** Embeddings, and answers that a guardrail made, have their counts in the head alone. */
function withUsage(deltas: readonly Delta[], head: AnswerHead): readonly Delta[] {
  if (deltas.some(({ kind }) => kind === "usage")) return deltas;
  const usage = readHeadUsage(head);
  return usage === undefined ? deltas : [...deltas, { kind: "usage", usage }];
}

function readHeadUsage({ headers }: AnswerHead): Usage | undefined {
  const count = (name: string): number | undefined => {
    const value = headers[`x-amzn-bedrock-${name}-token-count`];
    return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  };
  const fresh = count("input");
  if (fresh === undefined) return undefined;
  const cachedInputTokens = count("cache-read-input") ?? 0;
  const cacheWriteTokens = count("cache-write-input") ?? 0;
  const inputTokens = fresh + cachedInputTokens + cacheWriteTokens;
  return { ...noUsage, inputTokens, outputTokens: count("output") ?? 0, cachedInputTokens, cacheWriteTokens };
}
